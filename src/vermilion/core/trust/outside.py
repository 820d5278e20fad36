"""Judging what an outside CA gave for a key of ours, before the key is used with it: our key, our name, its chain, our minimum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from . import chains, profiles, suites
from .errors import TrustError
from .profiles import Profile
from .store import TrustClass, TrustStore


class CertificateRefused(TrustError):
    """The certificate that came back is not what was asked for; the reason says what is wrong."""

    code = "certificate_refused"


LONGEST_EVENT = timedelta(days=1)
"""CAs give a certificate of one signature hours where our own has minutes; its key is gone after the signature either way."""


@dataclass(frozen=True)
class Accepted:
    """A good certificate: itself, the issuers to embed behind it (no root), and the class of the root that it leads to."""

    certificate: x509.Certificate
    issuers: tuple[x509.Certificate, ...]
    trust_class: TrustClass


def accept(
    given: Sequence[x509.Certificate],
    *,
    key: suites.PublicKey,
    name: x509.Name,
    profile: Profile,
    issuers: Sequence[x509.Certificate],
    trust: TrustStore,
    now: datetime,
) -> Accepted:
    """Return the certificate for ``key`` among ``given`` with its chain. Raises CertificateRefused.

    ``issuers``: the certificates of the configured CA, roots and others; the chain must end in one of their roots, and ``trust`` (the
    operator's folder) must know that root. ``name`` is the subject that was asked for.
    """
    ours = [one for one in given if _spki(one) == suites.spki_of(key)]
    if len(ours) != 1:
        raise CertificateRefused("it is not for the key that was sent")
    certificate = ours[0]
    faults = [*_name_faults(certificate, name), *profiles.number_faults(certificate), *_use_faults(certificate, profile)]
    if not certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc:
        faults.append("it is not valid now")
    elif certificate.not_valid_after_utc - certificate.not_valid_before_utc > max(profile.longest, LONGEST_EVENT):
        faults.append("it is valid for longer than the profile allows")
    if faults:
        raise CertificateRefused("; ".join(faults))
    others = [one for one in (*given, *issuers) if one != certificate]
    roots = [one for one in issuers if one.subject == one.issuer]
    state, _root = chains.judge(certificate, others=others, roots=roots, moment=now)
    if state != chains.TRUSTED:
        raise CertificateRefused(f"it does not lead to the configured CA ({state})")
    facts = trust.judge(certificate, others=others, moment=now, purpose="documents")
    if not facts.trusted or facts.trust_class is None:
        raise CertificateRefused(f"the trust folder does not lead to its root ({facts.chain}, {facts.revocation})")
    return Accepted(certificate, _path(certificate, others), facts.trust_class)


def _spki(certificate: x509.Certificate) -> bytes:
    return suites.spki_in(certificate.public_bytes(Encoding.DER))


def _name_faults(certificate: x509.Certificate, name: x509.Name) -> list[str]:
    """Compare what the name says of whom; a CA adds units and places of its own."""
    faults = []
    for oid, word in ((NameOID.COMMON_NAME, "common name"), (NameOID.ORGANIZATION_NAME, "organisation")):
        asked = [one.value for one in name.get_attributes_for_oid(oid)]
        found = [one.value for one in certificate.subject.get_attributes_for_oid(oid)]
        if asked and asked != found:
            faults.append(f"its {word} is not the one asked for")
    return faults


def _use_faults(certificate: x509.Certificate, profile: Profile) -> list[str]:
    faults = []
    suite = suites.of_spki_or_none(_spki(certificate))
    if suite is None or suite.name not in profile.suites:
        faults.append("its key is of a suite that the profile does not allow")
    try:
        if certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
            faults.append("it is a CA certificate")
    except x509.ExtensionNotFound:
        pass
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
        if not (usage.digital_signature or usage.content_commitment):
            faults.append("its key usage does not allow signatures")
    except x509.ExtensionNotFound:
        faults.append("it has no key usage")
    return faults


def _path(certificate: x509.Certificate, others: Sequence[x509.Certificate]) -> tuple[x509.Certificate, ...]:
    """Return the issuers between ``certificate`` and its root."""
    path: list[x509.Certificate] = []
    current = certificate
    while True:
        following = [one for one in others if one.subject == current.issuer and one not in path and one.subject != one.issuer]
        if not following:
            return tuple(path)
        current = following[0]
        path.append(current)

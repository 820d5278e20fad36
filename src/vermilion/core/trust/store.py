"""Whom we trust, for what: roots by purpose (documents, timestamps) and class (licensed, private, trial), and known revocation lists.

On disk: ``<folder>/<class>/*.pem`` for both purposes, ``<folder>/<class>/documents/*.pem`` and ``…/timestamps/*.pem`` for one,
``<folder>/crl/*.crl`` (PEM or DER) for revocation lists.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding

from . import chains, oids, proofs
from .errors import TrustError
from .timestamp import has_builtin_policy

TrustClass = Literal["licensed", "private", "trial"]
Purpose = Literal["documents", "timestamps"]
CLASSES: tuple[TrustClass, ...] = ("licensed", "private", "trial")
PURPOSES: tuple[Purpose, ...] = ("documents", "timestamps")


@dataclass(frozen=True)
class Root:
    """One trusted root certificate."""

    certificate: x509.Certificate
    trust_class: TrustClass
    purposes: tuple[Purpose, ...] = PURPOSES


@dataclass(frozen=True)
class ChainFacts:
    """What the store says of one certificate: ``chain`` as in :mod:`.chains`, ``revocation`` good, revoked, unknown or not_needed."""

    chain: str
    trust_class: TrustClass | None
    revocation: str

    @property
    def trusted(self) -> bool:
        """Tell whether the chain ends in a trusted root and nothing is revoked."""
        return self.chain == chains.TRUSTED and self.revocation != "revoked"


@dataclass(frozen=True)
class TrustStore:
    """An immutable set of roots and revocation lists."""

    roots: tuple[Root, ...] = ()
    revocation_lists: tuple[x509.CertificateRevocationList, ...] = field(default=())
    responses: tuple[bytes, ...] = ()
    """OCSP responses (DER) that are at hand."""
    helpers: tuple[x509.Certificate, ...] = ()
    """Certificates that nobody trusts by themselves, to build chains with."""

    def __reduce__(self) -> tuple[object, ...]:
        """Travel to a child process as DER: certificate objects themselves can't."""
        roots = tuple((root.certificate.public_bytes(Encoding.DER), root.trust_class, root.purposes) for root in self.roots)
        lists = tuple(one.public_bytes(Encoding.DER) for one in self.revocation_lists)
        return _restore, (roots, lists, self.responses, tuple(one.public_bytes(Encoding.DER) for one in self.helpers))

    @classmethod
    def of(cls, certificates: Iterable[x509.Certificate], trust_class: TrustClass = "private") -> TrustStore:
        """Return a store of ``certificates`` for both purposes."""
        return cls(tuple(Root(one, trust_class) for one in certificates))

    @classmethod
    def load(cls, folder: Path) -> TrustStore:
        """Read a folder; a missing one is an empty store. Raises TrustError naming a file that can't be read."""
        roots = []
        for trust_class in CLASSES:
            roots += [Root(one, trust_class) for one in read_pem_folder(folder / trust_class)]
            for purpose in PURPOSES:
                roots += [Root(one, trust_class, (purpose,)) for one in read_pem_folder(folder / trust_class / purpose)]
        lists = tuple(_read_crl(path) for path in sorted((folder / "crl").glob("*.crl")))
        return cls(tuple(roots), lists)

    def judge(self, certificate: x509.Certificate, *, others: Iterable[x509.Certificate], moment: datetime, purpose: Purpose) -> ChainFacts:
        """Judge ``certificate`` at ``moment``; one that can't be read is ``invalid``.

        What carries the built-in CA's policy is never shown as licensed, and a demonstration's always as trial.
        """
        try:
            return self._judge(certificate, [*others, *self.helpers], moment, purpose)
        except Exception:  # foreign bytes: cryptography alone has four kinds of error for an odd extension
            return ChainFacts(chains.INVALID, None, "unknown")

    def _judge(self, certificate: x509.Certificate, embedded: list[x509.Certificate], moment: datetime, purpose: Purpose) -> ChainFacts:
        usable = [root for root in self.roots if purpose in root.purposes]
        chain, anchor = chains.judge(certificate, others=embedded, roots=[root.certificate for root in usable], moment=moment)
        trust_class = next((root.trust_class for root in usable if root.certificate == anchor), None)
        if trust_class is not None and has_builtin_policy(certificate, oids.TRIAL_POLICY):
            trust_class = "trial"
        elif trust_class == "licensed" and has_builtin_policy(certificate):
            trust_class = "private"
        return ChainFacts(chain, trust_class, self._revocation(certificate, embedded, moment))

    def _revocation(self, certificate: x509.Certificate, others: list[x509.Certificate], moment: datetime) -> str:
        issuers = [*others, *(root.certificate for root in self.roots)]
        # Its own line only: that an unrelated certificate beside it was revoked is nothing against it.
        states = [self._revocation_of(one, issuers, moment) for one in _line(certificate, others)]
        return "revoked" if "revoked" in states else states[0]

    def _revocation_of(self, certificate: x509.Certificate, issuers: list[x509.Certificate], moment: datetime) -> str:
        if any(extension.oid.dotted_string == oids.NO_REV_AVAIL for extension in certificate.extensions):
            return "not_needed"
        if certificate.subject == certificate.issuer:
            return "not_needed"
        state = "unknown"
        for revocation_list in self.revocation_lists:
            if revocation_list.issuer != certificate.issuer or not _signed_by_any(revocation_list, issuers):
                continue
            entry = revocation_list.get_revoked_certificate_by_serial_number(certificate.serial_number)
            if entry is not None and _invalid_since(entry) <= moment:
                return "revoked"
            if revocation_list.next_update_utc is not None and revocation_list.next_update_utc >= moment:
                state = "good"
        for response in self.responses:
            said = proofs.status(response, certificate, issuers, moment)
            if said == "revoked":
                return "revoked"
            state = said or state
        return state


def _line(certificate: x509.Certificate, others: list[x509.Certificate]) -> list[x509.Certificate]:
    """Return ``certificate`` and, of ``others``, its issuers by name, theirs, and so on."""
    found = [certificate]
    for one in found:
        found += [issuer for issuer in others if issuer.subject == one.issuer and issuer not in found]
    return found


def _restore(
    roots: tuple[tuple[bytes, TrustClass, tuple[Purpose, ...]], ...],
    lists: tuple[bytes, ...],
    responses: tuple[bytes, ...],
    helpers: tuple[bytes, ...],
) -> TrustStore:
    loaded = tuple(Root(x509.load_der_x509_certificate(data), trust_class, purposes) for data, trust_class, purposes in roots)
    certificates = tuple(x509.load_der_x509_certificate(data) for data in helpers)
    return TrustStore(loaded, tuple(x509.load_der_x509_crl(data) for data in lists), responses, certificates)


def _invalid_since(entry: x509.RevokedCertificate) -> datetime:
    """Return when the certificate stopped to be good: its key may have been in other hands before anybody revoked it."""
    try:
        suspected = entry.extensions.get_extension_for_class(x509.InvalidityDate).value.invalidity_date_utc
    except x509.ExtensionNotFound:
        return entry.revocation_date_utc
    return min(entry.revocation_date_utc, suspected)


def read_pem_folder(folder: Path) -> list[x509.Certificate]:
    """Read all certificates of ``folder/*.pem``."""
    return [one for path in sorted(folder.glob("*.pem")) for one in read_pem(path)]


def read_pem(path: Path) -> list[x509.Certificate]:
    """Read the certificates of one PEM file. Raises TrustError when there is none or the file can't be read."""
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError) as error:
        raise TrustError(f"{path} holds no readable PEM certificate") from error


def _read_crl(path: Path) -> x509.CertificateRevocationList:
    try:
        data = path.read_bytes()
        return x509.load_pem_x509_crl(data) if data.startswith(b"-----") else x509.load_der_x509_crl(data)
    except (OSError, ValueError) as error:
        raise TrustError(f"{path} is not a readable revocation list") from error


def _signed_by_any(revocation_list: x509.CertificateRevocationList, issuers: list[x509.Certificate]) -> bool:
    for issuer in issuers:
        if issuer.subject != revocation_list.issuer:
            continue
        try:
            if revocation_list.is_signature_valid(issuer.public_key()):  # type: ignore[arg-type]
                return True
        except (TypeError, UnsupportedAlgorithm):  # no key that signs lists, or an algorithm that nobody here knows
            continue
    return False

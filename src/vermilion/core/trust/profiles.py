"""Certificate profiles: what each kind of certificate must say, checked on the finished certificate before the real key signs it.

No certificate holds an ID number or a phone number, neither in its subject nor in an extension. Every certificate of the built-in CA
carries the policy :data:`.oids.BUILTIN_CA_POLICY`, and the names of root and issuing CA say that they are for trial and private use.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from . import oids, suites
from .errors import ProfileError

DAY = timedelta(days=1)
BACKDATE = timedelta(minutes=1)
"""Certificates start a minute early, so that a token with whole seconds always lies inside."""

# Mobile phone, old and present ID number. A letter beside the digits does not hide them: "ID110101199003077475".
_NUMBER = re.compile(r"(?<![0-9])(1[0-9]{10}|[0-9]{15}|[0-9]{17}[0-9Xx])(?![0-9])")
# A random identifier of ours: about one in some hundred has digits in a row that would pass for a phone number.
_UUID = re.compile(r"(?<![0-9A-Za-z])[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}(?![0-9A-Za-z])")
_BETWEEN_DIGITS = re.compile(r"(?<=[0-9])[\s\-./]+(?=[0-9Xx])")
_NAMES = {NameOID.COUNTRY_NAME, NameOID.ORGANIZATION_NAME, NameOID.ORGANIZATIONAL_UNIT_NAME, NameOID.COMMON_NAME}


@dataclass(frozen=True)
class Profile:
    """Rules for one kind of certificate. ``longest`` is the longest validity; ``suites`` names the allowed key suites."""

    name: str
    longest: timedelta
    suites: tuple[str, ...]
    ca: bool = False
    path_length: int | None = None
    extended_usage: tuple[str, ...] = ()
    event: bool = False

    @property
    def key_usage(self) -> x509.KeyUsage:
        """Return the one key usage that certificates of this profile have."""
        return x509.KeyUsage(
            digital_signature=not self.ca,
            content_commitment=self.extended_usage == _SIGNING,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=self.ca,
            crl_sign=self.ca,
            encipher_only=False,
            decipher_only=False,
        )


# Readers built on NSS (pdfsig, Okular, Evince) know document signing only as e-mail protection.
_SIGNING = (oids.DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION.dotted_string)
ROOT = Profile("root", 30 * 366 * DAY, ("p256",), ca=True, path_length=1)
ISSUING = Profile("issuing", 15 * 366 * DAY, ("p256",), ca=True, path_length=0)
ORGANISATION = Profile("organisation", 3 * 366 * DAY, ("rsa2048", "rsa3072", "p256"), extended_usage=_SIGNING)
APPROVER = Profile("approver", 2 * 366 * DAY, ("p256",), extended_usage=_SIGNING)
SALESPERSON = Profile("salesperson", 2 * 366 * DAY, ("p256",), extended_usage=_SIGNING)
TSA = Profile("tsa", 10 * 366 * DAY, ("p256", "rsa2048", "rsa3072"), extended_usage=(ExtendedKeyUsageOID.TIME_STAMPING.dotted_string,))
OCSP = Profile("ocsp", 366 * DAY, ("p256",), extended_usage=(ExtendedKeyUsageOID.OCSP_SIGNING.dotted_string,))
EVENT = Profile("event", timedelta(minutes=15), ("p256",), extended_usage=_SIGNING, event=True)
PROFILES = {profile.name: profile for profile in (ROOT, ISSUING, ORGANISATION, APPROVER, SALESPERSON, TSA, OCSP, EVENT)}


def _extension(certificate: x509.Certificate, kind: type[x509.ExtensionType]) -> x509.Extension[x509.ExtensionType] | None:
    try:
        return certificate.extensions.get_extension_for_class(kind)
    except x509.ExtensionNotFound:
        return None


def check(certificate: x509.Certificate, profile: Profile, issuer: x509.Name) -> None:
    """Raise ProfileError, naming every rule of ``profile`` that ``certificate`` breaks."""
    faults = [*_name_faults(certificate, issuer), *_key_faults(certificate, profile), *_extension_faults(certificate, profile)]
    if certificate.not_valid_after_utc - certificate.not_valid_before_utc > profile.longest + BACKDATE:
        faults.append("validity is longer than the profile allows")
    if certificate.serial_number.bit_length() < 64:
        faults.append("serial number has too little randomness")
    if faults:
        raise ProfileError(f"{profile.name} certificate: " + "; ".join(faults))


def _name_faults(certificate: x509.Certificate, issuer: x509.Name) -> list[str]:
    faults = []
    if certificate.issuer != issuer:
        faults.append("issuer name differs from the issuing certificate")
    for attribute in certificate.subject:
        if attribute.oid not in _NAMES:
            faults.append(f"subject attribute {attribute.oid.dotted_string} is not allowed")
    if not certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME):
        faults.append("common name missing")
    return [*faults, *number_faults(certificate)]


def number_faults(certificate: x509.Certificate) -> list[str]:
    """Return a fault for each place that holds what looks like an ID or phone number: the subject, any extension."""
    faults = []
    if any(_has_number(str(attribute.value)) for attribute in certificate.subject):
        faults.append("subject holds a number that looks like an ID or phone number")
    for extension in certificate.extensions:
        # Latin-1 keeps each byte as it is, and with it every text of ASCII digits, wherever it lies in the structure.
        if _has_number(_UUID.sub("", extension.value.public_bytes().decode("latin-1"))):
            faults.append(f"extension {extension.oid.dotted_string} holds a number that looks like an ID or phone number")
    return faults


def _has_number(text: str) -> bool:
    # Full-width digits and "138 0013 8000" are the same number to a reader.
    return _NUMBER.search(_BETWEEN_DIGITS.sub("", unicodedata.normalize("NFKC", text))) is not None


def _key_faults(certificate: x509.Certificate, profile: Profile) -> list[str]:
    suite = suites.of_spki_or_none(suites.spki_in(certificate.public_bytes(Encoding.DER)))
    if suite is None:
        return ["key belongs to no suite"]
    return [] if suite.name in profile.suites else [f"suite {suite.name} is not allowed"]


def _extension_faults(certificate: x509.Certificate, profile: Profile) -> list[str]:
    faults = []
    basic = _extension(certificate, x509.BasicConstraints)
    if basic is None or not basic.critical or basic.value != x509.BasicConstraints(profile.ca, profile.path_length):
        faults.append("basic constraints")
    usage = _extension(certificate, x509.KeyUsage)
    if usage is None or not usage.critical or usage.value != profile.key_usage:
        faults.append("key usage")
    extended = _extension(certificate, x509.ExtendedKeyUsage)
    wanted = [x509.ObjectIdentifier(one) for one in profile.extended_usage]
    if extended is not None and isinstance(extended.value, x509.ExtendedKeyUsage):
        found, critical = list(extended.value), extended.critical
    else:
        found, critical = [], False
    if found != wanted or critical != (profile.name == TSA.name):
        faults.append("extended key usage")
    policies = _extension(certificate, x509.CertificatePolicies)
    named = [str(one.policy_identifier.dotted_string) for one in policies.value] if policies else []  # type: ignore[attr-defined]
    if named not in ([oids.BUILTIN_CA_POLICY], [oids.BUILTIN_CA_POLICY, oids.TRIAL_POLICY]):
        faults.append("certificate policy")
    return [*faults, *_revocation_faults(certificate, profile)]


def _revocation_faults(certificate: x509.Certificate, profile: Profile) -> list[str]:
    """Check how a reader learns of revocation: not at all for an event, its responder's own certificate and nothing else beside."""
    faults = []
    found = {one.oid.dotted_string: one for one in certificate.extensions}
    wanted = profile.event
    if {wanted} != {one in found for one in (oids.NO_REV_AVAIL, oids.SHORT_TERM, oids.EVENT_BINDING)}:
        faults.append("event extensions")
    if any(found[one].critical for one in (oids.NO_REV_AVAIL, oids.SHORT_TERM, oids.EVENT_BINDING) if one in found):
        faults.append("event extensions must not be critical")
    if (profile.name == OCSP.name) != (x509.OCSPNoCheck.oid.dotted_string in found):
        faults.append("OCSP no check")
    # RFC 9608 §3 forbids both beside noRevAvail; RFC 6960 §4.2.2.2.1 makes them pointless beside no-check.
    silent = profile.event or profile.name == OCSP.name
    access = _extension(certificate, x509.AuthorityInformationAccess)
    methods = {one.access_method for one in access.value} if access else set()  # type: ignore[attr-defined]
    if silent and (x509.CRLDistributionPoints.oid.dotted_string in found or AuthorityInformationAccessOID.OCSP in methods):
        faults.append("revocation pointers")
    return faults

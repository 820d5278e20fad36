"""The built-in certification authority: root, issuing CA and the certificates and revocation lists they sign.

For trial and private use only; the names say so. A certificate is built, checked against its profile with an empty signature, and only
then signed (the way of boulder's linter).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

from . import der, oids, profiles, signed
from .profiles import Profile
from .revocation import Revocation
from .suites import PrivateKey, PublicKey

Random = Callable[[int], bytes]

TRIAL_LABEL = "试用与演示，不具第三方认证效力 / Trial, not legally sufficient"
CRL_LIFETIME = timedelta(days=7)


def subject(common_name: str, *, organisation: str | None = None, unit: str | None = None) -> x509.Name:
    """Return a subject name (C=CN). Parts longer than 64 characters, X.520's limit, are a ValueError of the caller's data."""
    parts = [x509.NameAttribute(NameOID.COUNTRY_NAME, "CN")]
    if organisation:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation))
    if unit:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit))
    parts.append(x509.NameAttribute(NameOID.COMMON_NAME, common_name))
    return x509.Name(parts)


def event_binding(shown_sha256: bytes, transaction: str) -> bytes:
    """Return the DER value of the event binding extension."""
    if len(shown_sha256) != 32:
        raise ValueError("the shown digest must be a SHA-256")
    return der.sequence(der.integer(1), der.octets(shown_sha256), der.tlv(0x0C, transaction.encode()))


@dataclass(frozen=True)
class Authority:
    """A CA that can sign: its key and certificate. ``base_url`` (no slash at the end) is where ``/pki/`` is reached for ever, or empty.

    ``trial`` marks every certificate as one of a demonstration. ``name`` is the CA's in addresses: ``root``, ``issuing``, ``issuing-2`` …
    """

    key: PrivateKey
    certificate: x509.Certificate
    base_url: str = ""
    trial: bool = False
    name: str = "issuing"

    def issue(
        self,
        profile: Profile,
        name: x509.Name,
        public_key: PublicKey,
        *,
        not_before: datetime,
        not_after: datetime,
        random: Random,
        binding: bytes | None = None,
    ) -> x509.Certificate:
        """Issue one certificate. Raises :class:`.errors.ProfileError` when it would break ``profile``; nothing is signed then."""
        builder = _builder(profile, name, self.certificate.subject, public_key, not_before, not_after, random, trial=self.trial)
        builder = builder.add_extension(self._authority_key(), critical=False)
        for extension in self._extensions(profile, binding):
            builder = builder.add_extension(extension, critical=False)
        return _sign(builder, public_key, self.key, profile, self.certificate.subject)

    def _authority_key(self) -> x509.AuthorityKeyIdentifier:
        return x509.AuthorityKeyIdentifier(signed.key_identifier(self.key.public_key()), None, None)

    def _extensions(self, profile: Profile, binding: bytes | None) -> list[x509.ExtensionType]:
        """Return what depends on the CA and on how the certificate's end is told."""
        found: list[x509.ExtensionType] = []
        silent = profile.event or profile is profiles.OCSP
        if profile.event:
            found += [x509.UnrecognizedExtension(x509.ObjectIdentifier(one), der.NULL) for one in (oids.NO_REV_AVAIL, oids.SHORT_TERM)]
        if binding is not None:
            found.append(x509.UnrecognizedExtension(x509.ObjectIdentifier(oids.EVENT_BINDING), binding))
        if profile is profiles.OCSP:
            found.append(x509.OCSPNoCheck())
        if self.base_url:
            if not silent:
                address = x509.UniformResourceIdentifier(f"{self.base_url}/pki/{self.name}.crl")
                found.append(x509.CRLDistributionPoints([x509.DistributionPoint([address], None, None, None)]))
            found.append(self._access(ocsp=not silent and not profile.ca))
        return found

    def _access(self, *, ocsp: bool) -> x509.AuthorityInformationAccess:
        # The root has no responder: its key is not on this machine, and its list has one line a decade.
        kinds = {AuthorityInformationAccessOID.CA_ISSUERS: f"{self.base_url}/pki/{self.name}.cer"}
        if ocsp:
            kinds[AuthorityInformationAccessOID.OCSP] = f"{self.base_url}/pki/ocsp"
        return x509.AuthorityInformationAccess(
            [x509.AccessDescription(kind, x509.UniformResourceIdentifier(address)) for kind, address in kinds.items()]
        )

    def revocation_list(
        self, revoked: Sequence[Revocation], *, number: int, now: datetime, lasts: timedelta = CRL_LIFETIME
    ) -> x509.CertificateRevocationList:
        """Return a signed CRL valid for ``lasts``."""
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.certificate.subject)
            .last_update(now - profiles.BACKDATE)
            .next_update(now + lasts)
            .add_extension(x509.CRLNumber(number), critical=False)
            .add_extension(self._authority_key(), critical=False)
        )
        for one in revoked:
            builder = builder.add_revoked_certificate(one.entry())
        return x509.load_der_x509_crl(signed.structure(signed.list_to_sign(builder, self.key.suite), self.key))


def make_root(key: PrivateKey, name: x509.Name, *, now: datetime, random: Random, base_url: str = "", trial: bool = False) -> Authority:
    """Return a new self-signed root CA."""
    profile = profiles.ROOT
    builder = _builder(profile, name, name, key.public_key(), now - profiles.BACKDATE, now + 20 * 365 * profiles.DAY, random, trial=trial)
    return Authority(key, _sign(builder, key.public_key(), key, profile, name), base_url, trial, "root")


def _sign(
    builder: x509.CertificateBuilder, public_key: PublicKey, key: PrivateKey, profile: Profile, issuer: x509.Name
) -> x509.Certificate:
    to_sign = signed.certificate_to_sign(builder, public_key, key.suite)
    profiles.check(x509.load_der_x509_certificate(signed.unsigned(to_sign, key.suite)), profile, issuer)
    return x509.load_der_x509_certificate(signed.structure(to_sign, key))


def _builder(
    profile: Profile,
    name: x509.Name,
    issuer: x509.Name,
    public_key: PublicKey,
    not_before: datetime,
    not_after: datetime,
    random: Random,
    *,
    trial: bool,
) -> x509.CertificateBuilder:
    # 159 random bits under a set top bit: always positive, never longer than the 20 octets of RFC 5280.
    policies = [oids.BUILTIN_CA_POLICY, oids.TRIAL_POLICY] if trial else [oids.BUILTIN_CA_POLICY]
    serial = int.from_bytes(random(20), "big") >> 1 | 1 << 158
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .serial_number(serial)
        .not_valid_before(not_before)
        .not_valid_after(not_after)
        .add_extension(x509.BasicConstraints(profile.ca, profile.path_length), critical=True)
        .add_extension(profile.key_usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier(signed.key_identifier(public_key)), critical=False)
        .add_extension(
            x509.CertificatePolicies([x509.PolicyInformation(x509.ObjectIdentifier(one), None) for one in policies]), critical=False
        )
    )
    if profile.extended_usage:
        usages = x509.ExtendedKeyUsage([x509.ObjectIdentifier(one) for one in profile.extended_usage])
        builder = builder.add_extension(usages, critical=profile.name == profiles.TSA.name)
    return builder

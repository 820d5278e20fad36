"""Checking one SignerInfo of a foreign or own CMS: signature, content type, digest, signing certificate."""

from __future__ import annotations

import hashlib

from asn1crypto import cms as asn1_cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_sig_integrity

from .errors import CmsError

WEAK_DIGESTS = ("md5", "md2", "sha1")


def is_signer(signer: asn1_cms.SignerInfo, certificate: x509.Certificate) -> bool:
    """Tell whether the SignerInfo names ``certificate`` as its signer's."""
    sid = signer["sid"]
    if sid.name == "issuer_and_serial_number":
        chosen = sid.chosen
        same_issuer = bool(chosen["issuer"].dump() == certificate.issuer.public_bytes())
        return same_issuer and chosen["serial_number"].native == certificate.serial_number
    try:
        own = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    except x509.ExtensionNotFound:
        return False
    return bool(sid.chosen.native == own)


def digest_name(signer: asn1_cms.SignerInfo) -> str:
    """Return the name of the digest over the content, e.g. ``sha256``."""
    return str(signer["digest_algorithm"]["algorithm"].native)


def check(signer: asn1_cms.SignerInfo, certificate: x509.Certificate, *, content_type: str, digest: bytes) -> tuple[bool, bool]:
    """Return (digest is the signed one, signature value is right). Raises CmsError when the structure breaks the rules of CMS and CAdES."""
    try:
        if not _is_named(signer, certificate):
            raise CmsError("the signed attributes name another certificate")
        intact, valid = validate_sig_integrity(
            signer, asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER)), content_type, digest
        )
    except (SignatureValidationError, ValueError, TypeError, KeyError, IndexError) as error:
        raise CmsError(str(error) or type(error).__name__) from error
    return bool(intact), bool(valid)


def _is_named(signer: asn1_cms.SignerInfo, certificate: x509.Certificate) -> bool:
    """Tell whether signing-certificate(-v2), where there is one, begins with ``certificate`` (RFC 5035: the first is the signer's)."""
    attributes = signer["signed_attrs"]
    if not isinstance(attributes, asn1_cms.CMSAttributes):
        return True
    for attribute in attributes:
        kind = attribute["type"].native
        if kind not in ("signing_certificate", "signing_certificate_v2"):
            continue
        (value,) = attribute["values"]
        first = value["certs"][0]
        algorithm = first["hash_algorithm"]["algorithm"].native if kind == "signing_certificate_v2" else "sha1"
        digest = hashlib.new(algorithm, certificate.public_bytes(Encoding.DER), usedforsecurity=False).digest()
        if first["cert_hash"].native != digest:
            return False
    return True


def content_digest(signer: asn1_cms.SignerInfo, content: bytes) -> bytes:
    """Return the digest of ``content`` by the SignerInfo's own algorithm."""
    try:
        return hashlib.new(digest_name(signer), content).digest()
    except ValueError as error:
        raise CmsError("unknown digest algorithm") from error


def names_signing_certificate(signer: asn1_cms.SignerInfo) -> bool:
    """Tell whether signing-certificate or signing-certificate-v2 is among the signed attributes (CAdES, PAdES)."""
    attributes = signer["signed_attrs"]
    if not isinstance(attributes, asn1_cms.CMSAttributes):
        return False
    return any(one["type"].native in ("signing_certificate", "signing_certificate_v2") for one in attributes)

"""Checking one SignerInfo of a foreign or own CMS: signature, content type, digest, signing certificate."""

from __future__ import annotations

import hashlib
from typing import Any

from asn1crypto import cms as asn1_cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding

from . import der, signature_values
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
    """Return (``digest`` is the signed one, the value is right). Raises CmsError when the structure breaks the rules of CMS and CAdES.

    RFC 5652, 5.4 and 5.6: with signed attributes the value is over them as a SET OF, just as they stand, and they hold the content's type
    and digest once each; without, which only content of type data may be, it is over the content itself.
    """
    try:
        attributes = signer["signed_attrs"]
        if isinstance(attributes, asn1_cms.CMSAttributes):
            return _check_attributes(signer, attributes, certificate, content_type, digest)
        if content_type != "data":
            raise CmsError("content of this type needs signed attributes")
        valid = _is_right(signer, certificate, digest, digested=True)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, UnsupportedAlgorithm) as error:
        raise CmsError(str(error) or type(error).__name__) from error
    return valid, valid


def _check_attributes(
    signer: asn1_cms.SignerInfo, attributes: asn1_cms.CMSAttributes, certificate: x509.Certificate, content_type: str, digest: bytes
) -> tuple[bool, bool]:
    signed = der.tlv(0x31, attributes.contents)  # before anything reads them: asn1crypto writes anew what it thinks was changed
    if not _is_named(attributes, certificate):
        raise CmsError("the signed attributes name another certificate")
    if _only(attributes, "content_type").native != content_type:
        raise CmsError("another content type is signed")
    _check_protection(signer, attributes)
    intact = _only(attributes, "message_digest").native == digest
    return intact, _is_right(signer, certificate, signed, digested=False)


def _is_right(signer: asn1_cms.SignerInfo, certificate: x509.Certificate, data: bytes, *, digested: bool) -> bool:
    key, algorithm = certificate.public_key(), signer["signature_algorithm"]
    return signature_values.is_right(key, algorithm, digest_name(signer), signer["signature"].native, data, digested=digested)


def _values(attributes: asn1_cms.CMSAttributes, kind: str) -> list[Any]:
    return [value for one in attributes if one["type"].native == kind for value in one["values"]]


def _only(attributes: asn1_cms.CMSAttributes, kind: str) -> Any:
    """Return the one value of an attribute that must be there once. Raises CmsError."""
    values = _values(attributes, kind)
    if len(values) != 1:
        raise CmsError(f"the attribute {kind} is there {len(values)} times, not once")
    return values[0]


def _check_protection(signer: asn1_cms.SignerInfo, attributes: asn1_cms.CMSAttributes) -> None:
    """Raise CmsError unless cms-algorithm-protection, where there is one, names the algorithms that the SignerInfo names (RFC 6211)."""
    if not _values(attributes, "cms_algorithm_protection"):
        return
    protected = _only(attributes, "cms_algorithm_protection")
    if any(protected[key].native != signer[key].native for key in ("digest_algorithm", "signature_algorithm")):
        raise CmsError("other algorithms are signed than named")


def _is_named(attributes: asn1_cms.CMSAttributes, certificate: x509.Certificate) -> bool:
    """Tell whether signing-certificate(-v2), where there is one, begins with ``certificate`` (RFC 5035: the first is the signer's)."""
    for kind in ("signing_certificate", "signing_certificate_v2"):
        if not _values(attributes, kind):
            continue
        first = _only(attributes, kind)["certs"][0]
        algorithm = first["hash_algorithm"]["algorithm"].native if kind == "signing_certificate_v2" else "sha1"
        encoded = certificate.public_bytes(Encoding.DER)
        if first["cert_hash"].native != hashlib.new(algorithm, encoded, usedforsecurity=False).digest():
            return False
        if not _is_issued_as(first["issuer_serial"], asn1_x509.Certificate.load(encoded)):
            return False
    return True


def _is_issued_as(named: Any, certificate: asn1_x509.Certificate) -> bool:
    """Tell whether the IssuerSerial ``named``, which may be left out, is the certificate's: one directory name and the number."""
    if named.native is None:
        return True
    (issuer,) = named["issuer"]
    if issuer.name != "directory_name" or named["serial_number"].native != certificate.serial_number:
        return False
    return bool(issuer.chosen.dump() == certificate.issuer.dump() or issuer.chosen == certificate.issuer)


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

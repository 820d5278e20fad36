"""Names and digests of certificates, as the keeper writes and compares them."""

from __future__ import annotations

import hashlib

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from vermilion.apps.seals.errors import NameTooLong
from vermilion.apps.seals.models import SealPermission
from vermilion.core.trust import authority


def event_subject(permission: SealPermission, unit: str | None) -> x509.Name:
    """Return the subject of the certificate of one person's signature. Raises NameTooLong."""
    return subject(permission.subject["name"], permission.subject.get("organisation") or None, unit)


def subject(name: str, organisation: str | None, unit: str | None) -> x509.Name:
    """Return the subject of a certificate. ``unit``: the built-in CA's word for itself; an outside CA has its own. Raises NameTooLong."""
    if not name or len(name) > 64 or len(organisation or "") > 64:
        raise NameTooLong()
    return authority.subject(name, organisation=organisation, unit=unit)


def key_id(certificate: x509.Certificate) -> str:
    """Return the SHA-256 of a certificate's public key (SubjectPublicKeyInfo) in lower-case hex."""
    return hashlib.sha256(certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def sha256(certificate: x509.Certificate) -> str:
    """Return the SHA-256 of a certificate (DER) in lower-case hex."""
    return hashlib.sha256(certificate.public_bytes(Encoding.DER)).hexdigest()

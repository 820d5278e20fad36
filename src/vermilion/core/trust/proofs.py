"""OCSP responses (RFC 6960) as proofs that are at hand, such as those inside a file: checked without asking anybody."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime

from asn1crypto import keys
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID


def status(response: bytes, certificate: x509.Certificate, issuers: Iterable[x509.Certificate], moment: datetime) -> str | None:
    """Return what ``response`` (DER) says of ``certificate`` at ``moment``: good, revoked, or None when it says nothing that counts.

    It counts when it is about this certificate of one of ``issuers``, signed by that issuer or by whom it delegated, and was either
    given after ``moment`` or still held then. Raises nothing.
    """
    try:
        return _status(response, certificate, issuers, moment)
    except (ValueError, TypeError, UnsupportedAlgorithm, x509.ExtensionNotFound):
        return None


def _status(data: bytes, certificate: x509.Certificate, issuers: Iterable[x509.Certificate], moment: datetime) -> str | None:
    response = ocsp.load_der_ocsp_response(data)
    if response.response_status != ocsp.OCSPResponseStatus.SUCCESSFUL or response.serial_number != certificate.serial_number:
        return None
    for issuer in issuers:
        if issuer.subject != certificate.issuer or not _is_about(response, issuer) or not _is_by(response, issuer):
            continue
        if response.certificate_status == ocsp.OCSPCertStatus.REVOKED:
            since = response.revocation_time_utc
            return "revoked" if since is None or since <= moment else "good"
        until = response.next_update_utc
        if response.certificate_status == ocsp.OCSPCertStatus.GOOD and (response.this_update_utc >= moment or (until and until >= moment)):
            return "good"
    return None


def _is_about(response: ocsp.OCSPResponse, issuer: x509.Certificate) -> bool:
    algorithm = response.hash_algorithm.name
    bits = issuer.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    name = hashlib.new(algorithm, issuer.subject.public_bytes(), usedforsecurity=False).digest()
    key = hashlib.new(algorithm, _key_bits(bits), usedforsecurity=False).digest()
    return (name, key) == (response.issuer_name_hash, response.issuer_key_hash)


def _key_bits(spki: bytes) -> bytes:
    return bytes(keys.PublicKeyInfo.load(spki)["public_key"].contents[1:])


def _is_by(response: ocsp.OCSPResponse, issuer: x509.Certificate) -> bool:
    if _verifies(response, issuer):
        return True
    for delegate in response.certificates:
        try:
            delegate.verify_directly_issued_by(issuer)
            usage = delegate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        except (InvalidSignature, ValueError, TypeError, x509.ExtensionNotFound):
            continue
        inside = delegate.not_valid_before_utc <= response.produced_at_utc <= delegate.not_valid_after_utc
        if inside and ExtendedKeyUsageOID.OCSP_SIGNING in usage and _verifies(response, delegate):
            return True
    return False


def _verifies(response: ocsp.OCSPResponse, signer: x509.Certificate) -> bool:
    key, algorithm = signer.public_key(), response.signature_hash_algorithm
    try:
        if isinstance(key, rsa.RSAPublicKey) and algorithm is not None:
            key.verify(response.signature, response.tbs_response_bytes, padding.PKCS1v15(), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey) and algorithm is not None:
            key.verify(response.signature, response.tbs_response_bytes, ec.ECDSA(algorithm))
        else:
            return False
    except InvalidSignature:
        return False
    return True

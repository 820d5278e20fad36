"""Asking an outside CA: the PKCS#10 request for a key of ours, and reading what may come back as a certificate."""

from __future__ import annotations

import base64
import binascii
import warnings

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import pkcs7

from . import der, signed, suites
from .errors import TrustError
from .suites import PrivateKey

MAX_ANSWER = 256 * 1024
"""A chain of four certificates with long names has 10 kB."""
_MAX_CERTIFICATES = 10


class NotCertificates(TrustError):
    """What came back is no certificate, in none of the usual forms."""

    code = "not_certificates"


def certificate_request(key: PrivateKey, name: x509.Name) -> bytes:
    """Return the signed CertificationRequest (RFC 2986, DER) for ``key`` and the subject ``name``. Raises TrustError."""
    info = der.sequence(der.integer(0), name.public_bytes(), suites.spki_of(key.public_key()), der.tlv(0xA0))
    return signed.structure(info, key)


def certificates_in(data: bytes) -> list[x509.Certificate]:
    """Return the certificates of an answer: PEM, DER, or Base64 of DER; certificates or PKCS#7 certs-only. Raises NotCertificates."""
    found = _read(data) if 0 < len(data) <= MAX_ANSWER else []
    if not 0 < len(found) <= _MAX_CERTIFICATES:
        raise NotCertificates("the answer holds no certificate that can be read")
    return found


def _read(data: bytes) -> list[x509.Certificate]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # CAs write PKCS#7 in BER; it is read all the same
        try:
            if b"-----BEGIN PKCS7" in data or b"-----BEGIN CMS" in data:
                return pkcs7.load_pem_pkcs7_certificates(data.replace(b" CMS-", b" PKCS7-"))
            if b"-----BEGIN" in data:
                return x509.load_pem_x509_certificates(data)
            binary = data if data[:1] == b"\x30" else base64.b64decode(b"".join(data.split()), validate=True)
            try:
                return [x509.load_der_x509_certificate(binary)]
            except ValueError:
                return pkcs7.load_der_pkcs7_certificates(binary)
        except (ValueError, binascii.Error, UnsupportedAlgorithm):
            return []

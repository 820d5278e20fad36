"""RFC 6960: a responder that an issuing CA has delegated, and the bytes that pass between it and everybody.

The status itself is the caller's knowledge; nothing here looks anything up.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from asn1crypto import ocsp as asn1_ocsp
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from . import der, oids, signed
from .revocation import CODES, Revocation
from .suites import PrivateKey

MAX_REQUEST = 4096
"""A query for one certificate with a nonce has about 120 bytes."""
LIFETIME = timedelta(hours=1)
"""How long an answer may be kept: a revocation is known everywhere after this."""
MAX_NONCE = 32
"""RFC 8954; a longer one would let a stranger choose much of what our key signs."""

Status = Callable[[int], "Revocation | bool"]
"""Of a serial number: its revocation, True when it is good, False when this CA never issued it."""


@dataclass(frozen=True)
class Answer:
    """A response (DER); ``until`` is when it has to be asked anew, None for one that must not be kept."""

    der: bytes
    until: datetime | None = None


@dataclass(frozen=True)
class Responder:
    """Answers for the certificates of ``issuer`` with a key and certificate that it was given for this only."""

    issuer: x509.Certificate
    certificate: x509.Certificate
    key: PrivateKey

    def answers_for(self, request: ocsp.OCSPRequest) -> bool:
        """Tell whether the request is about a certificate of our issuer (its name and key, by the request's own digest)."""
        name = _issuer_digest(request.hash_algorithm, self.issuer.subject.public_bytes())
        key = _issuer_digest(request.hash_algorithm, signed.key_bits(self.issuer.public_key()))
        return (name, key) == (request.issuer_name_hash, request.issuer_key_hash)

    def respond(self, request: ocsp.OCSPRequest, status: Status, *, now: datetime) -> Answer:
        """Return a signed response about the one certificate of ``request``. Raises TrustError when our key can't sign."""
        moment, nonce = now.replace(microsecond=0), _nonce(request)
        single = der.sequence(
            _certificate_id(request),
            _status(status(request.serial_number)),
            der.generalized_time(moment),
            der.tlv(0xA0, der.generalized_time(moment + LIFETIME)),
        )
        data = der.sequence(
            der.tlv(0xA2, der.octets(signed.key_identifier(self.key.public_key()))),  # who answers: by key
            der.generalized_time(moment),
            der.sequence(single),
            der.tlv(0xA1, der.sequence(der.sequence(der.oid(oids.OCSP_NONCE), der.octets(nonce.public_bytes())))) if nonce else b"",
        )
        basic = der.sequence(
            data,
            self.key.suite.certificate_algorithm,
            der.tlv(0x03, b"\0", self.key.sign(data)),
            der.tlv(0xA0, der.sequence(self.certificate.public_bytes(Encoding.DER))),
        )
        body = der.tlv(0xA0, der.sequence(der.oid(oids.OCSP_BASIC), der.octets(basic)))
        return Answer(der.sequence(der.tlv(0x0A, b"\0"), body), None if nonce else moment + LIFETIME)


def read(data: bytes) -> ocsp.OCSPRequest | None:
    """Return the request (DER), or None for one that has to be called malformed: not one certificate, an odd digest, a long nonce."""
    if len(data) > MAX_REQUEST:
        return None
    try:
        request = ocsp.load_der_ocsp_request(data)
        _issuer_digest(request.hash_algorithm, b"")
        nonce = _nonce(request)
    except (ValueError, NotImplementedError, UnsupportedAlgorithm):
        return None
    return request if nonce is None or 0 < len(nonce.nonce) <= MAX_NONCE else None


def refusal(status: ocsp.OCSPResponseStatus) -> Answer:
    """Return an unsigned refusal, as RFC 6960 §2.3 wants it."""
    return Answer(ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(Encoding.DER))


def _certificate_id(request: ocsp.OCSPRequest) -> bytes:
    parsed = asn1_ocsp.OCSPRequest.load(request.public_bytes(Encoding.DER))
    return bytes(parsed["tbs_request"]["request_list"][0]["req_cert"].dump())


def _status(known: Revocation | bool) -> bytes:
    """Return the CertStatus: good [0], revoked [1] with time and reason, unknown [2]."""
    if not isinstance(known, Revocation):
        return der.tlv(0x80) if known else der.tlv(0x82)
    code = CODES[known.reason]
    return der.tlv(0xA1, der.generalized_time(known.at), der.tlv(0xA0, der.tlv(0x0A, bytes((code,)))) if code else b"")


def _nonce(request: ocsp.OCSPRequest) -> x509.OCSPNonce | None:
    try:
        return request.extensions.get_extension_for_class(x509.OCSPNonce).value
    except x509.ExtensionNotFound:
        return None


def _issuer_digest(algorithm: hashes.HashAlgorithm, data: bytes) -> bytes:
    # SHA-1 names the issuer here, as RFC 5019 wants it; nothing is signed by it.
    return hashlib.new(algorithm.name, data, usedforsecurity=False).digest()

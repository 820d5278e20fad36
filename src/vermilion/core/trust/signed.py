"""X.509's form of everything signed: SEQUENCE { what is signed, algorithm, signature }, made with a key of any suite in any place.

``cryptography`` builds certificates and lists only with its own kinds of key. So it builds them with a throw-away key, and here the
places that name a key or an algorithm get the real ones, before the real key signs.
"""

from __future__ import annotations

import hashlib
from functools import cache

from asn1crypto import parser
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from . import der, suites
from .suites import PrivateKey, PublicKey, Suite

_NO_SIGNATURE = b"\x03\x01\x00"


@cache
def _stand_in() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def structure(to_sign: bytes, key: PrivateKey) -> bytes:
    """Return the signed structure (DER) over ``to_sign`` (DER). Raises TrustError."""
    return der.sequence(to_sign, key.suite.certificate_algorithm, der.tlv(0x03, b"\0", key.sign(to_sign)))


def unsigned(to_sign: bytes, suite: Suite) -> bytes:
    """Return the structure with an empty signature, for whoever looks at it before it is signed; nobody can take it for signed."""
    return der.sequence(to_sign, suite.certificate_algorithm, _NO_SIGNATURE)


def certificate_to_sign(builder: x509.CertificateBuilder, public_key: PublicKey, issuer: Suite) -> bytes:
    """Return the TBSCertificate (DER) of ``builder``, which has no public key yet, for ``public_key``; ``issuer`` is the signer's suite."""
    built = builder.public_key(_stand_in().public_key()).sign(_stand_in(), hashes.SHA256())
    version, serial, _algorithm, name, validity, subject, _key, *rest = _elements(built.tbs_certificate_bytes)
    return der.sequence(version, serial, issuer.certificate_algorithm, name, validity, subject, suites.spki_of(public_key), *rest)


def list_to_sign(builder: x509.CertificateRevocationListBuilder, issuer: Suite) -> bytes:
    """Return the TBSCertList (DER) of ``builder``, to be signed by a key of ``issuer``."""
    built = builder.sign(_stand_in(), hashes.SHA256())
    version, _algorithm, *rest = _elements(built.tbs_certlist_bytes)
    return der.sequence(version, issuer.certificate_algorithm, *rest)


def key_identifier(public_key: PublicKey) -> bytes:
    """Return the SHA-1 of the key's bits, the usual identifier of a key (RFC 5280, 4.2.1.2). It only finds, it protects nothing."""
    return hashlib.sha1(key_bits(public_key), usedforsecurity=False).digest()


def key_bits(public_key: PublicKey) -> bytes:
    """Return the bits of a public key without its algorithm: what identifiers of keys are digests of."""
    _algorithm, bits = _elements(suites.spki_of(public_key))
    return bytes(parser.parse(bits)[4][1:])


def is_signed_by(certificate: bytes, issuer_spki: bytes) -> bool:
    """Tell whether the signature in ``certificate`` (any signed structure, DER) is by the key ``issuer_spki`` (DER) of a suite of ours.

    Raises TrustError for a key that no suite describes.
    """
    to_sign, algorithm, bits = _elements(certificate)
    suite = suites.of_spki(issuer_spki)
    return algorithm == suite.certificate_algorithm and suite.verify(issuer_spki, parser.parse(bits)[4][1:], to_sign)


def _elements(encoded: bytes) -> list[bytes]:
    """Return the encoded elements of a SEQUENCE."""
    content = parser.parse(encoded, strict=True)[4]
    found, position = [], 0
    while position < len(content):
        length = parser.peek(content[position:])
        found.append(content[position : position + length])
        position += length
    return found

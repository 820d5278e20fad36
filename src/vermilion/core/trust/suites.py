"""Key suites: which key, which digest, how the algorithm is named in DER.

Another suite (SM2 with SM3) joins by one more :class:`Suite`; callers pass suites and keys through and never look inside.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from . import der
from .errors import TrustError

PrivateKey: TypeAlias = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
PublicKey: TypeAlias = rsa.RSAPublicKey | ec.EllipticCurvePublicKey

SHA256_OID = "2.16.840.1.101.3.4.2.1"
DIGEST_ALGORITHM = der.sequence(der.oid(SHA256_OID))


@dataclass(frozen=True)
class Suite:
    """One kind of key. ``name`` is stable (stored, shown); ``signature_algorithm`` is the DER AlgorithmIdentifier inside a SignerInfo."""

    name: str
    label: str
    signature_algorithm: bytes
    signature_size: int


RSA2048 = Suite("rsa2048", "RSA-2048 / SHA-256", der.sequence(der.oid("1.2.840.113549.1.1.1"), der.NULL), 256)
P256 = Suite("p256", "ECDSA P-256 / SHA-256", der.sequence(der.oid("1.2.840.10045.4.3.2")), 72)
SUITES = {suite.name: suite for suite in (RSA2048, P256)}


def generate(suite: Suite) -> PrivateKey:
    """Make a new private key of ``suite`` (from the operating system's randomness)."""
    if suite is RSA2048:
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
    if suite is P256:
        return ec.generate_private_key(ec.SECP256R1())
    raise TrustError(f"no key generator for suite {suite.name}")


def suite_of(key: PrivateKey | PublicKey) -> Suite:
    """Return the suite of ``key``. Raises TrustError for a key that no suite describes."""
    if isinstance(key, (rsa.RSAPrivateKey, rsa.RSAPublicKey)) and key.key_size == 2048:
        return RSA2048
    if isinstance(key, (ec.EllipticCurvePrivateKey, ec.EllipticCurvePublicKey)) and isinstance(key.curve, ec.SECP256R1):
        return P256
    raise TrustError("the key belongs to no suite of this platform")


def sign(key: PrivateKey, data: bytes) -> bytes:
    """Return the signature value over ``data`` (SHA-256; PKCS#1 v1.5 for RSA, DER r and s for P-256)."""
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(data, padding.PKCS1v15(), hashes.SHA256())
    return key.sign(data, ec.ECDSA(hashes.SHA256()))


def verify(key: PublicKey, signature: bytes, data: bytes) -> bool:
    """Tell whether ``signature`` is ``key``'s over ``data``."""
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
        else:
            key.verify(signature, data, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True

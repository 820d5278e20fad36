"""Key suites: which key, which digest, how the algorithms are named in DER, and how one signs and verifies with them.

Another suite (SM2 with SM3) joins by one more :class:`Suite` in :data:`SUITES`. Callers pass suites and keys through and never look
inside: a suite is found by a key's SubjectPublicKeyInfo (:func:`of_spki`), so a public key that ``cryptography`` can't represent is fine.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Protocol

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from . import der
from .errors import KeyGone, TrustError


class PublicKey(Protocol):
    """A public key that can write itself down; those of ``cryptography`` are such."""

    def public_bytes(self, encoding: Encoding, format: PublicFormat) -> bytes:
        """Return the encoded key."""


class PrivateKey(Protocol):
    """A key that can sign, wherever it lies. Its ``repr`` must say nothing about it but its suite or name."""

    @property
    def suite(self) -> Suite:
        """Return the suite that this key belongs to."""

    def public_key(self) -> PublicKey:
        """Return the public half."""

    def sign(self, data: bytes) -> bytes:
        """Return the signature value over ``data``, digested by the suite. Raises TrustError."""


@dataclass(frozen=True)
class Digest:
    """A digest function by its ``hashlib`` name and object identifier; ``size`` in bytes."""

    name: str
    oid: str
    size: int
    algorithm: bytes = field(init=False, repr=False)
    """The DER AlgorithmIdentifier, without parameters (RFC 5754)."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "algorithm", der.sequence(der.oid(self.oid)))

    def new(self) -> Any:
        """Return a fresh hash object (``update``, ``digest``)."""
        return hashlib.new(self.name)

    def of(self, data: bytes) -> bytes:
        """Return the digest of ``data``."""
        return hashlib.new(self.name, data).digest()


SHA256 = Digest("sha256", "2.16.840.1.101.3.4.2.1", 32)


@dataclass(frozen=True)
class Suite(ABC):
    """One kind of key with one digest.

    ``name`` is stable (stored, shown). ``key_algorithm`` is the AlgorithmIdentifier of a SubjectPublicKeyInfo, ``signature_algorithm`` that
    of a SignerInfo and ``certificate_algorithm`` that of a certificate or revocation list (all DER). ``signature_size``: bytes, at most.
    """

    name: str
    label: str
    digest: Digest
    key_algorithm: bytes = field(repr=False)
    signature_algorithm: bytes = field(repr=False)
    certificate_algorithm: bytes = field(repr=False)
    signature_size: int = field(repr=False)

    @abstractmethod
    def fits(self, spki: bytes) -> bool:
        """Tell whether a public key (SubjectPublicKeyInfo, DER) whose algorithm is ``key_algorithm`` is of this suite."""

    @abstractmethod
    def generate(self) -> SoftwareKey:
        """Make a new private key (from the operating system's randomness)."""

    @abstractmethod
    def open(self, pem: bytes, passphrase: bytes) -> SoftwareKey | None:
        """Return the key in an encrypted PKCS#8 PEM; None when it is of another suite. Raises ValueError when it does not open."""

    @abstractmethod
    def verify(self, spki: bytes, signature: bytes, data: bytes) -> bool:
        """Tell whether ``signature`` is over ``data`` and by the key ``spki`` (DER)."""


class SoftwareKey(ABC):
    """A private key in this process's memory. Its value shows up in no ``repr``, pickle or copy; :meth:`wipe` lets go of it."""

    def __init__(self, suite: Suite) -> None:
        self._suite = suite

    @property
    def suite(self) -> Suite:
        """Return the suite that this key belongs to."""
        return self._suite

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._suite.name}>"

    def __reduce__(self) -> Any:
        raise TypeError("a private key is not copied and not sent anywhere")

    @abstractmethod
    def public_key(self) -> PublicKey:
        """Return the public half."""

    @abstractmethod
    def sign(self, data: bytes) -> bytes:
        """Return the signature value over ``data``. Raises KeyGone after :meth:`wipe`."""

    @abstractmethod
    def encrypted(self, passphrase: bytes) -> bytes:
        """Return the key as encrypted PKCS#8 (PEM)."""

    @abstractmethod
    def wipe(self) -> None:
        """Drop the key; the library that holds its numbers overwrites them as it frees them."""


_Native = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


class OpensslKey(SoftwareKey):
    """A key of ``cryptography``: its numbers lie in an EVP_PKEY, which OpenSSL cleanses when the last reference goes."""

    def __init__(self, suite: _OpensslSuite, key: _Native) -> None:
        super().__init__(suite)
        self._openssl = suite
        self._key: _Native | None = key
        self._public = key.public_key()

    def public_key(self) -> PublicKey:
        """Return the public half."""
        return self._public

    def sign(self, data: bytes) -> bytes:
        """Return the signature value over ``data``. Raises KeyGone after :meth:`wipe`."""
        return self._openssl.sign_natively(self._held(), data)

    def encrypted(self, passphrase: bytes) -> bytes:
        """Return the key as encrypted PKCS#8 (PEM)."""
        protection = serialization.BestAvailableEncryption(passphrase)
        return self._held().private_bytes(Encoding.PEM, serialization.PrivateFormat.PKCS8, protection)

    def wipe(self) -> None:
        """Drop the key: from now on it signs nothing, whoever still holds this object."""
        self._key = None

    def _held(self) -> _Native:
        key = self._key
        if key is None:
            raise KeyGone("the key was dropped from memory")
        return key


class _OpensslSuite(Suite):
    @abstractmethod
    def sign_natively(self, key: Any, data: bytes) -> bytes: ...

    def open(self, pem: bytes, passphrase: bytes) -> SoftwareKey | None:
        try:
            key = serialization.load_pem_private_key(pem, passphrase)
        except UnsupportedAlgorithm:
            return None
        except TypeError as error:  # not encrypted at all
            raise ValueError("not an encrypted key") from error
        spki = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return OpensslKey(self, key) if of_spki_or_none(spki) is self else None  # type: ignore[arg-type]


@lru_cache(maxsize=256)
def _public_key(spki: bytes) -> Any:
    """Return the key of a SubjectPublicKeyInfo; it says nothing but what these bytes say."""
    return serialization.load_der_public_key(spki)


class RsaSuite(_OpensslSuite):
    """RSA of one length with PKCS#1 v1.5, the form that every reader takes."""

    def fits(self, spki: bytes) -> bool:
        return bool(asn1_keys.PublicKeyInfo.load(spki).bit_size == self.bits)

    @property
    def bits(self) -> int:
        """Return the length of the modulus."""
        return self.signature_size * 8

    def generate(self) -> SoftwareKey:
        return OpensslKey(self, rsa.generate_private_key(public_exponent=65537, key_size=self.bits))

    def sign_natively(self, key: rsa.RSAPrivateKey, data: bytes) -> bytes:
        return key.sign(data, padding.PKCS1v15(), _HASHES[self.digest.name])

    def verify(self, spki: bytes, signature: bytes, data: bytes) -> bool:
        key = _public_key(spki)
        try:
            key.verify(signature, data, padding.PKCS1v15(), _HASHES[self.digest.name])
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class EcdsaSuite(_OpensslSuite):
    """ECDSA on one named curve; the signature value is the DER of r and s."""

    curve: ec.EllipticCurve = field(repr=False)

    def fits(self, spki: bytes) -> bool:
        return True  # the curve stands in the key's algorithm

    def generate(self) -> SoftwareKey:
        return OpensslKey(self, ec.generate_private_key(self.curve))

    def sign_natively(self, key: ec.EllipticCurvePrivateKey, data: bytes) -> bytes:
        return key.sign(data, ec.ECDSA(_HASHES[self.digest.name]))

    def verify(self, spki: bytes, signature: bytes, data: bytes) -> bool:
        key = _public_key(spki)
        try:
            key.verify(signature, data, ec.ECDSA(_HASHES[self.digest.name]))
        except InvalidSignature:
            return False
        return True


_HASHES: dict[str, hashes.HashAlgorithm] = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}
_RSA = der.sequence(der.oid("1.2.840.113549.1.1.1"), der.NULL)
_SHA256_WITH_RSA = der.sequence(der.oid("1.2.840.113549.1.1.11"), der.NULL)
_ECDSA_WITH_SHA256 = der.sequence(der.oid("1.2.840.10045.4.3.2"))


def ec_key_algorithm(curve: str) -> bytes:
    """Return the AlgorithmIdentifier (DER) of keys on the named ``curve`` (dotted)."""
    return der.sequence(der.oid("1.2.840.10045.2.1"), der.oid(curve))


RSA2048 = RsaSuite("rsa2048", "RSA-2048 / SHA-256", SHA256, _RSA, _RSA, _SHA256_WITH_RSA, 256)
RSA3072 = RsaSuite("rsa3072", "RSA-3072 / SHA-256", SHA256, _RSA, _RSA, _SHA256_WITH_RSA, 384)
P256 = EcdsaSuite(
    "p256",
    "ECDSA P-256 / SHA-256",
    SHA256,
    ec_key_algorithm("1.2.840.10045.3.1.7"),
    _ECDSA_WITH_SHA256,
    _ECDSA_WITH_SHA256,
    72,
    ec.SECP256R1(),
)
SUITES: dict[str, Suite] = {suite.name: suite for suite in (RSA2048, RSA3072, P256)}


def generate(suite: Suite) -> SoftwareKey:
    """Make a new private key of ``suite`` (from the operating system's randomness)."""
    return suite.generate()


def open_key(pem: bytes, passphrase: bytes) -> SoftwareKey:
    """Return the private key in an encrypted PKCS#8 PEM. Raises TrustError when no suite describes it, ValueError if it won't open."""
    for suite in SUITES.values():
        key = suite.open(pem, passphrase)
        if key is not None:
            return key
    raise TrustError("the key belongs to no suite of this platform")


def spki_of(key: PublicKey) -> bytes:
    """Return the SubjectPublicKeyInfo (DER) of a public key."""
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def spki_in(certificate: bytes) -> bytes:
    """Return the SubjectPublicKeyInfo (DER) that ``certificate`` (DER) certifies."""
    return bytes(asn1_x509.Certificate.load(certificate)["tbs_certificate"]["subject_public_key_info"].dump())


def of_spki_or_none(spki: bytes) -> Suite | None:
    """Return the suite of a public key (SubjectPublicKeyInfo, DER), or None when no suite describes it."""
    for suite in SUITES.values():
        # The whole is SEQUENCE { algorithm, BIT STRING }: after tag and length (2 to 4 bytes) comes the algorithm.
        if suite.key_algorithm in (spki[start : start + len(suite.key_algorithm)] for start in (2, 3, 4)) and suite.fits(spki):
            return suite
    return None


def of_spki(spki: bytes) -> Suite:
    """Return the suite of a public key (SubjectPublicKeyInfo, DER). Raises TrustError for a key that no suite describes."""
    suite = of_spki_or_none(spki)
    if suite is None:
        raise TrustError("the key belongs to no suite of this platform")
    return suite


def verify(key: PublicKey, signature: bytes, data: bytes) -> bool:
    """Tell whether ``signature`` is ``key``'s over ``data``. Raises TrustError for a key that no suite describes."""
    spki = spki_of(key)
    return of_spki(spki).verify(spki, signature, data)

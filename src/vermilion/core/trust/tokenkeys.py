"""Private keys that never leave a PKCS#11 token: made there, or found there, and used by reference."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

import pkcs11
from asn1crypto import keys as asn1_keys
from cryptography.hazmat.primitives import serialization
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass
from pkcs11.util import ec as ec_util
from pkcs11.util import rsa as rsa_util

from . import suites
from .errors import KeyStoreError
from .suites import EcdsaSuite, PublicKey, RsaSuite, Suite
from .token import Session, Token

_RSA = {"sha256": Mechanism.SHA256_RSA_PKCS, "sha384": Mechanism.SHA384_RSA_PKCS, "sha512": Mechanism.SHA512_RSA_PKCS}


@dataclass(frozen=True)
class Reference:
    """Which key of a token: its CKA_ID and the public key (DER) that it must have, so that no other one slips in under its name."""

    id: bytes
    spki: bytes

    def __repr__(self) -> str:
        return f"<Reference {self.id.hex()}>"


class TokenKey:
    """A private key in a token."""

    def __init__(self, token: Token, reference: Reference) -> None:
        self._token = token
        self._reference = reference
        self._suite = suites.of_spki(reference.spki)
        self._public: Any = serialization.load_der_public_key(reference.spki)
        if not isinstance(self._suite, (EcdsaSuite, RsaSuite)):
            raise KeyStoreError(f"no mechanism of PKCS#11 is known for the suite {self._suite.name}")

    def __repr__(self) -> str:
        return f"<TokenKey {self._suite.name} in {self._token.label}>"

    @property
    def reference(self) -> Reference:
        """Return which key of the token it is."""
        return self._reference

    @property
    def suite(self) -> Suite:
        """Return the suite that this key belongs to."""
        return self._suite

    def public_key(self) -> PublicKey:
        """Return the public half."""
        return self._public  # type: ignore[no-any-return]

    def sign(self, data: bytes) -> bytes:
        """Return the signature value over ``data``. Raises KeyStoreError."""
        if isinstance(self._suite, RsaSuite):
            mechanism = _RSA[self._suite.digest.name]
            return self._token.run(lambda session: bytes(self._held(session).sign(data, mechanism=mechanism)))
        # Few tokens hash for ECDSA, and those that do gain nothing by it.
        digest = self._suite.digest.of(data)
        value = self._token.run(lambda session: bytes(self._held(session).sign(digest, mechanism=Mechanism.ECDSA)))
        return bytes(ec_util.encode_ecdsa_signature(value))

    def _held(self, session: Session) -> Any:
        key = session.keys.get(self._reference)
        if key is None:
            key = _private(session, {Attribute.ID: self._reference.id})
            if _spki(session, key) != self._reference.spki:
                raise KeyStoreError("the token holds another key under this id than the one that was certified")
            session.keys[self._reference] = key
        return key


def make(token: Token, name: str, suite: Suite) -> Reference:
    """Make a key in the token that can't be taken out of it, labelled ``name``. Raises KeyStoreError."""
    identifier = secrets.token_bytes(16)
    private = {Attribute.EXTRACTABLE: False, Attribute.SENSITIVE: True, Attribute.PRIVATE: True}
    names: dict[str, Any] = {"id": identifier, "label": name, "store": True, "private_template": private}

    def generate(session: Session) -> bytes:
        if isinstance(suite, RsaSuite):
            public, _key = session.opened.generate_keypair(KeyType.RSA, suite.bits, **names)
        elif isinstance(suite, EcdsaSuite):
            curve = asn1_keys.PublicKeyAlgorithm.load(suite.key_algorithm)["parameters"].dump()
            parameters = session.opened.create_domain_parameters(KeyType.EC, {Attribute.EC_PARAMS: curve}, local=True)
            public, _key = parameters.generate_keypair(**names)
        else:
            raise KeyStoreError(f"no mechanism of PKCS#11 is known for the suite {suite.name}")
        return _encoded(public)

    return Reference(identifier, token.run(generate, writing=True))


def find(token: Token, *, label: str | None = None, id: bytes | None = None) -> Reference:
    """Return the reference to the one key with this label or id (or both). Raises KeyStoreError when there is none, or several."""
    wanted: dict[Attribute, Any] = {}
    if label is not None:
        wanted[Attribute.LABEL] = label
    if id is not None:
        wanted[Attribute.ID] = id

    def look(session: Session) -> Reference:
        key = _private(session, wanted)
        return Reference(bytes(key[Attribute.ID]), _spki(session, key))

    return token.run(look)


def is_locked_in(token: Token, reference: Reference) -> bool:
    """Tell whether the token says that the key can't be taken out and never could."""

    def look(session: Session) -> bool:
        key = _private(session, {Attribute.ID: reference.id})
        return not key[Attribute.EXTRACTABLE] and bool(key[Attribute.NEVER_EXTRACTABLE])

    return token.run(look)


def destroy(token: Token, reference: Reference) -> None:
    """Destroy private and public half of a key in the token; those that are gone already are no error. Raises KeyStoreError."""

    def end(session: Session) -> None:
        for kind in (ObjectClass.PRIVATE_KEY, ObjectClass.PUBLIC_KEY):
            for found in list(session.opened.get_objects({Attribute.ID: reference.id, Attribute.CLASS: kind})):
                found.destroy()
        session.keys.pop(reference, None)

    token.run(end, writing=True)


def fingerprint(reference: Reference) -> str:
    """Return the SHA-256 of the public key, by which the register of uses names a key."""
    return hashlib.sha256(reference.spki).hexdigest()


def _private(session: Session, wanted: dict[Attribute, Any]) -> Any:
    found = list(session.opened.get_objects({**wanted, Attribute.CLASS: ObjectClass.PRIVATE_KEY}))
    if not found:
        raise pkcs11.NoSuchKey("no such key in the token")
    if len(found) > 1:
        raise pkcs11.MultipleObjectsReturned("several keys in the token go by this name")
    return found[0]


def _spki(session: Session, key: Any) -> bytes:
    """Return the public half (DER) of a private key: RSA keys hold it themselves, others have an object beside them."""
    if key.key_type is KeyType.RSA:
        return _encoded(key)
    for public in session.opened.get_objects({Attribute.CLASS: ObjectClass.PUBLIC_KEY, Attribute.ID: key[Attribute.ID]}):
        return _encoded(public)
    raise KeyStoreError("the token has no public key beside this private key; import it with the same id")


def _encoded(key: Any) -> bytes:
    if key.key_type is KeyType.RSA:
        numbers = asn1_keys.RSAPublicKey.load(rsa_util.encode_rsa_public_key(key))
        return bytes(asn1_keys.PublicKeyInfo.wrap(numbers, "rsa").dump())
    return bytes(ec_util.encode_ec_public_key(key))

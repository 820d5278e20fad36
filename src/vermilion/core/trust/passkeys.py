"""Passkeys (WebAuthn level 2): what an authenticator's answer proves. No Django, no clock, no randomness: all of it is passed in.

An approval is proven by a challenge that anybody can compute again from what was approved (:func:`bound_challenge`): the authenticator
signs it, so the kept answer shows years later which document, which decision and which key it was.
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from fido2.cose import ES256, RS256, CoseKey, EdDSA
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from .errors import TrustError

LABEL = "vermilion-passkey-1"
"""First line of what a bound challenge digests: names the form, and keeps it apart from every other digest."""
ALGORITHMS: dict[type[CoseKey], int] = {ES256: -7, EdDSA: -8, RS256: -257}
"""The algorithms that are taken, with their COSE numbers: those of every phone and key that is sold."""
MAX_ANSWER = 16 * 1024
"""Bytes of one part of an answer; honest ones have a few hundred."""
MAX_CREDENTIAL_ID = 1023  # WebAuthn §4


class PasskeyRefused(TrustError):
    """An authenticator's answer does not prove what was asked; ``reason`` is a stable word for the record."""

    code = "passkey_refused"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Expected:
    """What an answer must be about: the challenge, the relying party's id (a host name) and the origin of its pages."""

    challenge: bytes
    rp_id: str
    origin: str


@dataclass(frozen=True)
class Registered:
    """A new passkey: what is kept of it. ``data``: WebAuthn's attested credential data (model, id, COSE key)."""

    credential_id: bytes
    data: bytes
    sign_count: int
    synced: bool


@dataclass(frozen=True)
class Assertion:
    """An authenticator's answer, as the browser hands it over."""

    credential_id: bytes
    client_data: bytes
    authenticator_data: bytes
    signature: bytes


def bound_challenge(*, purpose: str, subject: str, shown_digest: str, decision: str, detail_digest: str, nonce: str) -> bytes:
    """Return the challenge of 32 bytes that binds a decision to what was shown: SHA-256 of seven lines.

    ``subject``: id of what is decided. ``shown_digest``, ``detail_digest``: SHA-256 (hex) of the document and of the reason, or empty.
    ``nonce``: hex of at least 32 random bytes, used once. Raises ValueError when a field has a line break, or the nonce is short.
    """
    fields = (LABEL, purpose, subject, shown_digest, decision, detail_digest, nonce)
    if any("\n" in field for field in fields) or len(bytes.fromhex(nonce)) < 32:
        raise ValueError("a field of a challenge is malformed")
    return hashlib.sha256("\n".join(fields).encode()).digest()


def check_registration(expected: Expected, *, client_data: bytes, attestation_object: bytes) -> Registered:
    """Return the new passkey. Raises PasskeyRefused.

    Attestation is not judged: which model of phone an approver has is her employer's choice, not ours.
    """
    _check_client_data(expected, client_data, CollectedClientData.TYPE.CREATE)
    try:
        data = AttestationObject(_bounded(attestation_object)).auth_data
        credential = data.credential_data
    except _MALFORMED as error:
        raise PasskeyRefused("malformed") from error
    _check_authenticator(expected, data)
    if credential is None or not 0 < len(credential.credential_id) <= MAX_CREDENTIAL_ID:
        raise PasskeyRefused("malformed")
    _check_key(credential.public_key)
    return Registered(bytes(credential.credential_id), bytes(credential), data.counter, data.is_backup_eligible())


def check_assertion(expected: Expected, answer: Assertion, *, data: bytes, sign_count: int) -> int:
    """Return the authenticator's new count after checking its answer with the kept passkey. Raises PasskeyRefused.

    ``data``, ``sign_count``: what :func:`check_registration` gave, and the last count. The person must have been verified by the
    authenticator (finger, face, PIN): a stolen unlocked phone approves nothing.
    """
    _check_client_data(expected, answer.client_data, CollectedClientData.TYPE.GET)
    try:
        said = AuthenticatorData(_bounded(answer.authenticator_data))
        credential = AttestedCredentialData(data)
    except _MALFORMED as error:
        raise PasskeyRefused("malformed") from error
    _check_authenticator(expected, said)
    if not hmac.compare_digest(bytes(credential.credential_id), answer.credential_id):
        raise PasskeyRefused("other_passkey")
    try:
        signed = answer.authenticator_data + hashlib.sha256(answer.client_data).digest()
        _check_key(credential.public_key).verify(signed, _bounded(answer.signature))
    except InvalidSignature as error:
        raise PasskeyRefused("signature") from error
    except _MALFORMED as error:
        raise PasskeyRefused("malformed") from error
    # Synced passkeys always say 0; one that counts never goes back, unless it was copied (WebAuthn §6.1.1).
    if (said.counter or sign_count) and said.counter <= sign_count:
        raise PasskeyRefused("counter")
    return said.counter


# What the parsers of fido2 raise on foreign bytes.
_MALFORMED = (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError, RecursionError, struct.error)


def _check_client_data(expected: Expected, client_data: bytes, kind: str) -> None:
    try:
        said = CollectedClientData(_bounded(client_data))
        challenge, origin = bytes(said.challenge), str(said.origin)
    except _MALFORMED as error:
        raise PasskeyRefused("malformed") from error
    if said.type != kind:
        raise PasskeyRefused("type")
    if not hmac.compare_digest(challenge, expected.challenge):
        raise PasskeyRefused("challenge")
    if origin != expected.origin or said.cross_origin is not False:
        raise PasskeyRefused("origin")


def _check_authenticator(expected: Expected, said: AuthenticatorData) -> None:
    if not hmac.compare_digest(bytes(said.rp_id_hash), hashlib.sha256(expected.rp_id.encode()).digest()):
        raise PasskeyRefused("relying_party")
    if not said.is_user_present() or not said.is_user_verified():
        raise PasskeyRefused("not_verified")


def _check_key(key: CoseKey) -> CoseKey:
    if not isinstance(key, tuple(ALGORITHMS)):
        raise PasskeyRefused("algorithm")
    return key


def _bounded(data: bytes) -> bytes:
    if not 0 < len(data) <= MAX_ANSWER:
        raise ValueError("an answer of this size is no answer")
    return data

"""An authenticator in software, as a browser and a phone would answer together; it can be told to misbehave."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256

UP, UV, AT = 0x01, 0x04, 0x40


class Authenticator:
    """One passkey at one site. ``counts``: whether it counts its answers, as a hardware key does."""

    def __init__(self, *, rp_id: str = "localhost", origin: str = "http://localhost", counts: bool = False) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.credential_id = secrets.token_bytes(32)
        self.rp_id, self.origin, self.counts, self.count = rp_id, origin, counts, 0

    @property
    def credential(self) -> bytes:
        """The attested credential data: model, id, public key."""
        key = cbor.encode(dict(ES256.from_cryptography_key(self.key.public_key())))
        return bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + key

    def client_data(self, kind: str, challenge: bytes, **changes: Any) -> bytes:
        said = {"type": kind, "challenge": _text(challenge), "origin": self.origin, "crossOrigin": False, **changes}
        return json.dumps(said).encode()

    def data(self, flags: int) -> bytes:
        self.count += self.counts
        return hashlib.sha256(self.rp_id.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def register(self, challenge: bytes, *, flags: int = UP | UV, **changes: Any) -> tuple[bytes, bytes]:
        """Return client data and attestation object."""
        data = self.data(flags | AT) + self.credential
        return self.client_data("webauthn.create", challenge, **changes), cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})

    def answer(self, challenge: bytes, *, flags: int = UP | UV, kind: str = "webauthn.get", **changes: Any) -> tuple[bytes, bytes, bytes]:
        """Return client data, authenticator data and signature."""
        client_data, data = self.client_data(kind, challenge, **changes), self.data(flags)
        signature = self.key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(hashes.SHA256()))
        return client_data, data, signature

    def form(self, options: dict[str, Any], **changes: Any) -> dict[str, str]:
        """Return the fields that the page's script would post for ``options`` of a view: an answer, or a new passkey."""
        asked = options["publicKey"]
        challenge = base64.urlsafe_b64decode(asked["challenge"] + "=" * (-len(asked["challenge"]) % 4))
        if "rp" in asked:
            client_data, attestation = self.register(challenge, **changes)
            parts = {"client_data": client_data, "attestation_object": attestation}
        else:
            client_data, data, signature = self.answer(challenge, **changes)
            parts = {"client_data": client_data, "authenticator_data": data, "signature": signature, "credential_id": self.credential_id}
        return {"challenge": options["id"], **{name: _text(part) for name, part in parts.items()}}


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def phone_of(user: Any, *, known: bool = True) -> Authenticator:
    """Return a new passkey of ``user`` at localhost. ``known``: the keeper was told of it, as the page that adds one does."""
    from vermilion.apps.parties import passkeys
    from vermilion.apps.parties.passkeys import Bound, RelyingParty
    from vermilion.apps.seals.keeper.proofs import Proofs
    from vermilion.base import clock

    made = Authenticator()
    challenge = passkeys.ask(party=RelyingParty(made.rp_id, made.origin), bound=Bound("register"), user=user)
    client_data, attestation = made.register(passkeys.challenge_bytes(challenge))
    with passkeys.spending(challenge_id=challenge.id, user=user):
        facts = {"client_data": client_data, "attestation_object": attestation}
        passkey = passkeys.register(challenge_id=challenge.id, user=user, name="手机", **facts)
    if known:
        Proofs(clock.now).know_passkey({"passkey": str(passkey.pk)}, b"")
    return made


def keeper_here(monkeypatch: Any) -> None:
    """Let what the keeper knows of approvals be asked in this process and transaction, without its socket: the same code judges."""
    from vermilion.apps.seals.errors import KeeperUnavailable
    from vermilion.apps.seals.keeper import client
    from vermilion.apps.seals.keeper.proofs import Proofs
    from vermilion.base import clock

    proofs = Proofs(lambda: clock.now())

    def ask(head: dict[str, Any], *body: Any, **_options: Any) -> tuple[dict[str, Any], bytes]:
        if head["op"] not in ("know_passkey", "make_code", "prove_code"):
            raise KeeperUnavailable()
        return getattr(proofs, head["op"])(head, b"")

    monkeypatch.setattr(client, "_ask", ask)

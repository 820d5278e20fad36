"""Passkeys in the browser: who asks for them on a page, what its script asks (WebAuthn's JSON forms), and what the form brings back."""

from __future__ import annotations

import base64
import binascii
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.http import HttpRequest

from vermilion.apps.parties import passkeys
from vermilion.apps.parties.errors import PasskeyFailed
from vermilion.apps.parties.passkeys import RelyingParty
from vermilion.base.config import config
from vermilion.core.trust.passkeys import ALGORITHMS, MAX_ANSWER, Assertion


def relying_party(request: HttpRequest) -> RelyingParty | None:
    """Return who asks for passkeys on this page, None where browsers give none: a passkey belongs to a host name, never to a number.

    With a public address only that one counts. On this machine alone (a demo) it is ``localhost``, whatever the port.
    """
    parts = urlsplit(config().base_url)
    host = parts.hostname or ""
    if not _is_number(host):
        return RelyingParty(host, f"{parts.scheme}://{parts.netloc}") if request.get_host() == parts.netloc or host == "localhost" else None
    here = request.get_host()
    return RelyingParty("localhost", f"http://{here}") if here.partition(":")[0] == "localhost" else None


def required_party(request: HttpRequest) -> RelyingParty:
    """Return who asks. Raises PasskeyFailed where no passkey can be asked."""
    party = relying_party(request)
    if party is None:
        raise PasskeyFailed("no_host_name")
    return party


@dataclass(frozen=True)
class Owner:
    """What a new passkey keeps of its owner, and its phone shows in a list; ``id`` says nothing to others."""

    id: bytes
    name: str


def request_options(question: Any, allowed: Iterable[Any]) -> dict[str, Any]:
    """Return the JSON form of ``PublicKeyCredentialRequestOptions`` (WebAuthn §5.5); ``allowed``: passkeys, empty for any."""
    options = {"rpId": question.rp_id, "userVerification": "required", "allowCredentials": _credentials(allowed)}
    return _options(question, options)


def creation_options(question: Any, *, issuer: str, owner: Owner, known: Iterable[Any], found_alone: bool) -> dict[str, Any]:
    """Return the JSON form of ``PublicKeyCredentialCreationOptions`` (§5.4); ``known``: the passkeys that the owner has already.

    ``found_alone``: it must later be found without a name, as at a log-in.
    """
    selection = {"residentKey": "required", "requireResidentKey": True} if found_alone else {"residentKey": "preferred"}
    options = {
        "rp": {"id": question.rp_id, "name": issuer},
        "user": {"id": _encoded(owner.id), "name": owner.name, "displayName": owner.name},
        "pubKeyCredParams": [{"type": "public-key", "alg": number} for number in ALGORITHMS.values()],
        "authenticatorSelection": {**selection, "userVerification": "required"},
        "attestation": "none",
        "excludeCredentials": _credentials(known),
    }
    return _options(question, options)


def posted_assertion(request: HttpRequest) -> tuple[UUID, Assertion]:
    """Return question and answer that the script put into the form. Raises PasskeyFailed."""
    return challenge_id_of(request), Assertion(
        posted(request, "credential_id"),
        posted(request, "client_data"),
        posted(request, "authenticator_data"),
        posted(request, "signature"),
    )


def posted(request: HttpRequest, name: str) -> bytes:
    """Return one part of an answer that the script put into the form. Raises PasskeyFailed."""
    text = request.POST.get(name, "")
    try:
        if not 0 < len(text) <= MAX_ANSWER * 2:
            raise ValueError(name)
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error) as error:
        raise PasskeyFailed("malformed") from error


def challenge_id_of(request: HttpRequest) -> UUID:
    """Return which question the form answers. Raises PasskeyFailed."""
    try:
        return UUID(request.POST.get("challenge", ""))
    except ValueError as error:
        raise PasskeyFailed("malformed") from error


def _options(question: Any, options: dict[str, Any]) -> dict[str, Any]:
    timeout = int(passkeys.LASTS.total_seconds() * 1000)
    return {
        "id": str(question.id),
        "publicKey": {"challenge": _encoded(passkeys.challenge_bytes(question)), "timeout": timeout, **options},
    }


def _credentials(known: Iterable[Any]) -> list[dict[str, str]]:
    return [{"type": "public-key", "id": _encoded(_credential_id(passkey))} for passkey in known]


def _credential_id(passkey: Any) -> bytes:
    """Return the id that a passkey goes by at its authenticator."""
    data = bytes(passkey.data)
    return data[18 : 18 + int.from_bytes(data[16:18], "big")]


def _encoded(data: bytes) -> str:
    """Return ``data`` in base64url without padding, as WebAuthn's JSON forms have it."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True

"""What an OpenID provider says about who logs in (OpenID Connect Core 1.0, code flow with PKCE), checked before it is believed.

The provider's answer stands for the password only: the second factor is ours, as always.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import httpx
from django.utils.translation import gettext_lazy as _
from jwcrypto.common import JWException
from jwcrypto.jwk import JWKSet
from jwcrypto.jws import JWS

from vermilion.base.errors import VermilionError
from vermilion.base.tls import public_roots

ALGORITHMS = ["RS256", "PS256", "ES256"]
LEEWAY = 60
"""Seconds by which the provider's clock may differ from ours."""
LONGEST_LIFE = 3600
MAX_ANSWER = 256 * 1024
TIMEOUT = httpx.Timeout(5.0, connect=3.0)


class SignOnFailed(VermilionError):
    """Single sign-on did not say who comes; ``reason`` is a stable word for the log."""

    code = "sign_on_failed"
    status = 502
    message = _("单点登录没有成功。")
    hint = _("请再试一次；仍不成功时，请用密码登录，并告知管理员。")

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


@dataclass(frozen=True)
class Provider:
    """The insurer's OpenID provider, as configured, with the addresses that it publishes."""

    issuer: str
    client_id: str
    client_secret: str
    authorization: str
    token: str
    keys: str


@dataclass(frozen=True)
class Asked:
    """What one log-in was begun with; kept in the browser's session, used once."""

    state: str
    nonce: str
    verifier: str


def discover(issuer: str, client_id: str, client_secret: str) -> Provider:
    """Ask the provider where it is spoken to. Raises SignOnFailed."""
    said = _json(lambda client: client.get(f"{issuer.rstrip('/')}/.well-known/openid-configuration"))
    addresses = [said.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
    # Whoever answers in another's name is not the provider that was configured (Discovery §4.3); nor may it lead from https to http.
    if said.get("issuer") != issuer or not all(isinstance(one, str) and one.split(":")[0] == issuer.split(":")[0] for one in addresses):
        raise SignOnFailed("discovery")
    return Provider(issuer, client_id, client_secret, *map(str, addresses))


def authorization_url(provider: Provider, asked: Asked, back: str) -> str:
    """Return where the browser is sent."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(asked.verifier.encode()).digest()).rstrip(b"=").decode()
    query = {
        "response_type": "code",
        "scope": "openid profile",
        "client_id": provider.client_id,
        "redirect_uri": back,
        "state": asked.state,
        "nonce": asked.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    return f"{provider.authorization}{'&' if '?' in provider.authorization else '?'}{urlencode(query)}"


def redeem(provider: Provider, asked: Asked, *, code: str, back: str, now: datetime) -> dict[str, Any]:
    """Exchange the code and return the claims of the ID token, checked. Raises SignOnFailed."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": asked.verifier}
    answer = _json(lambda client: client.post(provider.token, data=form, auth=(provider.client_id, provider.client_secret)))
    keys = _json(lambda client: client.get(provider.keys))
    return claims_of(str(answer.get("id_token", "")), json.dumps(keys), provider, nonce=asked.nonce, now=now)


def claims_of(token: str, keys: str, provider: Provider, *, nonce: str, now: datetime) -> dict[str, Any]:
    """Return the claims of an ID token after checking signature, issuer, audience, nonce and time (Core §3.1.3.7). Raises SignOnFailed."""
    signed = JWS()
    signed.allowed_algs = ALGORITHMS
    try:
        signed.deserialize(token)
        key = JWKSet.from_json(keys).get_key(signed.jose_header.get("kid"))
        if key is None or key.get("use", "sig") != "sig":
            raise SignOnFailed("key")
        signed.verify(key)
        said = json.loads(signed.payload)
    except (JWException, ValueError, TypeError, KeyError) as error:
        raise SignOnFailed("signature") from error
    audience = said.get("aud") if isinstance(said.get("aud"), list) else [said.get("aud")]
    if said.get("iss") != provider.issuer:
        raise SignOnFailed("issuer")
    if audience != [provider.client_id] or said.get("azp", provider.client_id) != provider.client_id:
        raise SignOnFailed("audience")
    if not hmac.compare_digest(str(said.get("nonce", "")), nonce):
        raise SignOnFailed("nonce")
    moment, issued, expires = now.timestamp(), said.get("iat"), said.get("exp")
    if not all(isinstance(one, (int, float)) for one in (issued, expires)):
        raise SignOnFailed("time")
    if not (issued - LEEWAY <= moment <= expires + LEEWAY and moment - issued <= LONGEST_LIFE):
        raise SignOnFailed("time")
    if not isinstance(said.get("sub"), str) or not 0 < len(said["sub"]) <= 255:
        raise SignOnFailed("subject")
    return dict(said)


def _json(ask: Any) -> dict[str, Any]:
    try:
        with httpx.Client(verify=public_roots(), trust_env=False, follow_redirects=False, timeout=TIMEOUT) as client:
            answer = ask(client)
            if answer.status_code != 200 or len(answer.content) > MAX_ANSWER:
                raise SignOnFailed("refused")
            said = answer.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise SignOnFailed("unreachable") from error
    if not isinstance(said, dict):
        raise SignOnFailed("refused")
    return said

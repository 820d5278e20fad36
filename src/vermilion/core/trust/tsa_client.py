"""Asking timestamp authorities: an ordered list of one trust class, checked answers, and no token without a check.

A token that proves to be of another class than the list's is refused like a wrong one: a document never gets a weaker time because the
first authority did not answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import httpx

from . import timestamp
from .errors import TimestampError, TimestampUnavailable
from .store import TrustClass, TrustStore
from .timestamp import Token

MAX_RESPONSE = 64 * 1024
MAX_SKEW = timedelta(minutes=5)
"""A token whose time is further from our clock is refused: one of the two clocks is wrong, and nobody knows which."""


class RemoteAuthority(Protocol):
    """Somebody elsewhere who answers timestamp queries."""

    @property
    def name(self) -> str:
        """Return what an operator knows it by."""

    def ask(self, query: bytes) -> bytes:
        """Return the response (DER) to ``query`` (DER). Raises TimestampError when there is none."""


@dataclass(frozen=True)
class HttpAuthority:
    """A TSA reached by HTTP (RFC 3161 §3.4). ``seconds`` bounds connecting, sending and each read, and twice that the whole answer.

    ``elapsed`` is a clock that only runs forward, in seconds.
    """

    url: str
    client: httpx.Client
    elapsed: Callable[[], float]
    seconds: float = 5.0

    @property
    def name(self) -> str:
        """Return the address, which is what an operator knows the TSA by."""
        return self.url

    def ask(self, query: bytes) -> bytes:
        """Post the query. Raises TimestampError when the server can't be reached or answers anything but a timestamp reply."""
        headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        latest = self.elapsed() + 2 * self.seconds
        try:
            with self.client.stream(
                "POST", self.url, content=query, headers=headers, timeout=self.seconds, follow_redirects=False
            ) as answer:
                if answer.status_code != 200:
                    raise TimestampError(f"HTTP status {answer.status_code}")
                body = b""
                for part in answer.iter_bytes():
                    body += part
                    if len(body) > MAX_RESPONSE:
                        raise TimestampError("answer too long")
                    if self.elapsed() > latest:
                        raise TimestampError("the answer comes too slowly")
                return body
        except httpx.HTTPError as error:
            raise TimestampError(f"not reachable ({type(error).__name__})") from error


@dataclass(frozen=True)
class LocalAuthority:
    """The built-in TSA in the same process: the key is ours, so there is no answer to doubt.

    ``tsa`` is asked for each token: a TSA gets successors while its clients live.
    """

    tsa: Callable[[], timestamp.BuiltinTsa]
    clock: Callable[[], datetime]
    name: str = "builtin"

    def token(self, digest: bytes) -> Token:
        """Return a token over the SHA-256 ``digest``. Raises TimestampError outside the certificate's life."""
        return self.tsa().token(digest, now=self.clock())


@dataclass(frozen=True)
class TimestampClient:
    """Gets tokens from the first authority that gives a good one.

    ``trust_class`` is the one class of all authorities: ``trust`` must judge each token's certificate so. ``policy``, when given, is the
    only timestamp policy (dotted) that is taken.
    """

    authorities: Sequence[RemoteAuthority | LocalAuthority]
    trust: TrustStore
    random: Callable[[int], bytes]
    clock: Callable[[], datetime]
    trust_class: TrustClass
    policy: str | None = None

    def faults(self, digest: bytes) -> dict[str, str]:
        """Ask every authority for a token over ``digest``; return by name what is wrong with it, empty where nothing is."""
        found = {}
        for authority in self.authorities:
            try:
                self._token_of(authority, digest)
                found[authority.name] = ""
            except TimestampError as error:
                found[authority.name] = str(error)
        return found

    def token(self, digest: bytes) -> Token:
        """Return a checked token over the SHA-256 ``digest``. Raises TimestampUnavailable, telling each authority's fault."""
        faults = []
        for authority in self.authorities:
            try:
                return self._token_of(authority, digest)
            except TimestampError as error:
                faults.append(f"{authority.name}: {error}")
        raise TimestampUnavailable("; ".join(faults) or "no timestamp authority is configured")

    def _token_of(self, authority: RemoteAuthority | LocalAuthority, digest: bytes) -> Token:
        return authority.token(digest) if isinstance(authority, LocalAuthority) else self._ask(authority, digest)

    def _ask(self, authority: RemoteAuthority, digest: bytes) -> Token:
        nonce = int.from_bytes(self.random(8), "big") | 1 << 63
        token = timestamp.read(timestamp.token_of(authority.ask(timestamp.request(digest, nonce))))
        if token.digest_algorithm != "sha256" or token.digest != digest:
            raise TimestampError("the token is for another digest")
        if token.nonce != nonce:
            raise TimestampError("the token does not answer this request (nonce)")
        if self.policy is not None and token.policy != self.policy:
            raise TimestampError(f"the token has policy {token.policy}")
        now = self.clock()
        if abs(token.time - now) > MAX_SKEW:
            raise TimestampError(f"the token's time {token.time.isoformat()} is too far from ours")
        facts = self.trust.judge(token.certificate, others=token.others, moment=token.time, purpose="timestamps")
        if not facts.trusted:
            raise TimestampError(f"the token's certificate is not trusted ({facts.chain}, {facts.revocation})")
        if facts.trust_class != self.trust_class:
            raise TimestampError(f"the token is of class {facts.trust_class}, this list of class {self.trust_class}")
        return token

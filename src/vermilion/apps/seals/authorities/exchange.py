"""What goes between us and an outside CA: orders, answers, and HTTPS with time limits and bounded tries."""

from __future__ import annotations

import hashlib
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

import httpx
from cryptography import x509

from vermilion.apps.seals.errors import AuthorityRefused, AuthorityUnavailable
from vermilion.base.outside import PASSING, whole_answer
from vermilion.core.trust.request import MAX_ANSWER

from .settings import OutsideAuthority

PAUSES = (0.5, 2.0, 5.0, 5.0)
"""Seconds before the 2nd, 3rd … try."""
SHORTEST_WAIT, LONGEST_WAIT = 5, 24 * 3600
"""Bounds (seconds) of what an authority may tell us to wait."""


@dataclass(frozen=True)
class Order:
    """One certificate to be had. ``id`` is the same in every try, so that a CA that knows it issues once.

    ``request``: PKCS#10 (DER). ``evidence``: the record of the identity check, or what the operator set; may be empty.
    """

    id: UUID
    profile: str
    request: bytes
    common_name: str
    organisation: str
    evidence: bytes = b""
    reference: str = ""
    renewal: bool = False

    @property
    def evidence_sha256(self) -> str:
        """Return the SHA-256 (hex) of the evidence; empty without any."""
        return hashlib.sha256(self.evidence).hexdigest() if self.evidence else ""


@dataclass(frozen=True)
class Issued:
    """Certificates that came back, not judged yet."""

    certificates: tuple[x509.Certificate, ...]


@dataclass(frozen=True)
class Pending:
    """The authority needs time. ``reference`` is its word for the order; ask again after ``seconds``."""

    reference: str
    seconds: int


class Adapter(Protocol):
    """Carries an order to a CA."""

    def enrol(self, order: Order) -> Issued | Pending:
        """Send ``order``, or ask again about one with a reference. Raises AuthorityUnavailable (try later), AuthorityRefused (never)."""


def open_client(authority: OutsideAuthority) -> httpx.Client:
    """Return a client that trusts the authority's server only by the configured roots, and shows our client certificate."""
    context = ssl.create_default_context(cafile=str(authority.tls_roots) if authority.tls_roots else None)
    if authority.client_certificate is not None:
        context.load_cert_chain(authority.client_certificate, authority.client_key)
    return httpx.Client(verify=context, trust_env=False, timeout=authority.seconds, follow_redirects=False)


def ask(
    authority: OutsideAuthority, make: Callable[[], httpx.Request], client: httpx.Client, sleep: Callable[[float], None] = time.sleep
) -> httpx.Response:
    """Send the request that ``make`` makes anew for each try, at most ``authority.tries`` times.

    Raises AuthorityUnavailable when nothing usable comes back, AuthorityRefused for a refusal that a repetition does not change.
    """
    fault = ""
    for attempt in range(authority.tries):
        if attempt:
            sleep(PAUSES[attempt - 1])
        try:
            answer = whole_answer(client, make(), most=MAX_ANSWER, seconds=authority.seconds * 2)
        except (httpx.HTTPError, ssl.SSLError, TimeoutError) as error:
            fault = f"{type(error).__name__}: {error}"
            continue
        if answer.status_code in PASSING:
            fault = f"HTTP {answer.status_code}"
            continue
        if answer.status_code not in (200, 201, 202):
            raise AuthorityRefused(authority=authority.name, detail=f"HTTP {answer.status_code}: {answer.text[:200]}")
        return answer
    raise AuthorityUnavailable(authority=authority.name, detail=fault)


def wait_of(answer: httpx.Response) -> int:
    """Return the seconds of Retry-After, within our bounds."""
    text = answer.headers.get("retry-after", "")
    return min(max(int(text) if text.isdigit() else 60, SHORTEST_WAIT), LONGEST_WAIT)

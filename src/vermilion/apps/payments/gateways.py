"""The payment gateway as a small protocol, and the sandbox one of a demo instance.

A callback is signed with HMAC-SHA256 over ``<unix seconds> "." <raw body>``: the bytes as received, never a re-serialised body.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import Protocol

from vermilion.base import clock, master_key
from vermilion.base.instance import is_demo

from .errors import CallbackForged, CallbackStale, GatewayNotConfigured
from .models import PaymentOrder

# Gateways repeat for hours but stamp each try anew; five minutes cover clocks that differ.
MAX_AGE_SECONDS = 300
TIMESTAMP = re.compile(r"[0-9]{1,12}")  # unix seconds


@dataclass(frozen=True)
class Callback:
    """What a gateway says happened."""

    order_id: str
    case_number: str
    amount: int  # fen
    currency: str
    transaction_id: str
    payer: str


class Gateway(Protocol):
    """A way to pay. ``pay_path`` is where the customer is sent; ``check`` raises unless headers and body are genuine."""

    name: str

    def pay_path(self, order: PaymentOrder) -> str: ...

    def check(self, *, timestamp: str, signature: str, raw: bytes) -> None: ...


def sign(key: bytes, timestamp: str, raw: bytes) -> str:
    """Return the hex signature of a callback."""
    return hmac.new(key, timestamp.encode() + b"." + raw, hashlib.sha256).hexdigest()


class SandboxGateway:
    """Pays nothing; exists only in a demo instance. Its callbacks are signed like a real one's and travel over HTTP."""

    name = "sandbox"

    def pay_path(self, order: PaymentOrder) -> str:
        return f"/sandbox/pay/{order.id}/"

    def key(self) -> bytes:
        return master_key.derive("sandbox-gateway")

    def check(self, *, timestamp: str, signature: str, raw: bytes) -> None:
        # Bytes, because compare_digest takes no other letters than ASCII and a header may hold any.
        genuine = hmac.compare_digest(sign(self.key(), timestamp, raw).encode(), signature.lower().encode())
        if not genuine or not TIMESTAMP.fullmatch(timestamp):
            raise CallbackForged()
        if abs(clock.now().timestamp() - int(timestamp)) > MAX_AGE_SECONDS:
            raise CallbackStale()


def gateway(name: str | None = None) -> Gateway:
    """Return the configured gateway. Raises GatewayNotConfigured outside a demo instance: no real one is built yet."""
    if is_demo() and name in (None, "sandbox"):
        return SandboxGateway()
    raise GatewayNotConfigured()

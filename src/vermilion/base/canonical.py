"""Canonical JSON and digests (design §5: sorted ASCII keys, no floats, UTF-8)."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from typing import Any
from uuid import UUID

from .clock import rfc3339


def plain(value: Any) -> Any:
    """Return ``value`` as JSON types only; dates and UUIDs become strings. Raises TypeError on a float or an unknown type."""
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    raise TypeError(f"canonical JSON takes no {type(value).__name__}")


def canonical(value: Any) -> bytes:
    """Return the one byte string that stands for ``value``."""
    return json.dumps(plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sha256(data: bytes) -> str:
    """Return the SHA-256 of ``data`` as lower-case hex."""
    return hashlib.sha256(data).hexdigest()


def digest(value: Any) -> str:
    """Return the SHA-256 of the canonical form of ``value``."""
    return sha256(canonical(value))

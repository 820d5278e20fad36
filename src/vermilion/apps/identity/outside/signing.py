"""HMACs of messages between us and a provider: made over time and body, believed only within the allowed difference of clocks."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import datetime

from vermilion.base import clock, private

from .settings import Signature


class Unsigned(Exception):
    """A message whose signature is absent or wrong. ``str()``: forged, or stale."""


def stamp(signature: Signature, moment: datetime) -> str:
    """Return a moment as the provider writes it."""
    if signature.time_format == "rfc3339":
        return clock.rfc3339(moment)
    return str(int(moment.timestamp() * (1000 if signature.time_format == "unix_ms" else 1)))


def make(signature: Signature, *, time: str, method: str, path: str, body: bytes) -> str:
    """Return the signature of a message."""
    values = {"time": time, "method": method, "path": path, "body_sha256": hashlib.sha256(body).hexdigest()}
    text = b"".join(
        body if part == "{body}" else part.format_map(values).encode() for part in re.split(r"(\{body\})", signature.text) if part
    )
    digest = hmac.new(private.read_private(signature.secret_file).strip(), text, hashlib.sha256)
    return digest.hexdigest() if signature.encoding == "hex" else base64.b64encode(digest.digest()).decode()


def check(signature: Signature, headers: Mapping[str, str], *, method: str, path: str, body: bytes) -> None:
    """Believe a message or raise Unsigned. ``headers``: looked up without regard to case, as Django and httpx do."""
    time, given = headers.get(signature.time_header) or "", headers.get(signature.header) or ""
    genuine = make(signature, time=time, method=method, path=path, body=body)
    if signature.encoding == "hex":
        given = given.lower()
    if not hmac.compare_digest(genuine.encode(), given.encode()):
        raise Unsigned("forged")
    moment = _moment(signature, time)
    if moment is None:
        raise Unsigned("forged")
    if abs(clock.now().timestamp() - moment) > signature.skew_seconds:
        raise Unsigned("stale")


def _moment(signature: Signature, text: str) -> float | None:
    try:
        if signature.time_format == "rfc3339":
            return datetime.fromisoformat(text).timestamp()
        return int(text) / (1000 if signature.time_format == "unix_ms" else 1) if re.fullmatch(r"[0-9]{1,14}", text) else None
    except ValueError:
        return None

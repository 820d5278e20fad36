"""What all who ask another's HTTPS service share: a whole answer within bounds, and the values of its JSON by dotted paths."""

from __future__ import annotations

import time
from typing import Any

import httpx

PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Statuses after which the same request may well succeed."""


def whole_answer(client: httpx.Client, request: httpx.Request, *, most: int, seconds: float) -> httpx.Response:
    """Return the whole answer. Raises TimeoutError for one of more than ``most`` bytes or that takes longer, httpx.HTTPError."""
    latest = time.monotonic() + seconds
    answer = client.send(request, stream=True)
    try:
        body = bytearray()
        for part in answer.iter_bytes():
            body += part
            if len(body) > most or time.monotonic() > latest:
                raise TimeoutError("the answer is too long or comes too slowly")
    finally:
        answer.close()
    kept = {name: value for name, value in answer.headers.items() if name not in ("content-encoding", "content-length")}
    return httpx.Response(answer.status_code, headers=kept, content=bytes(body), request=request)


def value_at(told: Any, path: str) -> Any:
    """Return what stands at a dotted path of a JSON value; None where nothing does, and for an empty path."""
    for name in path.split(".") if path else []:
        told = told.get(name) if isinstance(told, dict) else None
    return told if path else None


def nested(fields: dict[str, str]) -> dict[str, Any]:
    """Return the JSON object that has each value at its dotted path."""
    whole: dict[str, Any] = {}
    for name, value in fields.items():
        *folders, last = name.split(".")
        place = whole
        for folder in folders:
            place = place.setdefault(folder, {})
        place[last] = value
    return whole

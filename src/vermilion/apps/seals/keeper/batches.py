"""``sign_many``: several documents in one frame, each signed, refused and recorded as if it had come alone; the answers in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

Frame = tuple[dict[str, Any], bytes]
OPERATION = "sign_many"
MAX_DOCUMENTS = 64
"""What keeps the head within a frame's, and other callers from waiting long for a thread."""


class BatchFault(Exception):
    """The request does not say where its documents begin and end; none was signed."""


def request(heads: Sequence[dict[str, Any]], bodies: Sequence[bytes]) -> dict[str, Any]:
    """Return the head of one request for the ``sign`` requests ``heads``; its body is ``bodies``, one after the other."""
    return {"op": OPERATION, "documents": [{**head, "length": len(body)} for head, body in zip(heads, bodies, strict=True)]}


def answer(head: dict[str, Any], body: bytes, one: Callable[[dict[str, Any], bytes], Frame]) -> Frame:
    """Have ``one`` answer each document of a request, whatever becomes of the others. Raises BatchFault."""
    answers = [one({**document, "op": "sign"}, part) for document, part in _parted(head.get("documents"), body)]
    heads = [{**facts, "length": len(data)} for facts, data in answers]
    return {"ok": True, "documents": heads}, b"".join(data for _facts, data in answers)


def answers(head: dict[str, Any], body: bytes) -> list[Frame]:
    """Return the answers that one answer holds. Raises BatchFault."""
    return _parted(head.get("documents"), body)


def _parted(heads: Any, body: bytes) -> list[Frame]:
    if not isinstance(heads, list) or len(heads) > MAX_DOCUMENTS:
        raise BatchFault(f"a batch is a list of at most {MAX_DOCUMENTS} documents")
    lengths: list[Any] = [head.get("length") if isinstance(head, dict) else None for head in heads]
    if not all(type(length) is int and length >= 0 for length in lengths) or sum(lengths) != len(body):
        raise BatchFault("the lengths of a batch's documents are not that of its body")
    parts, position = [], 0
    for head, length in zip(heads, lengths, strict=True):
        parts.append((head, body[position : position + length]))
        position += length
    return parts

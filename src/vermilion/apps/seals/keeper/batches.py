"""Several parts in one frame: the head lists what is to be said of each, its ``length`` with it; the body has them one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

MOST_DOCUMENTS = 64
"""What keeps the head within a frame's, and other callers from waiting long."""

Body = TypeVar("Body", bytes, memoryview)


class BatchFault(Exception):
    """The frame does not say where its parts begin and end; nothing was done with any of them."""


def listed(heads: Sequence[dict[str, Any]], lengths: Sequence[int]) -> list[dict[str, Any]]:
    """Return what a frame's head lists of parts that have these heads and lengths."""
    return [{**head, "length": length} for head, length in zip(heads, lengths, strict=True)]


def parted(heads: Any, body: Body) -> list[tuple[dict[str, Any], Body]]:
    """Return head and bytes of each part; ``heads`` is what the frame's head lists. Raises BatchFault."""
    if not isinstance(heads, list) or len(heads) > MOST_DOCUMENTS:
        raise BatchFault(f"a batch is a list of at most {MOST_DOCUMENTS} documents")
    lengths: list[Any] = [head.get("length") if isinstance(head, dict) else None for head in heads]
    if not all(type(length) is int and length >= 0 for length in lengths) or sum(lengths) != len(body):
        raise BatchFault("the lengths of a batch's documents are not that of its body")
    parts, position = [], 0
    for head, length in zip(heads, lengths, strict=True):
        parts.append((head, body[position : position + length]))  # of a single one this is the body itself, not a copy
        position += length
    return parts

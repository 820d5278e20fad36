"""The operators of a content stream (ISO 32000-1, 7.8.2) with their operands."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .tokens import REGULAR

_PART = re.compile(
    rb"\((?>[^()\\]++|\\[\x00-\xff]|\((?>[^()\\]++|\\[\x00-\xff])*+\))*+\)|<[0-9A-Fa-f\s]*+>|<<|>>|[\[\]]|/%b*+|%b++|%%[^\r\n]*+|[(<>)]"
    % (REGULAR, REGULAR)
)
NUMBER = re.compile(rb"[+-]?(?:\d+\.?\d*|\.\d+)")
_OPERANDS = frozenset((b"(", b"<", b"[", b"]", b"/", b">", b"%"))


class OtherDrawing(ValueError):
    """The appearance draws something else than a field's text, background and frame."""


def operations(content: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """Yield every operator of a content stream with its operands."""
    operands: list[bytes] = []
    for part in _PART.findall(content):
        if part.startswith(b"%"):
            continue
        if part[:1] in _OPERANDS or NUMBER.fullmatch(part):
            operands.append(part)
            continue
        yield part.decode("latin-1"), operands
        operands = []

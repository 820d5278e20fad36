"""The committed fonts (see ``tools/make_fonts.py`` for their recipe and source) and the question whether they can print a text."""

from __future__ import annotations

import functools
import hashlib
import io
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

FOLDER = Path(__file__).resolve().parent
SERIF, SERIF_BOLD = FOLDER / "NotoSerifSC-Regular.ttf", FOLDER / "NotoSerifSC-Bold.ttf"
SANS, SANS_BOLD = FOLDER / "NotoSansSC-Regular.ttf", FOLDER / "NotoSansSC-Bold.ttf"
# The code points that all four fonts have, as ranges: reading four character maps would take half a second of each process.
COVERAGE = FOLDER / "coverage.txt"
# Breaks of lines are layout, not characters; every other control or format character is refused like a missing glyph.
_LAYOUT = frozenset("\n")


@functools.cache
def load(path: Path) -> TTFont:
    """Return one of the fonts for reading outlines. Kept for the life of the process."""
    from fontTools.ttLib import TTFont  # few processes read outlines, every one asks what can be printed

    return TTFont(io.BytesIO(path.read_bytes()), lazy=True)  # from memory: no file stays open


@functools.cache
def printable() -> frozenset[int]:
    """Return the code points that all four fonts can print, from the list that ``tools/make_fonts.py`` wrote beside them."""
    found: set[int] = set()
    for line in COVERAGE.read_text(encoding="ascii").split():
        first, _, last = line.partition("-")
        found.update(range(int(first, 16), int(last or first, 16) + 1))
    return frozenset(found)


def damaged() -> list[str]:
    """Return the names of font files that are missing or not byte for byte the committed ones; empty when all is well."""
    wanted = [line.split("  ") for line in (FOLDER / "SHA256SUMS").read_text(encoding="ascii").splitlines()]
    return [
        name
        for recorded, name in wanted
        if not (FOLDER / name).is_file() or hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() != recorded
    ]


def missing_characters(text: str) -> list[str]:
    """Return the characters of ``text`` that cannot be printed, each once, in their order.

    Asked at intake, while the person can still answer. Characters are looked up as typed: nothing is normalised or substituted.
    """
    known = printable()
    return [
        character
        for character in dict.fromkeys(text)
        if character not in _LAYOUT and (ord(character) not in known or unicodedata.category(character) in {"Cc", "Cf", "Co", "Cs"})
    ]


def missing_in(data: Any) -> dict[str, list[str]]:
    """Return ``{dotted path: characters}`` for every string inside JSON-like ``data`` that cannot be printed; empty when all can."""
    found = ((path, missing_characters(text)) for path, text in _strings(data, ()))
    return {path: characters for path, characters in found if characters}


def _strings(data: Any, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if isinstance(data, str):
        yield ".".join(path), data
    elif isinstance(data, dict):
        for key, value in data.items():
            yield from _strings(value, (*path, str(key)))
    elif isinstance(data, (list, tuple)):
        for index, value in enumerate(data):
            yield from _strings(value, (*path, str(index)))

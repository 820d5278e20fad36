"""The committed fonts (see ``tools/make_fonts.py`` for their recipe and source) and the question whether they can print a text.

An installation may add a :class:`Pack` of rare characters. Which one is in use is said once, at the start of a process, by
:func:`use_pack`; it is part of what a digest of a template is made of, so that the same digest still means the same pages.
"""

from __future__ import annotations

import functools
import hashlib
import io
import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

from .packs import Pack, open_pack, ranges_in, sums_of

FOLDER = Path(__file__).resolve().parent
SERIF, SERIF_BOLD = FOLDER / "NotoSerifSC-Regular.ttf", FOLDER / "NotoSerifSC-Bold.ttf"
SANS, SANS_BOLD = FOLDER / "NotoSansSC-Regular.ttf", FOLDER / "NotoSansSC-Bold.ttf"
# The code points that all four fonts have, as ranges: reading four character maps would take half a second of each process.
COVERAGE = FOLDER / "coverage.txt"
# Breaks of lines are layout, not characters; every other control or format character is refused like a missing glyph.
_LAYOUT = frozenset("\n")
_ESCAPE = re.compile(r'\\[^"\\n]')
_pack: Pack | None = None


def use_pack(pack: Pack | None) -> None:
    """Print the characters of ``pack`` too, in this process and from now on; None: only the committed fonts."""
    global _pack
    if pack != _pack:
        _pack = pack
        printable.cache_clear()


def use_folder(folder: Path) -> Pack:
    """Take the pack in ``folder`` into use and return it; opened once per process. Raises FontPackError."""
    pack = _opened(folder)
    use_pack(pack)
    return pack


@functools.cache
def _opened(folder: Path) -> Pack:
    return open_pack(folder)


def pack_in_use() -> Pack | None:
    """Return the pack of rare characters in use, if any."""
    return _pack


@functools.cache
def load(path: Path) -> TTFont:
    """Return one of the fonts for reading outlines. Kept for the life of the process."""
    from fontTools.ttLib import TTFont  # few processes read outlines, every one asks what can be printed

    font = TTFont(io.BytesIO(path.read_bytes()), lazy=True)  # from memory: no file stays open
    # The files name no glyphs. Numbers will do; making names from the character map takes half a second of each process.
    font.setGlyphOrder([str(number) for number in range(font["maxp"].numGlyphs)])
    return font


@functools.cache
def printable() -> frozenset[int]:
    """Return the code points that all four fonts, or the pack in use, can print, from the lists that their recipe wrote beside them."""
    own = ranges_in(COVERAGE.read_text(encoding="ascii"))
    return own | _pack.coverage if _pack else own


def damaged() -> list[str]:
    """Return the names of font files, the pack's too, that are missing or not byte for byte the recorded ones; empty when all is well."""
    wanted = [(folder, *line) for folder in (FOLDER, *((_pack.folder,) if _pack else ())) for line in sums_of(folder)]
    return [
        name
        for folder, recorded, name in wanted
        if not (folder / name).is_file() or hashlib.sha256((folder / name).read_bytes()).hexdigest() != recorded
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


def missing_in_json(text: str) -> dict[str, list[str]]:
    """Return what :func:`missing_in` finds in a JSON text; some ten times as fast when nothing is missing."""
    # Any escape but those of a quotation mark, a backslash and a line feed stands for another character than those that are looked at.
    if missing_characters(text) or _ESCAPE.search(text):
        return missing_in(json.loads(text))
    return {}


def _strings(data: Any, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if isinstance(data, str):
        yield ".".join(path), data
    elif isinstance(data, dict):
        for key, value in data.items():
            yield from _strings(value, (*path, str(key)))
    elif isinstance(data, (list, tuple)):
        for index, value in enumerate(data):
            yield from _strings(value, (*path, str(index)))

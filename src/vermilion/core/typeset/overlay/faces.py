"""The committed fonts as records of single glyphs, put together to a subset for each document.

A general subsetter reads and writes a whole font; here the outlines lie ready in memory and a document's font is their concatenation.
"""

from __future__ import annotations

import functools
import struct
from collections.abc import Iterable
from itertools import accumulate

import numpy as np

from ..fonts import FOLDER, load
from .errors import DoesNotFit

_TABLES = (b"glyf", b"head", b"hhea", b"hmtx", b"loca", b"maxp")  # ISO 32000-1 §9.9: what a CIDFontType2 must have


class Face:
    """One font: ``glyphs`` by character, advances in 1/1000 em."""

    def __init__(self, name: str) -> None:
        font = load(FOLDER / f"{name}.ttf")
        if font["head"].unitsPerEm != 1000:
            raise ValueError("widths are taken as they are")
        count = font["maxp"].numGlyphs
        # Read as they lie in the file: taking every glyph apart costs a second for the four fonts, and a document shows few of them.
        # Not by getTableData, which puts all glyphs together again, for 15 seconds, when somebody has looked at one of them.
        raw = font.reader
        self._outlines = raw["glyf"]
        wide = font["head"].indexToLocFormat == 1
        places = np.frombuffer(raw["loca"], ">u4" if wide else ">u2").astype(int) * (1 if wide else 2)
        self._places: list[int] = places.tolist()
        self._metrics = _metrics(raw["hmtx"], font["hhea"].numberOfHMetrics, count)
        advances = np.frombuffer(self._metrics, ">u2")[::2].tolist()
        # A glyph made of others would name them by numbers that a subset does not keep (OpenType, "glyf": numberOfContours < 0).
        starts = np.frombuffer(self._outlines + b"\0", np.uint8)[places[:-1]]
        whole = ((starts < 0x80) | (places[1:] == places[:-1])).tolist()
        order = font.getReverseGlyphMap()
        self.glyphs = {chr(code): order[name] for code, name in font.getBestCmap().items() if whole[order[name]]}
        self.advances = {character: advances[glyph] for character, glyph in self.glyphs.items()}
        self._head, self._hhea, self._maxp = (raw[table] for table in ("head", "hhea", "maxp"))

    def width(self, text: Iterable[str]) -> float:
        """Return the width of ``text`` in 1/1000 em, without kerning. Raises DoesNotFit for a character that the font lacks."""
        try:
            return sum(map(self.advances.__getitem__, text))
        except KeyError as error:
            raise DoesNotFit(f"no glyph for U+{ord(error.args[0]):04X}") from error

    def subset(self, text: str) -> bytes:
        """Return a TrueType program whose glyph 0 is .notdef and glyph n the n-th character of ``text``."""
        glyphs = [0, *map(self.glyphs.__getitem__, text)]
        outlines = [self._outlines[self._places[glyph] : self._places[glyph + 1]] for glyph in glyphs]
        places = list(accumulate(map(len, outlines), initial=0))
        count = len(glyphs)
        tables = (
            b"".join(outlines),
            self._head[:8] + bytes(4) + self._head[12:50] + b"\0\1" + self._head[52:],  # long places
            self._hhea[:34] + struct.pack(">H", count),
            b"".join([self._metrics[4 * glyph : 4 * glyph + 4] for glyph in glyphs]),
            struct.pack(f">{count + 1}L", *places),
            self._maxp[:4] + struct.pack(">H", count) + self._maxp[6:],
        )
        return _program(tables)


def _metrics(table: bytes, pairs: int, count: int) -> bytes:
    """Return advance and bearing of every glyph: in the file the last ones may share an advance (OpenType, "hmtx")."""
    shared = table[4 * pairs - 4 : 4 * pairs - 2]
    bearings = (table[at : at + 2] for at in range(4 * pairs, 4 * pairs + 2 * (count - pairs), 2))
    return table[: 4 * pairs] + b"".join(shared + bearing for bearing in bearings)


def _program(tables: tuple[bytes, ...]) -> bytes:
    """Write the font file: directory, tables, and the checksums that the format asks for (OpenType, "Organization of an OpenType font")."""
    directory = [struct.pack(">LHHHH", 0x00010000, len(tables), 64, 2, len(tables) * 16 - 64)]
    at, padded = 12 + 16 * len(tables), []
    for tag, table in zip(_TABLES, tables, strict=True):
        body = table + bytes(-len(table) % 4)
        directory.append(tag + struct.pack(">LLL", _checksum(body), at, len(table)))
        padded.append(body)
        at += len(body)
    program = bytearray(b"".join(directory + padded))
    head = 12 + 16 * len(tables) + len(padded[0])
    program[head + 8 : head + 12] = struct.pack(">L", (0xB1B0AFBA - _checksum(bytes(program))) & 0xFFFFFFFF)
    return bytes(program)


def _checksum(data: bytes) -> int:
    return int(np.frombuffer(data, ">u4").sum(dtype=np.uint64)) & 0xFFFFFFFF


@functools.cache
def face(name: str) -> Face:
    """Return a committed font by its PostScript name, for instance ``NotoSerifSC-Regular``. Kept for the life of the process."""
    return Face(name)

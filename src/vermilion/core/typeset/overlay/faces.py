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
        order = font.getReverseGlyphMap()
        metrics, outlines, places = font["hmtx"].metrics, font.getTableData("glyf"), font["loca"]
        names = font.getGlyphOrder()
        self._metrics = [struct.pack(">Hh", *metrics[glyph]) for glyph in names]
        self._outlines = [outlines[places[glyph] : places[glyph + 1]] for glyph in range(len(names))]
        # A glyph made of others would name them by numbers that a subset does not keep (OpenType, "glyf": numberOfContours < 0).
        whole = [not outline or outline[0] < 0x80 for outline in self._outlines]
        self.glyphs = {chr(code): order[glyph] for code, glyph in font.getBestCmap().items() if whole[order[glyph]]}
        self.advances = {character: metrics[names[glyph]][0] for character, glyph in self.glyphs.items()}
        self._head, self._hhea, self._maxp = (font.getTableData(table) for table in ("head", "hhea", "maxp"))

    def width(self, text: Iterable[str]) -> float:
        """Return the width of ``text`` in 1/1000 em, without kerning. Raises DoesNotFit for a character that the font lacks."""
        try:
            return sum(map(self.advances.__getitem__, text))
        except KeyError as error:
            raise DoesNotFit(f"no glyph for U+{ord(error.args[0]):04X}") from error

    def subset(self, text: str) -> bytes:
        """Return a TrueType program whose glyph 0 is .notdef and glyph n the n-th character of ``text``."""
        glyphs = [0, *map(self.glyphs.__getitem__, text)]
        outlines = [self._outlines[glyph] for glyph in glyphs]
        places = list(accumulate(map(len, outlines), initial=0))
        count = len(glyphs)
        tables = (
            b"".join(outlines),
            self._head[:8] + bytes(4) + self._head[12:50] + b"\0\1" + self._head[52:],  # long places
            self._hhea[:34] + struct.pack(">H", count),
            b"".join([self._metrics[glyph] for glyph in glyphs]),
            struct.pack(f">{count + 1}L", *places),
            self._maxp[:4] + struct.pack(">H", count) + self._maxp[6:],
        )
        return _program(tables)


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

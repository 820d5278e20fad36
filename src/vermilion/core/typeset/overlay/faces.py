"""The committed fonts as records of single glyphs, put together to a subset for each document.

A general subsetter reads and writes a whole font; here the outlines lie ready in memory and a document's font is their concatenation.
"""

from __future__ import annotations

import functools
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from ..fonts import FOLDER, load
from .errors import DoesNotFit

_TABLES = (b"glyf", b"head", b"hhea", b"hmtx", b"loca", b"maxp")  # ISO 32000-1 §9.9: what a CIDFontType2 must have


@dataclass(frozen=True)
class Subset:
    """A TrueType ``program``, and of each of its characters the advance (1/1000 em) and the code in UTF-16, as a PDF writes them."""

    program: bytes
    advances: tuple[bytes, ...]
    meanings: tuple[bytes, ...]


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
        head, hhea, maxp = (raw[table] for table in ("head", "hhea", "maxp"))
        self._head = head[:8] + bytes(4) + head[12:50] + b"\0\1" + head[52:] + bytes(-len(head) % 4)  # long places
        self._hhea, self._maxp = hhea[:34], (maxp[:4], maxp[6:] + bytes(-len(maxp) % 4))
        self._sums = _checksum(self._head), _checksum(self._hhea + b"\0\0"), _checksum(maxp[:4] + b"\0\0" + self._maxp[1])
        self._lengths = len(head), len(maxp)
        self._records: dict[str, _Record] = {}

    def width(self, text: Iterable[str]) -> float:
        """Return the width of ``text`` in 1/1000 em, without kerning. Raises DoesNotFit for a character that the font lacks."""
        try:
            return sum(map(self.advances.__getitem__, text))
        except KeyError as error:
            raise DoesNotFit(f"no glyph for U+{ord(error.args[0]):04X}") from error

    def subset(self, text: str) -> Subset:
        """Return the font of ``text``, without a character twice: glyph 0 is .notdef and glyph n the n-th character."""
        try:
            records = [self._records[letter] for letter in ("", *text)]
        except KeyError:
            for letter in ("", *text):
                self._records.setdefault(letter, self._record(letter))
            return self.subset(text)
        outlines, sums, metrics, widths, advances, meanings = zip(*records, strict=True)
        places = list(accumulate(map(len, outlines), initial=0))
        count, (head, hhea, maxp) = len(records), self._sums
        program = _program(
            (
                (b"".join(outlines), places[-1], sum(sums)),
                (self._head, self._lengths[0], head),
                (self._hhea + struct.pack(">H", count), 36, hhea + count),
                (b"".join(metrics), 4 * count, sum(widths)),
                (struct.pack(f">{count + 1}L", *places), 4 * count + 4, sum(places)),
                (self._maxp[0] + struct.pack(">H", count) + self._maxp[1], self._lengths[1], maxp + (count << 16)),
            )
        )
        return Subset(program, advances[1:], meanings[1:])

    def _record(self, letter: str) -> _Record:
        glyph = self.glyphs[letter] if letter else 0
        outline = self._outlines[self._places[glyph] : self._places[glyph + 1]]
        outline += bytes(-len(outline) % 4)
        metrics = self._metrics[4 * glyph : 4 * glyph + 4]
        meaning = b"<%b>" % letter.encode("utf-16-be").hex().upper().encode()
        return outline, _checksum(outline), metrics, int.from_bytes(metrics, "big"), b"%d" % int.from_bytes(metrics[:2], "big"), meaning


_Record = tuple[bytes, int, bytes, int, bytes, bytes]
"""What subsets need of a glyph: outline (of whole words), its checksum, advance and bearing as bytes and as one word, the advance and the
character as a PDF writes them."""


def _metrics(table: bytes, pairs: int, count: int) -> bytes:
    """Return advance and bearing of every glyph: in the file the last ones may share an advance (OpenType, "hmtx")."""
    shared = table[4 * pairs - 4 : 4 * pairs - 2]
    bearings = (table[at : at + 2] for at in range(4 * pairs, 4 * pairs + 2 * (count - pairs), 2))
    return table[: 4 * pairs] + b"".join(shared + bearing for bearing in bearings)


def _program(tables: tuple[tuple[bytes, int, int], ...]) -> bytes:
    """Write the font file: directory, tables (each of whole words, with its length and the sum of its words), and the checksums that the
    format asks for (OpenType, "Organization of an OpenType font"): that of the whole file is the sum of what was summed already.
    """
    at, total = 12 + 16 * len(tables), 0
    directory = [struct.pack(">LHHHH", 0x00010000, len(tables), 64, 2, len(tables) * 16 - 64)]
    for tag, (body, length, words) in zip(_TABLES, tables, strict=True):
        directory.append(tag + struct.pack(">LLL", words & 0xFFFFFFFF, at, length))
        total += words
        at += len(body)
    begin = b"".join(directory)
    total += sum(struct.unpack(f">{len(begin) // 4}L", begin))
    outlines, head = tables[0][0], tables[1][0]
    adjusted = head[:8] + struct.pack(">L", (0xB1B0AFBA - total) & 0xFFFFFFFF) + head[12:]
    return b"".join([begin, outlines, adjusted, *[body for body, _, _ in tables[2:]]])


def _checksum(data: bytes) -> int:
    return int(np.frombuffer(data, ">u4").sum(dtype=np.uint64)) & 0xFFFFFFFF


@functools.cache
def face(name: str) -> Face:
    """Return a committed font by its PostScript name, for instance ``NotoSerifSC-Regular``. Kept for the life of the process."""
    return Face(name)

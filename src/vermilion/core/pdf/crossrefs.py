"""The chain of cross-reference sections, as the last ``startxref`` leads through it: tables, streams, hybrids. Bounded."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from .scan import REGULAR, SPACE, VALUE, Fault, Scanner, TooComplex

MOST_ENTRIES = 200_000
MOST_SECTIONS = 256
"""Revisions of one file; each signature, timestamp and DSS takes one."""
_NEAR_END = 2048

_LAST = re.compile(rb"startxref%b++(\d{1,12}+)%b++%%%%EOF" % (SPACE, SPACE))
_TABLE = re.compile(rb"%b*+xref(?!%b)" % (SPACE, REGULAR))
_SECTION = re.compile(rb"%b*+(\d{1,10}+)[ ]++(\d{1,10}+)[ ]*+(?:\r\n|\n|\r)" % SPACE)
_ENTRY = re.compile(rb"(\d{10}) (\d{5}) ([fn])(?: \r| \n|\r\n)")
_ROWS = re.compile(rb"(?>\d{10} \d{5} [fn](?: \r| \n|\r\n))*+")
_ENTRY_SIZE = 20
_KINDS = {b"n": "n", b"f": "f"}
_TRAILER = re.compile(rb"%b*+trailer(?!%b)" % (SPACE, REGULAR))
_OBJECT = re.compile(rb"%b*+(\d{1,10}+)%b++(\d{1,5}+)%b++obj(?!%b)" % (SPACE, SPACE, SPACE, REGULAR))
_STREAM = re.compile(rb"%b*+stream(?:\r\n|\n)" % SPACE)
_REFERENCE = re.compile(rb"(\d{1,10}+)%b++(\d{1,5}+)%b++R" % (SPACE, SPACE))
_NUMBERS = re.compile(rb"\d++")


class Place(NamedTuple):
    """Where an object is: ``kind`` n (``where`` is an offset, ``extra`` the generation), f (free) or c (in object stream ``where``)."""

    kind: str
    where: int
    extra: int


@dataclass
class Section:
    """One section. ``start`` is the declared offset; ``own`` the object number of a cross-reference stream; ``hybrid`` its second half."""

    start: int
    found_at: int
    trailer: dict[str, bytes]
    entries: dict[int, Place] = field(default_factory=dict)
    own: int | None = None
    hybrid: Section | None = None
    doubled: bool = False

    @property
    def kind(self) -> str:
        """Return ``table``, ``stream`` or ``hybrid``."""
        return "stream" if self.own is not None else "hybrid" if self.hybrid is not None else "table"


@dataclass
class CrossReferences:
    """All sections, the newest first."""

    sections: list[Section]

    @cached_property
    def places(self) -> dict[int, Place]:
        """Return what the newest section that names it says of each object."""
        found: dict[int, Place] = {}
        for section in reversed(self.sections):
            if section.hybrid is not None:
                found.update(section.hybrid.entries)
                found.update({number: place for number, place in section.entries.items() if place.kind != "f" or number not in found})
            else:
                found.update(section.entries)
        return found

    @property
    def root(self) -> int | None:
        """Return the object number of the catalog."""
        return reference(self.sections[0].trailer.get("Root", b"")) if self.sections else None


def read(data: bytes) -> CrossReferences:
    """Return the chain that starts at the file's last ``startxref``. Raises Fault, TooComplex."""
    ends = list(_LAST.finditer(data, max(0, len(data) - _NEAR_END)))
    if not ends:
        raise Fault(len(data))
    reader = _Reader(data)
    sections: list[Section] = []
    seen: set[int] = set()
    following: int | None = int(ends[-1][1])
    while following is not None:
        if following in seen or following >= len(data):
            raise Fault(following)
        if len(sections) >= MOST_SECTIONS:
            raise TooComplex
        seen.add(following)
        section = reader.section(following)
        sections.append(section)
        following = number(section.trailer["Prev"]) if "Prev" in section.trailer else None
    return CrossReferences(sections)


def reference(raw: bytes) -> int | None:
    """Return the object number of a reference, or None."""
    found = _REFERENCE.fullmatch(raw)
    return int(found[1]) if found else None


_ONE_REFERENCE = re.compile(rb"%b*+(\d{1,10}+)%b++\d{1,5}+%b++R(?!%b)" % (SPACE, SPACE, SPACE, REGULAR))


def references(raw: bytes) -> list[int]:
    """Return the numbers of an array of references. Raises Fault for anything else in it."""
    if not raw.startswith(b"["):
        raise Fault(0)
    found = []
    position = 1
    while one := _ONE_REFERENCE.match(raw, position):
        found.append(int(one[1]))
        position = one.end()
    if raw[position:].strip(b"\x00\t\n\x0c\r ") != b"]":
        raise Fault(0)
    return found


_PLAIN_TEXT = re.compile(rb"\(([ -'*-\[\]-~]*)\)")


def plain_text(raw: bytes) -> str | None:
    """Return a literal string of printable ASCII without escapes, or None for any other."""
    found = _PLAIN_TEXT.fullmatch(raw)
    return found[1].decode("ascii") if found else None


def number(raw: bytes) -> int:
    """Return a plain whole number. Raises Fault."""
    if not _NUMBERS.fullmatch(raw):
        raise Fault(0)
    return int(raw)


def numbers(raw: bytes) -> list[int]:
    """Return the numbers of an array of plain whole numbers. Raises Fault."""
    if not raw.startswith(b"["):
        raise Fault(0)
    return [number(one) for one in raw[1:-1].split()]


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._scanner = Scanner(data, lambda _: None)
        self._entries = 0

    def section(self, start: int) -> Section:
        table = _TABLE.match(self._data, start)
        return self._table(start, table.end()) if table else self._stream(start)

    def _count(self, more: int) -> None:
        self._entries += more
        if self._entries > MOST_ENTRIES:
            raise TooComplex

    def _table(self, start: int, position: int) -> Section:
        data = self._data
        found: dict[int, Place] = {}
        doubled = False
        while head := _SECTION.match(data, position):
            first, count = int(head[1]), int(head[2])
            self._count(count)
            position = head.end()
            end = position + _ENTRY_SIZE * count
            if end > len(data) or _ROWS.fullmatch(data, position, end) is None:
                raise Fault(position)
            places = [Place(_KINDS[kind], int(where), int(extra)) for where, extra, kind in _ENTRY.findall(data, position, end)]
            known = len(found)
            found.update(zip(range(first, first + count), places, strict=True))
            doubled = doubled or len(found) != known + count
            position = end
        trailer = _TRAILER.match(data, position)
        if trailer is None:
            raise Fault(position)
        entries = self._dictionary(trailer.end())
        section = Section(start, _skip(data, start), entries, found, doubled=doubled)
        if "XRefStm" in entries:
            section.hybrid = self._stream(number(entries["XRefStm"]))
        return section

    def _dictionary(self, position: int) -> dict[str, bytes]:
        begin, end = self._scanner.value(position)
        return dictionary(self._data[begin:end])

    def _stream(self, start: int) -> Section:
        data = self._data
        head = _OBJECT.match(data, start)
        if head is None:
            raise Fault(start)
        begin, end = self._scanner.value(head.end())
        entries = dictionary(data[begin:end])
        stream = _STREAM.match(data, end)
        if stream is None or entries.get("Type") != b"/XRef":
            raise Fault(start)
        widths = numbers(entries["W"])
        size = number(entries["Size"])
        index = numbers(entries["Index"]) if "Index" in entries else [0, size]
        if len(widths) != 3 or sum(widths) > 32 or sum(widths) == 0 or len(index) % 2:
            raise Fault(start)
        total = sum(index[1::2])
        self._count(total)
        raw = data[stream.end() : stream.end() + number(entries["Length"])]
        rows = decoded(raw, entries, total * (sum(widths) + 1) + 64)
        section = Section(start, head.start(1), entries, own=int(head[1]))
        _fill(section, rows, widths, index)
        return section


def _fill(section: Section, rows: bytes, widths: list[int], index: list[int]) -> None:
    one, two, three = widths
    width = one + two + three
    if len(rows) < width * sum(index[1::2]):
        raise Fault(section.start)
    position = 0
    for first, count in zip(index[::2], index[1::2], strict=True):
        for offset in range(count):
            row = rows[position : position + width]
            position += width
            kind = int.from_bytes(row[:one], "big") if one else 1
            where, extra = int.from_bytes(row[one : one + two], "big"), int.from_bytes(row[one + two :], "big")
            section.doubled = section.doubled or first + offset in section.entries
            if kind in (0, 1, 2):
                section.entries[first + offset] = Place("fnc"[kind], where, extra)


def inflate(raw: bytes, most: int) -> bytes:
    """Return decompressed data. Raises TooComplex when there is more than ``most``, Fault for bad data."""
    engine = zlib.decompressobj()
    try:
        data = engine.decompress(raw, most + 1)
    except zlib.error as error:
        raise Fault(0) from error
    if len(data) > most:
        raise TooComplex
    return data


def decoded(raw: bytes, entries: dict[str, bytes], most: int) -> bytes:
    """Return a stream's data, at most ``most`` bytes. Raises Fault for a filter other than Flate, TooComplex."""
    kind = entries.get("Filter", b"").strip(b"[] \r\n\t")
    if not kind:
        return raw
    if kind != b"/FlateDecode":
        raise Fault(0)
    data = inflate(raw, most)
    parameters = entries.get("DecodeParms", b"").strip(b"[] \r\n\t")
    if not parameters or parameters == b"null":
        return data
    options = dictionary(parameters)
    if number(options.get("Predictor", b"1")) < 10:
        return data
    return _unpredicted(data, number(options.get("Columns", b"1")))


def _unpredicted(data: bytes, columns: int) -> bytes:
    """Undo PNG's filters None, Sub and Up with one byte per sample, all that cross-reference streams are written with."""
    if not 1 <= columns <= 64 or len(data) % (columns + 1):
        raise Fault(0)
    above = bytes(columns)
    rows = []
    for start in range(0, len(data), columns + 1):
        kind, row = data[start], data[start + 1 : start + 1 + columns]
        if kind == 2:
            row = bytes([(a + b) & 255 for a, b in zip(row, above, strict=True)])
        elif kind == 1:
            left, plain = 0, bytearray()
            for value in row:
                left = (left + value) & 255
                plain.append(left)
            row = bytes(plain)
        elif kind != 0:
            raise Fault(0)
        rows.append(row)
        above = row
    return b"".join(rows)


_BLANK = b"(?>%b++|%%[^\r\n]*+)*+" % SPACE
_KEY = re.compile(rb"%b(?:/(%b*+)|(>>))" % (_BLANK, REGULAR))
_ENTRIES = re.compile(rb"%b(?:/(%b*+)%b(%b)|(>>)(?s:.*+)|(?s:.++))" % (_BLANK, REGULAR, _BLANK, VALUE))
"""One search finds all entries of nearly every dictionary, and last its end with what follows, or what is not understood."""


def dictionary(raw: bytes) -> dict[str, bytes]:
    """Return key (without ``/``, escapes undone) → value of the dictionary ``raw``. Raises Fault, also for a key that stands twice."""
    if not raw.startswith(b"<<"):
        raise Fault(0)
    entries = _ENTRIES.findall(raw, 2)
    if not (entries and entries.pop()[2]):
        return _unusual_dictionary(raw)
    if raw.find(b"#") < 0:  # no name is escaped
        found = {key.decode("latin-1"): value for key, value, _ in entries}
    else:
        found = {plain_name(key): value for key, value, _ in entries}
    if len(found) != len(entries):
        raise Fault(0)
    return found


def _unusual_dictionary(raw: bytes) -> dict[str, bytes]:
    value = Scanner(raw, lambda _: None).value
    found: dict[str, bytes] = {}
    position = 2
    while True:
        key = _KEY.match(raw, position)
        if key is None:
            raise Fault(position)
        if key[2]:
            return found
        name = plain_name(key[1])
        if name in found:
            raise Fault(key.start(1))
        begin, position = value(key.end())
        found[name] = raw[begin:position]


_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")


def plain_name(raw: bytes) -> str:
    """Return a name with its ``#xx`` escapes undone."""
    if b"#" in raw:
        raw = _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), raw)
    return raw.decode("latin-1")


def _skip(data: bytes, position: int) -> int:
    while position < len(data) and data[position] in b"\x00\t\n\x0c\r ":
        position += 1
    return position

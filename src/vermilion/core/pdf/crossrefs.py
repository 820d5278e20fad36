"""The chain of cross-reference sections, as the last ``startxref`` leads through it: tables, streams, hybrids. Bounded."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from .tokens import REGULAR, SPACE, Fault, TooComplex, Values, past_space
from .values import decoded, dictionary, number, numbers, reference

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


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._values = Values(data)
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
        section = Section(start, past_space(data, start), entries, found, doubled=doubled)
        if "XRefStm" in entries:
            section.hybrid = self._stream(number(entries["XRefStm"]))
        return section

    def _dictionary(self, position: int) -> dict[str, bytes]:
        begin, end = self._values.value(position)
        return dictionary(self._data[begin:end])

    def _stream(self, start: int) -> Section:
        data = self._data
        head = _OBJECT.match(data, start)
        if head is None:
            raise Fault(start)
        begin, end = self._values.value(head.end())
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

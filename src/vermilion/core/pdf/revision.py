"""One more revision behind a PDF of our own: objects added or replaced, one cross-reference table; what stands before stays byte for byte.

For files with classic cross-reference tables, as typst and this module write them. Reads only the objects it is asked for, so its cost
does not grow with the file. Deterministic: no clock, no random numbers.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from .earlier import Earlier
from .errors import NotSignable
from .syntax import SyntaxFault, array, dictionary_at, reference, value_at, write_array, write_dictionary

_STREAM = re.compile(rb"[\x00\t\n\x0c\r ]*stream(?:\r\n|\n)")
_SHORT = 1024
"""Bytes; a dictionary object that is longer is not kept for the next document."""
_MOST_PAGES = 10_000

Entries = dict[bytes, bytes]
Body = bytes | tuple[bytes, ...]
"""An object as it is written, maybe in pieces."""


@dataclass(frozen=True)
class Row:
    """Objects with numbers in a row as they are written, made once and used in many files; ``offsets``: where each begins."""

    written: bytes
    offsets: tuple[int, ...]

    @classmethod
    def of(cls, first: int, bodies: Iterable[bytes]) -> Row:
        """Return the objects ``bodies``, the first of which has the number ``first``."""
        objects = [_object(number, body) for number, body in enumerate(bodies, first)]
        return cls(b"".join(objects), tuple(accumulate(map(len, objects[:-1]), initial=0)))


class Revision:
    """What the next revision of ``pdf`` will hold. Raises NotSignable for a file that it does not understand."""

    def __init__(self, pdf: bytes) -> None:
        self.pdf = pdf
        self._objects: dict[int, Body | Entries] = {}  # of this revision; a stream with its data
        self._rows: dict[int, Row] = {}  # the same, by their first number
        self._opened: dict[int, Entries] = {}
        self._pages: list[int] = []
        try:
            self._earlier = Earlier(pdf)
            self.trailer = self._earlier.trailer
            self._next = int(self.trailer[b"/Size"])
            self.root_number = self._number(self.trailer[b"/Root"])
        except (SyntaxFault, KeyError, ValueError) as error:
            raise NotSignable(f"the PDF can't be read: {error}") from error

    def raw(self, number: int) -> bytes:
        """Return the value of an object; of a stream its dictionary."""
        body = self._new(number)
        data, position = (self.pdf, self._earlier.value_of(number)) if body is None else (body, 0)
        start, end = value_at(data, position)
        return data[start:end]

    def _new(self, number: int) -> bytes | None:
        """Return the body of an object of this revision."""
        body = self._objects.get(number)
        return write_dictionary(body) if isinstance(body, dict) else b"".join(body) if isinstance(body, tuple) else body

    def stream(self, number: int) -> tuple[Entries, bytes] | None:
        """Return dictionary and data (as they stand in the file) of an object, or None when it is no stream."""
        new = self._new(number)
        data = self.pdf if new is None else new
        begin, end = value_at(data, self._earlier.value_of(number) if new is None else 0)
        start = _STREAM.match(data, end)
        if start is None:
            return None
        entries = dictionary_at(data, begin)
        length = int(self.resolved(entries[b"/Length"]))
        return entries, data[start.end() : start.end() + length]

    def resolved(self, value: bytes) -> bytes:
        """Return ``value``, or what it refers to."""
        for _ in range(8):
            number = reference(value)
            if number is None:
                return value
            value = self.raw(number)
        raise SyntaxFault("references go in a circle")

    def is_array(self, value: bytes) -> bool:
        """Tell whether ``value`` is an array or refers to one, without reading what else it may be."""
        number = reference(value)
        if number is None or number in self._objects:
            return self.resolved(value).startswith(b"[")
        start = self._earlier.value_of(number)
        return self.pdf[start : start + 8].lstrip()[:1] == b"["

    def opened(self, value: bytes) -> Entries:
        """Return the entries of a dictionary, or of the one that ``value`` refers to. They are not to be changed in place."""
        number = reference(value)
        return dictionary_at(value, 0) if number is None else self.entries(number)

    def entries(self, number: int) -> Entries:
        """Return the entries of a dictionary object. They are not to be changed in place."""
        found = self._opened.get(number)
        if found is None:
            body = self._new(number)
            found = self._read(self._earlier.value_of(number)) if body is None else dictionary_at(body, 0)
            self._opened[number] = found
        return found

    def _read(self, start: int) -> Entries:
        end = self.pdf.find(b"endobj", start, start + _SHORT)
        return dictionary_at(self.pdf, start) if end < 0 else _known(self.pdf[start:end])

    @staticmethod
    def _number(value: bytes) -> int:
        number = reference(value)
        if number is None:
            raise SyntaxFault("a reference was expected")
        return number

    @property
    def root(self) -> Entries:
        """Return the entries of the catalog."""
        return self.entries(self.root_number)

    def pages(self) -> list[int]:
        """Return the object numbers of the pages in order."""
        if not self._pages:
            self._pages = list(self._kids(self._number(self.root[b"/Pages"]), depth=0))
            if not self._pages:
                raise SyntaxFault("it has no page")
        return self._pages

    def _kids(self, number: int, depth: int) -> Iterator[int]:
        node = self.entries(number)
        if node[b"/Type"] == b"/Page":
            yield number
            return
        if depth > 32:
            raise SyntaxFault("its pages go in a circle")
        for count, kid in enumerate(array(self.resolved(node[b"/Kids"]))):
            if count >= _MOST_PAGES:
                raise SyntaxFault("it has too many pages")
            yield from self._kids(self._number(kid), depth + 1)

    def inherited(self, page: Entries, key: bytes) -> bytes | None:
        """Return an attribute of a page or of the nodes above it (ISO 32000-1, 7.7.3.4), maybe a reference."""
        for _ in range(32):
            if key in page:
                return page[key]
            if b"/Parent" not in page:
                return None
            page = self.opened(page[b"/Parent"])
        raise SyntaxFault("its pages go in a circle")

    def replace(self, number: int, value: Body) -> None:
        """Give an object a new value."""
        self._objects[number] = value
        self._opened.pop(number, None)

    def update(self, number: int, entries: Entries) -> None:
        """Give a dictionary object new entries."""
        self._objects[number] = self._opened[number] = entries

    def add(self, value: Body) -> int:
        """Add an object; return its number."""
        number = self._next
        self._next += 1
        self._objects[number] = value
        return number

    def reserve(self, count: int) -> int:
        """Take ``count`` numbers in a row for objects that follow by :meth:`replace` or :meth:`fill`; return the first."""
        first = self._next
        self._next += count
        return first

    def fill(self, first: int, row: Row) -> None:
        """Give the reserved numbers from ``first`` on their objects, which can't be read or changed any more."""
        self._rows[first] = row

    def add_stream(self, entries: Mapping[bytes, bytes], data: bytes) -> int:
        """Add a stream; ``entries`` without /Length."""
        return self.add(stream_object(entries, data))

    def finished(self) -> bytes:
        """Return the PDF with this revision."""
        return b"".join((self.pdf, *self.pieces()[0]))

    def pieces(self) -> tuple[list[bytes], int, int]:
        """Return what this revision adds, in pieces, and where that begins and ends. A piece of an object stays one."""
        start = position = len(self.pdf)
        parts: list[bytes] = []
        if not self.pdf.endswith((b"\n", b"\r")):
            parts.append(b"\n")
            position += 1
        numbers: list[int] = []
        offsets: list[int] = []
        for number in sorted([*self._objects, *self._rows]):
            if row := self._rows.get(number):
                numbers += range(number, number + len(row.offsets))
                offsets += [position + offset for offset in row.offsets]
                one = [row.written]
            else:
                numbers.append(number)
                offsets.append(position)
                body = self._objects[number]
                if isinstance(body, tuple):
                    one = [b"%d 0 obj\n" % number, *body, b"\nendobj\n"]
                else:
                    one = [_object(number, write_dictionary(body) if isinstance(body, dict) else body)]
            parts += one
            position += sum(map(len, one))
        end = b"%btrailer\n%b\nstartxref\n%d\n%%%%EOF\n" % (_table(numbers, offsets), self._new_trailer(), position)
        parts.append(end)
        return parts, start, position + len(end)

    def _new_trailer(self) -> bytes:
        entries: Entries = {key: self.trailer[key] for key in (b"/Root", b"/Info") if key in self.trailer}
        if b"/ID" in self.trailer:
            start, stop = value_at(self.trailer[b"/ID"], 1)
            first = self.trailer[b"/ID"][start:stop]
        else:
            first = b"<%b>" % hashlib.sha256(self.pdf).digest()[:16].hex().encode()
        # Another second half for each revision of each document (ISO 32000-1, 14.4), made from what came before.
        second = _identifier(first + b"%d %d" % (len(self.pdf), self._earlier.newest_table))
        entries[b"/ID"] = write_array([first, second])
        return write_dictionary({b"/Size": b"%d" % self._next, **entries, b"/Prev": b"%d" % self._earlier.newest_table})


@lru_cache(maxsize=1024)  # documents of one template have the same pages and resources, and catalogs
def _known(text: bytes) -> Entries:
    return dictionary_at(text, 0)


def _identifier(basis: bytes) -> bytes:
    return b"<%b>" % hashlib.blake2b(basis, digest_size=16).hexdigest().encode()


def _object(number: int, body: bytes) -> bytes:
    return b"%d 0 obj\n%b\nendobj\n" % (number, body)


def stream_object(entries: Mapping[bytes, bytes], data: bytes) -> bytes:
    """Return the body of a stream object; ``entries`` without /Length."""
    return b"%b\nstream\n%b\nendstream" % (write_dictionary({**entries, b"/Length": b"%d" % len(data)}), data)


def _table(numbers: list[int], offsets: list[int]) -> bytes:
    """Return the cross-reference table, a subsection for each run of numbers."""
    lines = [b"xref\n0 1\n0000000000 65535 f \n"]
    start = 0
    for end, (number, following) in enumerate(zip(numbers, [*numbers[1:], 0], strict=True), 1):
        if following != number + 1:
            lines.append(b"%d %d\n" % (numbers[start], end - start))
            lines.append(b"%010d 00000 n \n" * (end - start) % tuple(offsets[start:end]))
            start = end
    return b"".join(lines)

"""One more revision behind a PDF of our own: objects added or replaced, one cross-reference table; what stands before stays byte for byte.

For files with classic cross-reference tables, as typst and this module write them. Reads only the objects it is asked for, so its cost
does not grow with the file. Deterministic: no clock, no random numbers.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from .earlier import Earlier
from .errors import NotSignable
from .syntax import SyntaxFault, array, dictionary_at, reference, value_at, write_array, write_dictionary
from .written import Body, Entries, Row, Written, in_pieces, stream_object, table

_STREAM = re.compile(rb"[\x00\t\n\x0c\r ]*stream(?:\r\n|\n)")
_SHORT = 1024
"""Bytes; a dictionary object that is longer is not kept for the next document."""
_MOST_PAGES = 10_000


class Revision:
    """What the next revision of ``pdf`` will hold. Raises NotSignable for a file that it does not understand."""

    def __init__(self, pdf: bytes) -> None:
        self.pdf = pdf
        self._objects: dict[int, Body | Entries] = {}  # of this revision; a stream with its data
        self._rows: dict[int, Row] = {}  # the same, by their first number
        self._opened: dict[int, Entries] = {}
        self._seen: dict[int, bytes] | None = {}  # what was read of ``pdf``'s objects, as it stands there; None: more than is kept
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
        if body is None:
            self._see(number, position, self.pdf.find(b"endobj", end, end + _SHORT))
        return data[start:end]

    def _see(self, number: int, start: int, end: int) -> None:
        """Note that what stands from ``start`` to ``end`` (negative: too long to be kept) was read as part of an object."""
        if end < 0:
            self._seen = None
        elif self._seen is not None and len(self._seen.get(number, b"")) < end - start:
            self._seen[number] = self.pdf[start:end]

    def _new(self, number: int) -> bytes | None:
        """Return the body of an object of this revision."""
        body = self._objects.get(number)
        return write_dictionary(body) if isinstance(body, dict) else b"".join(body) if isinstance(body, tuple) else body

    def stream(self, number: int) -> tuple[Entries, bytes] | None:
        """Return dictionary and data (as they stand in the file) of an object, or None when it is no stream."""
        new = self._new(number)
        data = self.pdf if new is None else new
        begin, end = value_at(data, self._earlier.value_of(number) if new is None else 0)
        self._seen = None
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
        self._see(number, start, start + 8)
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
            found = self._read(number) if body is None else dictionary_at(body, 0)
            self._opened[number] = found
        return found

    def _read(self, number: int) -> Entries:
        start = self._earlier.value_of(number)
        end = self.pdf.find(b"endobj", start, start + _SHORT)
        self._see(number, start, end)
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

    @property
    def first_free(self) -> int:
        """Return the number of the next new object."""
        return self._next

    def reserve(self, count: int) -> int:
        """Take ``count`` numbers in a row for objects that follow by :meth:`replace` or :meth:`fill`; return the first."""
        first = self._next
        self._next += count
        return first

    def fill(self, row: Row) -> None:
        """Give reserved numbers their objects, which can't be read or changed any more."""
        self._rows[row.numbers[0]] = row

    def written(self, apart: int) -> Written | None:
        """Return what this revision writes but for the object ``apart``, for another document where the same was read.

        None when more was read than is kept.
        """
        if self._seen is None:
            return None
        objects = [one for row in self._rows.values() for one in row.parted()]
        objects += [(number, b"".join(in_pieces(number, body))) for number, body in self._objects.items()]
        objects.sort()
        before = Row.joined([one for one in objects if one[0] < apart])
        after = Row.joined([one for one in objects if one[0] > apart])
        read = tuple((number, b"%d 0 obj%b" % (number, text)) for number, text in self._seen.items())
        return Written(read, before, apart, after, self._next)

    def repeat(self, written: Written) -> bool:
        """Write what was written in a revision of another document, if all that was read for it stands in this one, too.

        What is written follows from what was read alone, so it is what would be written now.
        """
        if not self._earlier.all_stand(written.read):
            return False
        self._rows = {row.numbers[0]: row for row in (written.before, written.after) if row.numbers}
        self._next = written.next
        return True

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
                numbers += row.numbers
                offsets += map(position.__add__, row.offsets)
                one = [row.written]
            else:
                numbers.append(number)
                offsets.append(position)
                one = in_pieces(number, self._objects[number])
            parts += one
            position += sum(map(len, one))
        end = b"%btrailer\n%b\nstartxref\n%d\n%%%%EOF\n" % (table(tuple(numbers)) % tuple(offsets), self._new_trailer(), position)
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

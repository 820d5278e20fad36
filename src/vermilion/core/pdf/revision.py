"""One more revision behind a PDF of our own: objects added or replaced, one cross-reference table; what stands before stays byte for byte.

For files with classic cross-reference tables, as typst and this module write them. Reads only the objects it is asked for, so its cost
does not grow with the file. Deterministic: no clock, no random numbers.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping

from .errors import NotSignable
from .syntax import SyntaxFault, array, dictionary_at, reference, value_at, write_array, write_dictionary

_END = re.compile(rb"startxref[\r\n ]+(\d{1,12})[\r\n ]+%%EOF[\r\n ]*$")
_SUBSECTION = re.compile(rb"[\r\n ]*(\d{1,10}) (\d{1,10})[ ]*(?:\r\n|\r|\n)")
_TRAILER = re.compile(rb"[\r\n ]*trailer")
_ENTRY = re.compile(rb"(\d{10}) 00000 n(?: \n| \r|\r\n)")
_STREAM = re.compile(rb"[\x00\t\n\x0c\r ]*stream(?:\r\n|\n)")
_MOST_REVISIONS = 256
_MOST_PAGES = 10_000

Entries = dict[bytes, bytes]


class Revision:
    """What the next revision of ``pdf`` will hold. Raises NotSignable for a file that it does not understand."""

    def __init__(self, pdf: bytes) -> None:
        self._pdf = pdf
        self._tables: list[tuple[int, int, int]] = []  # first number, how many, where the first entry is; the newest first
        self._objects: dict[int, bytes | Entries] = {}  # of this revision; a stream with its data
        self._opened: dict[int, Entries] = {}
        self._pages: list[int] = []
        try:
            self.trailer = self._read_tables()
            self._next = int(self.trailer[b"/Size"])
            self.root_number = self._number(self.trailer[b"/Root"])
        except (SyntaxFault, KeyError, ValueError) as error:
            raise NotSignable(f"the PDF can't be read: {error}") from error

    def _read_tables(self) -> Entries:
        end = _END.search(self._pdf, max(0, len(self._pdf) - 128))
        if end is None or not self._pdf.startswith(b"%PDF-"):
            raise SyntaxFault("it has no end")
        self._previous = following = int(end[1])
        newest: Entries | None = None
        seen: set[int] = set()
        while True:
            if following in seen or len(seen) >= _MOST_REVISIONS:
                raise SyntaxFault("its cross-references go in a circle")
            seen.add(following)
            trailer = self._read_table(following)
            newest = newest or trailer
            if b"/Encrypt" in trailer:
                raise SyntaxFault("it is encrypted")
            if b"/XRefStm" in trailer:
                raise SyntaxFault("it has hybrid cross-references")
            if b"/Prev" not in trailer:
                return newest
            following = int(trailer[b"/Prev"])

    def _read_table(self, start: int) -> Entries:
        if self._pdf[start : start + 4] != b"xref":
            raise SyntaxFault("it has no classic cross-reference table")
        position = start + 4
        while section := _SUBSECTION.match(self._pdf, position):
            first, count = int(section[1]), int(section[2])
            self._tables.append((first, count, section.end()))
            position = section.end() + 20 * count
        trailer = _TRAILER.match(self._pdf, position)
        if trailer is None:
            raise SyntaxFault("its cross-reference table has no trailer")
        return dictionary_at(self._pdf, trailer.end())[0]

    def _value(self, number: int) -> int:
        """Return where the value of an object of the file begins (or the white space before it)."""
        for first, count, start in self._tables:
            if first <= number < first + count:
                entry = _ENTRY.match(self._pdf, start + 20 * (number - first))
                if entry is None:
                    break
                head, offset = b"%d 0 obj" % number, int(entry[1])
                if not self._pdf.startswith(head, offset):
                    raise SyntaxFault(f"object {number} is not where the table says")
                return offset + len(head)
        raise SyntaxFault(f"there is no object {number}")

    def raw(self, number: int) -> bytes:
        """Return the value of an object; of a stream its dictionary."""
        body = self._new(number)
        if body is None:
            return self._pdf[slice(*value_at(self._pdf, self._value(number)))]
        return body[slice(*value_at(body, 0))]

    def _new(self, number: int) -> bytes | None:
        """Return the body of an object of this revision."""
        body = self._objects.get(number)
        return write_dictionary(body) if isinstance(body, dict) else body

    def stream(self, number: int) -> tuple[Entries, bytes] | None:
        """Return dictionary and data (as they stand in the file) of an object, or None when it is no stream."""
        new = self._new(number)
        data = self._pdf if new is None else new
        begin, end = value_at(data, self._value(number) if new is None else 0)
        start = _STREAM.match(data, end)
        if start is None:
            return None
        entries = dictionary_at(data, begin)[0]
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
        start = self._value(number)
        return self._pdf[start : start + 8].lstrip().startswith(b"[")

    def opened(self, value: bytes) -> Entries:
        """Return the entries of a dictionary, or of the one that ``value`` refers to. They are not to be changed in place."""
        number = reference(value)
        return dictionary_at(value, 0)[0] if number is None else self.entries(number)

    def entries(self, number: int) -> Entries:
        """Return the entries of a dictionary object. They are not to be changed in place."""
        found = self._opened.get(number)
        if found is None:
            body = self._new(number)
            found, _ = dictionary_at(self._pdf, self._value(number)) if body is None else dictionary_at(body, 0)
            self._opened[number] = found
        return found

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

    def replace(self, number: int, value: bytes) -> None:
        """Give an object a new value."""
        self._objects[number] = value
        self._opened.pop(number, None)

    def update(self, number: int, entries: Entries) -> None:
        """Give a dictionary object new entries."""
        self._objects[number] = self._opened[number] = entries

    def add(self, value: bytes) -> int:
        """Add an object; return its number."""
        number = self._next
        self._next += 1
        self._objects[number] = value
        return number

    def reserve(self, count: int) -> int:
        """Take ``count`` numbers in a row for objects that follow by :meth:`replace`; return the first."""
        first = self._next
        self._next += count
        return first

    def add_stream(self, entries: Mapping[bytes, bytes], data: bytes) -> int:
        """Add a stream; ``entries`` without /Length."""
        return self.add(stream_object(entries, data))

    def finished(self) -> bytes:
        """Return the PDF with this revision."""
        return b"".join(self.pieces()[0])

    def pieces(self) -> tuple[list[bytes], dict[int, int], int]:
        """Return the PDF with this revision in pieces, the index of each new object's body among them, and the length of all."""
        parts = [self._pdf]
        position = len(self._pdf)
        if not self._pdf.endswith((b"\n", b"\r")):
            parts.append(b"\n")
            position += 1
        places: list[tuple[int, int]] = []
        index: dict[int, int] = {}
        for number in sorted(self._objects):
            places.append((number, position))
            body = self._objects[number]
            if isinstance(body, dict):
                body = write_dictionary(body)
            head = b"%d 0 obj\n" % number
            index[number] = len(parts) + 1
            parts += (head, body, b"\nendobj\n")
            position += len(head) + len(body) + 8
        end = b"%btrailer\n%b\nstartxref\n%d\n%%%%EOF\n" % (_table(places), self._new_trailer(), position)
        parts.append(end)
        return parts, index, position + len(end)

    def _new_trailer(self) -> bytes:
        entries: Entries = {key: self.trailer[key] for key in (b"/Root", b"/Info") if key in self.trailer}
        first = (
            array(self.trailer[b"/ID"])[0] if b"/ID" in self.trailer else b"<%b>" % hashlib.sha256(self._pdf).digest()[:16].hex().encode()
        )
        # Another second half for each revision of each document (ISO 32000-1, 14.4), made from what came before.
        second = _identifier(first + b"%d %d" % (len(self._pdf), self._previous))
        entries[b"/ID"] = write_array([first, second])
        return write_dictionary({b"/Size": b"%d" % self._next, **entries, b"/Prev": b"%d" % self._previous})


def _identifier(basis: bytes) -> bytes:
    return b"<%b>" % hashlib.sha256(basis).hexdigest()[:32].encode()


def stream_object(entries: Mapping[bytes, bytes], data: bytes) -> bytes:
    """Return the body of a stream object; ``entries`` without /Length."""
    return b"%b\nstream\n%b\nendstream" % (write_dictionary({**entries, b"/Length": b"%d" % len(data)}), data)


def _table(places: list[tuple[int, int]]) -> bytes:
    """Return the cross-reference table of (number, offset), a subsection for each run of numbers."""
    lines = [b"xref\n0 1\n0000000000 65535 f \n"]
    start = 0
    for index in range(1, len(places) + 1):
        if index == len(places) or places[index][0] != places[index - 1][0] + 1:
            lines.append(b"%d %d\n" % (places[start][0], index - start))
            lines += [b"%010d 00000 n \n" % offset for _, offset in places[start:index]]
            start = index
    return b"".join(lines)

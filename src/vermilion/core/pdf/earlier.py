"""Where the objects of a PDF of our own stand, as its classic cross-reference tables say; what a next revision is written behind."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .syntax import SyntaxFault, dictionary_at

_END = re.compile(rb"startxref[\r\n ]+(\d{1,12})[\r\n ]+%%EOF[\r\n ]*$")
_SUBSECTION = re.compile(rb"[\r\n ]*(\d{1,10}) (\d{1,10})[ ]*(?:\r\n|\r|\n)")
_TRAILER = re.compile(rb"[\r\n ]*trailer")
_IN_USE = (b" 00000 n \n", b" 00000 n\r\n", b" 00000 n \r")
_MOST_REVISIONS = 256


class Earlier:
    """The cross-references of ``pdf``. ``trailer``: entries of the newest one; ``newest_table``: the offset of its table.

    Raises SyntaxFault, KeyError or ValueError for a file that it does not understand.
    """

    def __init__(self, pdf: bytes) -> None:
        self._pdf = pdf
        self._tables: list[tuple[int, int, int]] = []  # first number, how many, where the first entry is; the newest first
        end = _END.search(pdf, max(0, len(pdf) - 128))
        if end is None or not pdf.startswith(b"%PDF-"):
            raise SyntaxFault("it has no end")
        self.newest_table = int(end[1])
        self.trailer = self._read_tables(self.newest_table)

    def _read_tables(self, following: int) -> dict[bytes, bytes]:
        newest: dict[bytes, bytes] | None = None
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

    def _read_table(self, start: int) -> dict[bytes, bytes]:
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
        return dictionary_at(self._pdf, trailer.end())

    def value_of(self, number: int) -> int:
        """Return where the value of an object begins (or the white space before it). Raises SyntaxFault when there is none."""
        for first, count, start in self._tables:
            if first <= number < first + count:
                entry = start + 20 * (number - first)
                digits = self._pdf[entry : entry + 10]
                if not digits.isdigit() or self._pdf[entry + 10 : entry + 20] not in _IN_USE:
                    break
                head, offset = b"%d 0 obj" % number, int(digits)
                if not self._pdf.startswith(head, offset):
                    raise SyntaxFault(f"object {number} is not where the table says")
                return offset + len(head)
        raise SyntaxFault(f"there is no object {number}")

    def all_stand(self, objects: Iterable[tuple[int, bytes]]) -> bool:
        """Tell whether each of ``objects``, by number, begins (``12 0 obj``) with these bytes."""
        pdf = self._pdf
        for number, text in objects:
            for first, count, start in self._tables:
                if first <= number < first + count:
                    entry = start + 20 * (number - first)
                    break
            else:
                return False
            digits = pdf[entry : entry + 10]
            if not digits.isdigit() or pdf[entry + 10 : entry + 20] not in _IN_USE or not pdf.startswith(text, int(digits)):
                return False
        return True

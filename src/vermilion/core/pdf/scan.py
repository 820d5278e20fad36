"""What physically stands in a PDF, from the first byte to the last: header, objects, cross-reference tables, ends, and anything else.

The verifier's own reader, apart from the writer's (``syntax.py``) and from pyHanko's: it interprets nothing, follows no reference but a
stream's length, and says of every byte to what it belongs. Linear in the file's size; its patterns never go back.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from .tokens import BLANK, COMMENT, REGULAR, SPACE, VALUE, Fault, TooComplex, Values, past_space

MOST_OBJECTS = 100_000
"""A policy of 40 pages has some 300 objects; a thick catalogue 30,000."""
_PIECE = re.compile(
    rb"%b*+(?:(\d{1,10}+)%b++(\d{1,5}+)%b++obj(?!%b)|(xref)(?!%b)|(trailer)(?!%b)|startxref%b++(\d{1,12}+)(?!%b)|(%b))"
    % (SPACE, SPACE, SPACE, REGULAR, REGULAR, REGULAR, SPACE, REGULAR, COMMENT)
)
_OBJECT = re.compile(
    rb"%b*+(\d{1,10}+)%b++(\d{1,5}+)%b++obj(?!%b)%b(%b)(?:%b*+stream(\r\n|\n)|%bendobj(?![A-Za-z]))"
    % (SPACE, SPACE, SPACE, REGULAR, BLANK, VALUE, SPACE, BLANK)
)
"""What nearly every object is, in one: number, generation, value, and its end or the line end behind ``stream``."""
_STREAM = re.compile(rb"%b*+stream(\r\n|\n)" % SPACE)
_STREAM_END = re.compile(rb"%b{0,8}+endstream(?!%b)" % (SPACE, REGULAR))
_OBJECT_END = re.compile(rb"%bendobj(?![A-Za-z])" % BLANK)
_LENGTH = re.compile(rb"/Length%b*+(?:(\d{1,10}+)%b++(\d{1,5}+)%b++R(?!%b)|(\d{1,10}+)(?!%b))" % (SPACE, SPACE, SPACE, REGULAR, REGULAR))
_OTHER_SPELLING = re.compile(rb"/Length(?!%b)" % REGULAR)
_LATER_OBJECT = re.compile(
    rb"(?<![0-9])\d{1,10}%b{1,8}\d{1,5}%b{1,8}obj(?!%b)|(?<!start)xref|trailer|startxref|%%%%EOF" % (SPACE, SPACE, REGULAR)
)
_TABLE = re.compile(rb"(?>%b*+\d{1,10}+[ ]++\d{1,10}+[ ]*+(?:\r\n|\n|\r)(?>\d{10} \d{5} [fn](?: \r| \n|\r\n))*+)*+" % SPACE)


@dataclass(slots=True)
class Object:
    """One ``N G obj … endobj``: where it begins and ends, where its value stands, and its stream's data if it has any."""

    number: int
    generation: int
    start: int
    value: int
    value_end: int
    data: int = -1
    data_end: int = -1
    end: int = 0


@dataclass(slots=True)
class Table:
    """One classic cross-reference table with its trailer: ``entries``…``entries_end`` and the trailer's dictionary."""

    start: int
    entries: int
    entries_end: int
    trailer: int
    trailer_end: int


@dataclass
class Layout:
    """All pieces of a file. ``ends``: (position of ``startxref``, its number, end behind ``%%EOF``). ``strange``: (start, end, what)."""

    header: int
    objects: list[Object] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    ends: list[tuple[int, int, int]] = field(default_factory=list)
    strange: list[tuple[int, int, str]] = field(default_factory=list)


class Scanner(Values):
    """Reads one file. ``length_of`` returns the number that an indirect /Length refers to, or None."""

    def __init__(self, data: bytes, length_of: Callable[[int], int | None]) -> None:
        super().__init__(data)
        self._length_of = length_of
        self._endstreams = len(data)  # behind this place there is no ``endstream``, and it need not be looked for again

    def layout(self) -> Layout:
        """Return all pieces. Raises TooComplex."""
        data = self._data
        found = Layout(data.find(b"%PDF-"))
        position = max(found.header, 0)
        while position < len(data):
            whole = _OBJECT.match(data, position)
            try:
                if whole is None:
                    position = self._other_piece(found, position)
                else:
                    one = Object(int(whole[1]), int(whole[2]), whole.start(1), *whole.span(3), end=whole.end())
                    position = one.end if whole.lastindex == 3 else self._streaming(found, one, one.end)
                    found.objects.append(one)
            except Fault:
                position = self._strange(found, past_space(data, position))
            if len(found.objects) > MOST_OBJECTS:
                raise TooComplex
        return found

    def _other_piece(self, found: Layout, position: int) -> int:
        """Read what is not an ordinary object; return where it ends. Raises Fault, TooComplex."""
        data = self._data
        piece = _PIECE.match(data, position)
        if piece is None:
            return len(data) if past_space(data, position) == len(data) else self._strange(found, position)
        kind = piece.lastindex
        if kind == 2:
            return self._object(found, piece)
        if kind == 3:
            return self._table(found, piece.start(3), piece.end())
        if kind == 5:
            return self._end(found, piece)
        if kind == 4:
            raise Fault(piece.start(4))
        if piece[6].startswith(b"%PDF-") and piece.start(6) != found.header:
            found.strange.append((piece.start(6), piece.end(6), "header"))
        return piece.end()

    def _object(self, found: Layout, piece: re.Match[bytes]) -> int:
        """Read an object whose value the quick pattern does not know, or whose end is not in order."""
        data = self._data
        one = Object(int(piece[1]), int(piece[2]), piece.start(1), *self.value(piece.end()))
        stream = _STREAM.match(data, one.value_end)
        closing = _OBJECT_END.match(data, one.value_end)
        if stream is not None:
            one.end = self._streaming(found, one, stream.end())
        elif closing is not None:
            one.end = closing.end()
        else:
            raise Fault(one.value_end)
        found.objects.append(one)
        return one.end

    def _streaming(self, found: Layout, one: Object, position: int) -> int:
        """Read on behind ``stream``; return where the object ends."""
        one.data = position
        one.data_end, position = self._stream(found, one)
        closing = _OBJECT_END.match(self._data, position)
        if closing is None:
            raise Fault(position)
        one.end = closing.end()
        return one.end

    def _stream(self, found: Layout, one: Object) -> tuple[int, int]:
        """Return where the stream's data and its ``endstream`` end; a length that does not lead there is put down as strange."""
        data = self._data
        length = self._length(one)
        if length is not None:
            closing = _STREAM_END.match(data, one.data + length)
            if closing is not None:
                return one.data + length, closing.end()
        guess = data.find(b"endstream", one.data) if one.data < self._endstreams else -1
        if guess < 0:
            self._endstreams = min(self._endstreams, one.data)
            raise Fault(one.data)
        found.strange.append((one.data, guess, "stream_length"))
        return guess, guess + 9

    def _length(self, one: Object) -> int | None:
        head = self._data[one.value : one.value_end]
        matches = _LENGTH.findall(head)
        if len(matches) != 1 or len(_OTHER_SPELLING.findall(head)) != 1:
            matches = self._own_length(one.value)
            if len(matches) != 1:
                return None
        ((number, _, direct),) = matches
        return int(direct) if direct else self._length_of(int(number))

    def _own_length(self, start: int) -> list[tuple[bytes, bytes, bytes]]:
        """Return the /Length entries of the dictionary itself, when deeper ones or strings also hold the word."""
        found = []
        for position, depth, token in self.tokens(start):
            if depth == 1 and token == b"/Length" and (match := _LENGTH.match(self._data, position)):
                found.append((match[1] or b"", match[2] or b"", match[3] or b""))
        return found

    def _table(self, found: Layout, start: int, position: int) -> int:
        data = self._data
        table = _TABLE.match(data, position)
        end = table.end() if table else position
        trailer = _PIECE.match(data, end)
        if trailer is None or trailer.lastindex != 4:
            raise Fault(start)
        value, value_end = self.value(trailer.end())
        found.tables.append(Table(start, position, end, value, value_end))
        return value_end

    def _end(self, found: Layout, piece: re.Match[bytes]) -> int:
        data = self._data
        after = past_space(data, piece.end())
        if not data.startswith(b"%%EOF", after):
            raise Fault(piece.start())
        found.ends.append((past_space(data, piece.start()), int(piece[5]), after + 5))
        return after + 5

    def _strange(self, found: Layout, start: int) -> int:
        """Step over bytes that are no piece, up to where one may begin again."""
        following = _LATER_OBJECT.search(self._data, start + 1)
        end = following.start() if following else len(self._data)
        found.strange.append((start, end, "garbage"))
        if len(found.strange) > MOST_OBJECTS // 10:
            raise TooComplex
        return end

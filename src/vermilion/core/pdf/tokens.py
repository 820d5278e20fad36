"""Values of a foreign PDF: where each begins and ends, and its tokens (ISO 32000-1, 7.2 and 7.3). Nothing is interpreted.

Linear in the length; the patterns never go back. What nests deeper than they reach is taken apart token by token, within limits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

SPACE = rb"[\x00\t\n\x0c\r ]"
REGULAR = rb"[^\x00\t\n\x0c\r ()<>\[\]{}/%]"
COMMENT = rb"%[^\r\n]*+"

MOST_SLOW_TOKENS = 400_000
"""Tokens of values that are nested deeper than the quick pattern goes; some 0.3 s of work."""
MOST_DEPTH = 64
"""Nesting; others stop between 50 and 500 levels."""


class TooComplex(Exception):
    """The file exceeds a limit that no ordinary document comes near."""


class Fault(Exception):
    """The bytes at ``position`` are not what this reader knows."""

    def __init__(self, position: int) -> None:
        self.position = position
        super().__init__(f"not understood at {position}")


_STRING = rb"\((?>[^()\\]++|\\[\x00-\xff])*+\)"
_HEX = rb"<[0-9A-Fa-f\x00\t\n\x0c\r ]*+>"


def _inside(depth: int) -> bytes:
    """Return a pattern for what stands between brackets, at most ``depth`` more of them deep, without comments and brackets in strings.

    Atomic. Space, names, numbers and words go by in one run: only brackets and strings tell where a value ends.
    """
    simple = rb"[^()<>\[\]{}%%]++|%b|%b" % (_HEX, _STRING)
    if depth == 0:
        return b"(?>%b)*+" % simple
    inner = _inside(depth - 1)
    return rb"(?>%b|<<%b>>|\[%b\])*+" % (simple, inner, inner)


BLANK = b"(?>%b++|%b)*+" % (SPACE, COMMENT)
_REFERENCE = rb"\d{1,10}+%b++\d{1,5}+%b++R(?!%b)" % (SPACE, SPACE, REGULAR)
# A group that repeats possessively is itself atomic, (?>…)*+: with (?:…)*+ Python before 3.11.5 (gh-106052) keeps what a round that
# failed in its middle had eaten, and so takes for whole what is not. This holds for every pattern of this package.
VALUE = rb"(?>%b|<<%b>>|\[%b\]|/%b*+|%b++|%b|%b)" % (_REFERENCE, _inside(3), _inside(3), REGULAR, REGULAR, _HEX, _STRING)
"""What nearly every value is; the few others are taken apart token by token."""
_QUICK = re.compile(b"%b(%b)" % (BLANK, VALUE))
_TOKEN = re.compile(rb"%b(<<|>>|\[|\]|\(|/%b*+|%b|%b++)" % (BLANK, REGULAR, _HEX, REGULAR))
_IN_STRING = re.compile(rb"(?>[^\\()]|\\[\x00-\xff])*+([()])")


class Values:
    """Finds the values in ``data``."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._tokens = 0

    def value(self, position: int) -> tuple[int, int]:
        """Return start and end of the value at or after ``position``. Raises Fault, TooComplex."""
        quick = _QUICK.match(self._data, position)
        if quick is not None:
            return quick.span(1)
        start = -1
        end = position
        for token_start, depth, token in self.tokens(position):
            if start < 0:
                start = token_start
            end = token_start + len(token)
            if depth == 0:
                break
        else:
            raise Fault(position)
        return start, end

    def tokens(self, position: int) -> Iterator[tuple[int, int, bytes]]:
        """Yield (start, depth behind it or, for a name, around it, token) of one value. Raises Fault, TooComplex."""
        data = self._data
        depth = 0
        closing = []
        while True:
            found = _TOKEN.match(data, position)
            if found is None:
                raise Fault(position)
            self._spend(position, found.end())
            start, position, token = found.start(1), found.end(1), found[1]
            if token == b"<<" or token == b"[":
                depth += 1
                closing.append(b">>" if token == b"<<" else b"]")
                if depth > MOST_DEPTH:
                    raise TooComplex
            elif token == b">>" or token == b"]":
                if not closing or closing.pop() != token:
                    raise Fault(start)
                depth -= 1
            elif token == b"(":
                position = self._string_end(position)
                token = data[start:position]
            yield start, depth, token
            if depth == 0:
                return

    def _string_end(self, position: int) -> int:
        depth = 1
        while depth:
            found = _IN_STRING.match(self._data, position)
            if found is None:
                raise Fault(position)
            self._spend(position, found.end())
            depth += 1 if found[1] == b"(" else -1
            position = found.end()
        return position

    def _spend(self, start: int, end: int) -> None:
        """Count one token, and the bytes that looking for it took."""
        self._tokens += 1 + (end - start) // 64
        if self._tokens > MOST_SLOW_TOKENS:
            raise TooComplex


_SPACES = re.compile(rb"%b*+" % SPACE)


def past_space(data: bytes, position: int) -> int:
    """Return the first position at or after ``position`` where no white space stands."""
    found = _SPACES.match(data, position)
    return found.end() if found else position

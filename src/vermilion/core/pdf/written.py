"""Objects as they stand in a revision that is written: made once and used in many files where they are the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from .syntax import write_dictionary

Entries = dict[bytes, bytes]
Body = bytes | tuple[bytes, ...]
"""An object as it is written, maybe in pieces."""


@dataclass(frozen=True)
class Row:
    """Objects as they are written one after the other, made once and used in many files; ``offsets``: where each begins."""

    written: bytes
    numbers: tuple[int, ...]
    offsets: tuple[int, ...]

    @classmethod
    def of(cls, first: int, bodies: Iterable[bytes]) -> Row:
        """Return the objects ``bodies``, the first of which has the number ``first``."""
        return cls.joined([(number, written_object(number, body)) for number, body in enumerate(bodies, first)])

    @classmethod
    def joined(cls, objects: Sequence[tuple[int, bytes]]) -> Row:
        """Return written ``objects``, of each its number and itself, in the order of the numbers."""
        offsets = accumulate((len(written) for _number, written in objects[:-1]), initial=0) if objects else ()
        return cls(b"".join([written for _number, written in objects]), tuple(number for number, _written in objects), tuple(offsets))

    def parted(self) -> list[tuple[int, bytes]]:
        """Return the objects as :meth:`joined` takes them."""
        ends = (*self.offsets[1:], len(self.written))
        return [(number, self.written[start:end]) for number, start, end in zip(self.numbers, self.offsets, ends, strict=True)]


@dataclass(frozen=True)
class Written:
    """What a revision wrote: the objects before and behind one that is ``apart``, made anew each time; ``next``: the first free number.

    ``read``: of each object that was looked at for it the number and what was read, with all before it (``12 0 obj``).
    """

    read: tuple[tuple[int, bytes], ...]
    before: Row
    apart: int
    after: Row
    next: int


def written_object(number: int, body: bytes) -> bytes:
    return b"%d 0 obj\n%b\nendobj\n" % (number, body)


def in_pieces(number: int, body: Body | Entries) -> list[bytes]:
    """Return an object as it is written, in its own pieces."""
    if isinstance(body, tuple):
        return [b"%d 0 obj\n" % number, *body, b"\nendobj\n"]
    return [written_object(number, write_dictionary(body) if isinstance(body, dict) else body)]


def stream_object(entries: Mapping[bytes, bytes], data: bytes) -> bytes:
    """Return the body of a stream object; ``entries`` without /Length."""
    return b"%b\nstream\n%b\nendstream" % (write_dictionary({**entries, b"/Length": b"%d" % len(data)}), data)


@lru_cache(maxsize=64)  # as the rows
def table(numbers: tuple[int, ...]) -> bytes:
    """Return the cross-reference table, a subsection for each run of numbers, with ``%010d`` for where each object begins."""
    lines = [b"xref\n0 1\n0000000000 65535 f \n"]
    start = 0
    for end, (number, following) in enumerate(zip(numbers, [*numbers[1:], 0], strict=True), 1):
        if following != number + 1:
            lines.append(b"%d %d\n" % (numbers[start], end - start))
            lines.append(b"%010d 00000 n \n" * (end - start))
            start = end
    return b"".join(lines)

"""A foreign PDF taken apart: what stands in it, what its cross-references say, and how its objects are found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from . import values
from .crossrefs import CrossReferences
from .scan import Layout, Object
from .tokens import Fault, past_space

MOST_TREE_DEPTH = 64
"""Pages, fields and names nest less deeply in any file that a program wrote."""


class Finding(NamedTuple):
    """A reason code and the place in the file that it is about."""

    code: str
    position: int


@dataclass
class ObjectStream:
    """The objects inside one object stream: numbers in order, and each value."""

    numbers: list[int]
    values: list[bytes]


@dataclass
class Anatomy:
    """A file taken apart: what stands in it, what its cross-references say, and where the two disagree."""

    data: bytes
    layout: Layout
    references: CrossReferences
    findings: list[Finding] = field(default_factory=list)
    streams: dict[int, ObjectStream] = field(default_factory=dict)
    by_start: dict[int, Object] = field(default_factory=dict)

    @cached_property
    def encrypted(self) -> bool:
        """Tell whether the file's objects can only be read through a key."""
        return any("Encrypt" in section.trailer for section in self.references.sections)

    @property
    def hybrid(self) -> bool:
        """Tell whether a section is a table with a stream beside it."""
        return any(section.hybrid is not None for section in self.references.sections)

    def at(self, offset: int) -> Object | None:
        """Return the object that begins at ``offset``, or behind white space there, as readers find it."""
        found = self.by_start.get(offset)
        if found is None and 0 < offset < len(self.data) and self.data[offset] in b"\x00\t\n\x0c\r ":
            found = self.by_start.get(past_space(self.data, offset))
        return found

    def value(self, number: int) -> bytes:
        """Return the bytes of an object's value in the newest revision (of a stream its dictionary). Raises Fault when it can't be read."""
        place = self.references.places.get(number)
        if place is not None and place.kind == "n":
            one = self.at(place.where)
            if one is not None and one.number == number:
                return self.data[one.value : one.value_end]
        if place is not None and place.kind == "c":
            holder = self.references.places.get(place.where)
            stream = self.streams.get(holder.where) if holder is not None and holder.kind == "n" else None
            if stream is not None and place.extra < len(stream.numbers) and stream.numbers[place.extra] == number:
                return stream.values[place.extra]
        raise Fault(0)

    def values(self, before: int | None = None) -> Iterator[tuple[int, bytes]]:
        """Yield number and value of every object of every revision (of a stream its dictionary), those that begin in front of ``before``.

        In an encrypted file without what stands in object streams.
        """
        for one in self.layout.objects:
            if before is None or one.start < before:
                yield one.number, self.data[one.value : one.value_end]
        for start, stream in self.streams.items():
            if before is None or start < before:
                yield from zip(stream.numbers, stream.values, strict=True)

    def resolved(self, raw: bytes) -> bytes:
        """Return ``raw``, or the value that it refers to. Raises Fault."""
        for _ in range(8):
            number = values.reference(raw)
            if number is None:
                return raw
            raw = self.value(number)
        raise Fault(0)

    def entries(self, raw: bytes) -> dict[str, bytes]:
        """Return the entries of a dictionary, or of the one that ``raw`` refers to. Raises Fault."""
        return values.dictionary(self.resolved(raw))

    @cached_property
    def catalog(self) -> dict[str, bytes]:
        """Return the entries of the newest catalog. Raises Fault."""
        root = self.references.root
        if root is None:
            raise Fault(0)
        return values.dictionary(self.value(root))

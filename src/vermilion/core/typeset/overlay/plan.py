"""A plan: the ground that documents of one shape share, and what is drawn on it for each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from ..zones import Zone
from .skeleton import Path, Skeleton


@dataclass(frozen=True)
class Words:
    """A part of a text that is the same in every document, with the ``gaps`` after its characters in 1/1000 em."""

    text: str
    gaps: tuple[float, ...]


@dataclass(frozen=True)
class Value:
    """A part of a text that shows the value at ``path`` by the printer of that name, its characters ``tracking`` (1/1000 em) apart."""

    path: Path
    printer: str
    tracking: float


Piece = Words | Value


@dataclass(frozen=True)
class Text:
    """A text in one font, size and colour, ``gap`` points behind the one before it on its line."""

    gap: float
    face: str
    size: float
    head: str  # the operators that set colour, font and size, as far as the position
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Line:
    """Texts that stand one behind the other. ``x`` is the left end of the first, the right end of the last, or the middle of all.

    ``widest`` is as wide as all may be, in points: what is not wider moved nothing else when the plan was learned.
    """

    page: int
    align: Literal["left", "right", "center"]
    x: float
    y: float
    widest: float
    texts: tuple[Text, ...]


@dataclass(frozen=True)
class Box:
    """Where a check code stands, in points from the bottom left. ``name`` is ``qr`` or ``barcode``."""

    page: int
    name: str
    x: float
    y: float
    width: float
    height: float
    colour: bytes


@dataclass(frozen=True)
class Ground:
    """The file without what varies: objects as bytes with their offsets, and the templates of those that are written for each document."""

    body: bytes = field(repr=False)  # from the header to the last constant object
    offsets: dict[int, int]
    pages: tuple[tuple[int, bytes, bytes, bytes], ...]  # number, dictionary without resources and contents, resources, contents' reference
    fonts: dict[str, bytes]  # face → its descriptor's dictionary without name, set and file
    info: tuple[int, bytes]
    metadata: tuple[int, bytes, bytes]  # number, dictionary, XML
    attachment: tuple[int, bytes]  # number, dictionary without its beginning and lengths; as that of the metadata
    root: int
    size: int
    title: tuple[Piece, ...]
    stand_ins: dict[str, bytes]  # what stands in info and metadata for title, moments and identifiers


@dataclass(frozen=True, eq=False)
class Plan:
    """All that ``render`` needs. ``zones`` and ``pages`` are those of every document of this plan."""

    english: bool
    skeleton: Skeleton
    ground: Ground
    lines: tuple[Line, ...]
    boxes: tuple[Box, ...]
    zones: tuple[Zone, ...]
    pages: int


def resource(name: str) -> bytes:
    """Return the name under which a face of a plan stands in the pages' resources."""
    return b"/V" + name.encode().replace(b"-", b"")

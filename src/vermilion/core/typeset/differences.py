"""What differs between two states of a document, as ``differing`` finds it. Apart, since only the finding needs NumPy and PDFium."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["changed", "added", "removed"]


@dataclass(frozen=True)
class Region:
    """One place that differs. Words are those of the text layer there, a help for who cannot see: what counts is the picture."""

    words_before: str
    words_after: str
    before: bytes = b""  # close-up as WebP, empty when there are enough of them
    after: bytes = b""


@dataclass(frozen=True)
class PageDifference:
    """A page that differs. Numbers count from 1; ``before`` and ``after`` are WebP pictures, empty beyond the first few pages."""

    kind: Kind
    number_before: int | None
    number_after: int | None
    before: bytes = b""
    after: bytes = b""
    regions: tuple[Region, ...] = ()


@dataclass(frozen=True)
class Differences:
    """``pages``: those that differ. ``cut``: one state has more pages than were compared."""

    pages_before: int
    pages_after: int
    pages: tuple[PageDifference, ...]
    cut: bool

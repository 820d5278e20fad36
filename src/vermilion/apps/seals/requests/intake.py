"""Whether a file that somebody sent in can bear a seal, and where on it the seal will stand. Runs in a confined child; needs no Django.

A sealed file must show the same to everybody and for ever, so what acts or changes by itself is refused, not cleaned: the file that is
approved is the file that was sent in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from vermilion.core.pdf.dissecting import dissect
from vermilion.core.pdf.errors import PdfError
from vermilion.core.pdf.fields import Place
from vermilion.core.pdf.signing import prepare
from vermilion.core.pdf.tokens import Fault, TooComplex

MOST_PAGES = 400
MARGIN = 36.0
"""Points between the seal and the edges of the page."""
CORNERS = ("bottom-right", "bottom-left", "bottom-centre", "top-right")
PAGES = ("last", "first")

_ACTS = re.compile(rb"/(?:JS|JavaScript|Launch|XFA|AA|RichMedia|SubmitForm|ImportData|Movie|Sound|Rendition)(?![A-Za-z0-9])")
"""Names of what runs, plays, sends or swaps content when a file is opened."""
_LAYERS = re.compile(rb"/OCProperties(?![A-Za-z0-9])")
_SIGNED = re.compile(rb"/ByteRange(?![A-Za-z0-9])")


@dataclass(frozen=True)
class Taken:
    """A file that can be sealed. ``page`` counts from 1; ``box``: left, bottom, width, height of the seal in points."""

    pages: int
    page: int
    box: tuple[float, float, float, float]


class Unsuitable(Exception):
    """The file cannot be sealed; ``reason`` is a stable word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def inspect(pdf: bytes, *, side: float, corner: str, page: str, at: datetime) -> Taken | str:
    """Return where a seal of ``side`` points stands on the file, or why it cannot: a stable word."""
    try:
        return _inspect(pdf, side, corner, page, at)
    except Unsuitable as fault:
        return fault.reason


def _inspect(pdf: bytes, side: float, corner: str, page: str, at: datetime) -> Taken:
    try:
        anatomy = dissect(pdf)
    except (Fault, TooComplex, ValueError, KeyError, RecursionError) as error:
        raise Unsuitable("not_pdf") from error
    if anatomy.encrypted:
        raise Unsuitable("encrypted")
    if anatomy.findings:
        raise Unsuitable("ambiguous")
    for _number, value in anatomy.values():
        # A name may be spelled with #xx; none of those here needs it, so whoever spells one so hides it.
        if _ACTS.search(value) or (b"#" in value and _ACTS.search(_unescaped(value))):
            raise Unsuitable("active")
        if _SIGNED.search(value):
            raise Unsuitable("signed")
        if _LAYERS.search(value):
            raise Unsuitable("layers")
    count, number, (left, bottom, right, top), rotation = _page(pdf, page)
    if rotation:
        raise Unsuitable("rotated")
    side = min(side, right - left - 2 * MARGIN, top - bottom - 2 * MARGIN)
    if side < 36:
        raise Unsuitable("page_too_small")
    x = {"left": left + MARGIN, "centre": (left + right - side) / 2, "right": right - MARGIN - side}[corner.rpartition("-")[2]]
    y = bottom + MARGIN if corner.startswith("bottom") else top - MARGIN - side
    try:
        prepare(pdf, field=Place("Seal", number - 1, (x, y, x + side, y + side)), at=at, certify=True)
    except PdfError as error:
        raise Unsuitable("not_sealable") from error
    return Taken(count, number, (x, y, side, side))


def _unescaped(value: bytes) -> bytes:
    return re.sub(rb"#([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), value)


def _page(pdf: bytes, which: str) -> tuple[int, int, tuple[float, float, float, float], int]:
    """Return the number of pages, the number of the one that bears the seal, what is seen of it, and how far it is turned."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        raise Unsuitable("not_pdf") from error
    try:
        count = len(document)
        if not 0 < count <= MOST_PAGES:
            raise Unsuitable("too_many_pages")
        number = count if which == "last" else 1
        page = document[number - 1]
        return count, number, page.get_cropbox(), page.get_rotation()
    finally:
        document.close()

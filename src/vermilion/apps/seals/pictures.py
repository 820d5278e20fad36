"""What is seen where a seal or signature stands, made into one-page PDFs in a child process."""

from __future__ import annotations

from functools import lru_cache

from vermilion.base import children
from vermilion.core.typeset.fonts import pack_in_use
from vermilion.core.typeset.pictures import svg_pdf

from .stamps import stamp_page

_SECONDS = 20


@lru_cache(maxsize=64)
def seal_picture(svg: str, size: float) -> bytes:
    """Return a seal's picture as a square PDF page of ``size`` points. The same seal is drawn once per process."""
    return children.call(svg_pdf, svg, size, size, seconds=_SECONDS)


def signature_picture(svg: str, lines: list[str], width: float, height: float) -> bytes:
    """Return handwriting (SVG, may be empty) above ``lines`` (name, date) as a PDF page of the given size in points."""
    pack = pack_in_use()
    return children.call(stamp_page, svg, lines, width, height, pack.folder if pack else None, seconds=_SECONDS)

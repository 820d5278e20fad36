"""Pages as pictures, and SVG as a small PDF or PNG. Run in a child process: PDFium is not thread-safe and the files may be hostile."""

from __future__ import annotations

import functools
import io
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from .errors import PictureError, TemplateError
from .fonts import FOLDER

# Loaded where they work: in a child. Every process of ours names these functions, and would pay for the libraries at its start.
if TYPE_CHECKING:
    import pypdfium2
    import typst

MOST_PAGES = 400
LONGEST_SIDE = 6000  # pixels; a page that would be larger is refused before memory is spent on it
_pdfium = threading.Lock()
_SHEET = Path(__file__).with_name("sheet.typ")


def page_pictures(pdf: bytes, dpi: int = 110, *, pages: tuple[int, int] | None = None) -> list[bytes]:
    """Return each page, with what signatures show on it, as a WebP picture. ``pages`` is a first and last page from 1.

    110 dpi reads well on telephones. Raises PictureError when the file is no PDF, encrypted or too large.
    """
    import pypdfium2

    with _pdfium:
        try:
            document = pypdfium2.PdfDocument(pdf)
        except pypdfium2.PdfiumError as error:
            encrypted = "password" in str(error).lower()
            raise PictureError("encrypted" if encrypted else "not_pdf", str(error)) from error
        try:
            document.init_forms()  # else the appearances of signature fields are left out
            if len(document) > MOST_PAGES:
                raise PictureError("too_many_pages", f"{len(document)} pages, at most {MOST_PAGES}")
            first, last = pages or (1, len(document))
            return [_picture(document[index], dpi) for index in range(max(first, 1) - 1, min(last, len(document)))]
        finally:
            document.close()


def _picture(page: pypdfium2.PdfPage, dpi: int) -> bytes:
    scale = dpi / 72
    if max(page.get_size()) * scale > LONGEST_SIDE:
        raise PictureError("page_too_large", f"{page.get_size()} points at {dpi} dpi")
    target = io.BytesIO()
    page.render(scale=scale).to_pil().convert("RGB").save(
        target, "WEBP", quality=80, method=0
    )  # a slower method saves 10 % at twice the time
    return target.getvalue()


@functools.cache
def _fonts() -> typst.Fonts:
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FOLDER])


def svg_pdf(svg: str, width: float, height: float) -> bytes:
    """Return ``svg``, fitted into a transparent page of ``width`` × ``height`` points, as a PDF of paths."""
    return _draw(svg, width, height, "pdf", None)


def svg_png(svg: str, width: float, height: float, *, ppi: float = 300) -> bytes:
    """Return ``svg`` as a transparent PNG of ``width`` × ``height`` points."""
    return _draw(svg, width, height, "png", ppi)


def _draw(svg: str, width: float, height: float, kind: Literal["pdf", "png"], ppi: float | None) -> bytes:
    import typst

    inputs = {"svg": svg, "width": f"{width:.3f}", "height": f"{height:.3f}"}
    try:
        compiler = typst.Compiler(_SHEET, root=_SHEET.parent, font_paths=_fonts())
        drawn = compiler.compile(format=kind, ppi=ppi, sys_inputs=inputs, timestamp=0, pdf_tags=False)
    except typst.TypstError as error:
        raise TemplateError(f"a picture cannot be drawn: {error.message}") from error
    return cast("bytes", drawn)  # one page gives one file


def page_texts(pdf: bytes) -> list[str]:
    """Return the text of each page as it can be copied; what lies outside the page is not among it. Raises PictureError."""
    import pypdfium2

    with _pdfium:
        try:
            document = pypdfium2.PdfDocument(pdf)
        except pypdfium2.PdfiumError as error:
            raise PictureError("not_pdf", str(error)) from error
        try:
            return [page.get_textpage().get_text_bounded() for page in document]
        finally:
            document.close()


def clean_png(data: bytes, *, longest: int = 1200) -> bytes:
    """Return an untrusted PNG drawn anew, at most ``longest`` pixels wide or high, without what it said beside its pixels.

    Raises PictureError.
    """
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data), formats=("PNG",)) as picture:
            if max(picture.size) > LONGEST_SIDE:
                raise PictureError("page_too_large", f"{picture.size} pixels")
            drawn = picture.convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise PictureError("not_png", str(error)) from error
    drawn.thumbnail((longest, longest))
    target = io.BytesIO()
    drawn.save(target, "PNG", optimize=True)
    return target.getvalue()

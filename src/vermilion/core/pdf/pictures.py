"""Drawing pictures in a signing revision: the look of a signature field and the slices of a cross-page seal 骑缝章.

A picture is a one-page PDF (vector); its page becomes a form XObject, imported once and drawn where needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.misc import PdfError as HankoError
from pyhanko.pdf_utils.reader import PdfFileReader

from .errors import PdfError
from .writer import RevisionWriter

MIN_SLICE = 4.0
"""Points; a thinner slice of a seal can't be recognised on paper, so long documents repeat the seal in groups of pages."""


@dataclass(frozen=True)
class Picture:
    """An imported picture: its XObject and its size in points."""

    reference: generic.IndirectObject
    width: float
    height: float


def import_picture(writer: RevisionWriter, pdf: bytes) -> Picture:
    """Import the first page of ``pdf``. Raises PdfError when it is no picture."""
    try:
        reference = writer.import_page_as_xobject(PdfFileReader(BytesIO(pdf)))
        left, bottom, right, top = (float(value) for value in reference.get_object()["/BBox"])
    except (HankoError, ValueError, KeyError, TypeError) as error:
        raise PdfError(f"the picture can't be imported: {error}") from error
    if left or bottom or right <= 0 or top <= 0:
        raise PdfError("the picture's page must begin at 0, 0")
    return Picture(reference, right, top)


def field_appearance(writer: RevisionWriter, picture: Picture, width: float, height: float) -> generic.IndirectObject:
    """Return an appearance stream of the given size with ``picture`` as large as fits, in the middle."""
    scale = min(width / picture.width, height / picture.height)
    left, bottom = (width - picture.width * scale) / 2, (height - picture.height * scale) / 2
    stream = generic.StreamObject(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): generic.ArrayObject([generic.FloatObject(value) for value in (0, 0, round(width, 3), round(height, 3))]),
            pdf_name("/Resources"): generic.DictionaryObject(
                {pdf_name("/XObject"): generic.DictionaryObject({pdf_name("/Picture"): picture.reference})}
            ),
        },
        stream_data=f"q {scale:.5f} 0 0 {scale:.5f} {left:.3f} {bottom:.3f} cm /Picture Do Q".encode(),
    )
    return writer.add_object(stream)


def draw_slices(writer: RevisionWriter, picture: Picture, *, size: float, bottom: float) -> None:
    """Draw ``picture`` (``size`` points wide) cut into vertical slices, one on the right edge of each page, ``bottom`` points up."""
    pages = writer.page_count
    if pages < 2:
        return
    groups = -(-pages // max(2, int(size / MIN_SLICE)))
    for group in range(groups):
        first, last = pages * group // groups, pages * (group + 1) // groups
        for page in range(first, last):
            _draw_slice(writer, picture, page, index=page - first, count=last - first, size=size, bottom=bottom)


def _draw_slice(writer: RevisionWriter, picture: Picture, page: int, *, index: int, count: int, size: float, bottom: float) -> None:
    page_reference, resources = writer.find_page_for_modification(page)  # type: ignore[no-untyped-call]
    page_object = page_reference.get_object()
    box = _inherited(page_object, "/CropBox") or _inherited(page_object, "/MediaBox")
    if box is None:
        raise PdfError("a page has no size")
    right, floor = float(box[2]), float(box[1])
    part, scale = size / count, size / picture.width
    drawing = (
        f"Q q {right - part:.3f} {floor + bottom:.3f} {part:.3f} {picture.height * scale:.3f} re W n "
        f"{scale:.5f} 0 0 {scale:.5f} {right - part * (index + 1):.3f} {floor + bottom:.3f} cm /VermilionSlice Do Q"
    )
    # The page's own content stands between q and Q, so that whatever it leaves behind (scale, clip) does not move the slice.
    before = writer.add_object(generic.StreamObject(stream_data=b"q "))
    after = writer.add_object(generic.StreamObject(stream_data=drawing.encode()))
    contents = page_object.raw_get("/Contents")
    inner = contents.get_object()
    middle = list(inner) if isinstance(inner, generic.ArrayObject) else [contents]
    page_object[pdf_name("/Contents")] = generic.ArrayObject([before, *middle, after])
    own = generic.DictionaryObject(resources.get_object() if isinstance(resources, generic.IndirectObject) else resources)
    objects = generic.DictionaryObject(_item(own, "/XObject") or {})
    objects[pdf_name("/VermilionSlice")] = picture.reference
    own[pdf_name("/XObject")] = objects
    page_object[pdf_name("/Resources")] = own
    writer.mark_update(page_reference)


def _inherited(page: generic.DictionaryObject, key: str) -> generic.ArrayObject | None:
    node: generic.DictionaryObject | None = page
    while node is not None:
        if key in node:
            value = node[key]
            return value if isinstance(value, generic.ArrayObject) else None
        node = _item(node, "/Parent")
    return None


def _item(node: generic.DictionaryObject, key: str) -> generic.DictionaryObject | None:
    """Return a dictionary's entry with references followed, which pyHanko's ``get()`` does not do."""
    try:
        value = node[key]
    except KeyError:
        return None
    return value if isinstance(value, generic.DictionaryObject) else None

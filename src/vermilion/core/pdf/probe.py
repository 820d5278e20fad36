"""The smallest PDF, for trying out whether signing works."""

from __future__ import annotations

from io import BytesIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter


def blank_page() -> bytes:
    """Return a PDF of one empty page of 200 × 200 points."""
    writer = PdfFileWriter()
    contents = writer.add_object(generic.StreamObject(stream_data=b""))
    box = generic.ArrayObject([generic.NumberObject(value) for value in (0, 0, 200, 200)])
    writer.insert_page(PageObject(contents=contents, media_box=box))
    output = BytesIO()
    writer.write(output)
    return output.getvalue()

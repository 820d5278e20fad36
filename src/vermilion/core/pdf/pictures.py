"""Drawing pictures in a signing revision: the look of a signature field and the slices of a cross-page seal 骑缝章.

A picture is a one-page PDF (vector); its page becomes a form XObject, brought into the revision once and drawn where needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from .errors import NotSignable, PdfError
from .revision import Revision, stream_object
from .syntax import (
    SyntaxFault,
    array,
    cut_at_references,
    dictionary,
    reference,
    write_array,
    write_dictionary,
    write_number,
    write_reference,
)

MIN_SLICE = 4.0
"""Points; a thinner slice of a seal can't be recognised on paper, so long documents repeat the seal in groups of pages."""

_FORM = {"Type": b"/XObject", "Subtype": b"/Form"}
_MOST_OBJECTS = 2000


@dataclass(frozen=True)
class Picture:
    """A picture ready to be brought in; its size in points.

    ``objects``: per object its bytes cut at every reference, between the pieces the position of the object referred to. The first
    object is the form XObject.
    """

    objects: tuple[tuple[bytes | int, ...], ...]
    width: float
    height: float

    def place_in(self, revision: Revision) -> int:
        """Add the picture's objects to ``revision``; return the number of the form XObject."""
        first = revision.reserve(len(self.objects))
        for position, pieces in enumerate(self.objects):
            body = b"".join([write_reference(first + one) if isinstance(one, int) else one for one in pieces])
            revision.replace(first + position, body)
        return first


@lru_cache(maxsize=64)  # a seal is used again and again; a person's signature is not
def read_picture(pdf: bytes) -> Picture:
    """Read the first page of ``pdf``. Raises PdfError when it is no picture."""
    try:
        source = Revision(pdf)
        page = source.entries(source.pages()[0])
        box = [float(value) for value in array(source.inherited(page, "MediaBox") or b"")]
        left, bottom, right, top = box
        if left or bottom or right <= 0 or top <= 0:
            raise PdfError("the picture's page must begin at 0, 0")
        found = source.stream(reference(page["Contents"]) or 0)
        if found is None:
            raise PdfError("the picture's content is not one stream")
        content, data = found
        entries = {**_FORM, "BBox": write_array(write_number(value) for value in box), "Resources": source.inherited(page, "Resources")}
        entries |= {key: page.get(key) or content.get(key) for key in ("Group", "Filter", "DecodeParms")}
        form = stream_object({key: value for key, value in entries.items() if value is not None}, data)
        objects = _cut(_collected(source, form))
    except (NotSignable, SyntaxFault, KeyError, ValueError) as error:
        raise PdfError(f"the picture can't be read: {error}") from error
    return Picture(objects, right, top)


def _collected(source: Revision, form: bytes) -> dict[int, bytes]:
    """Return number → body of every object that ``form`` (number 0) needs, itself the first."""
    objects = {0: form}
    wanted = _references(form)
    while wanted:
        number = wanted.pop()
        if number in objects:
            continue
        if len(objects) >= _MOST_OBJECTS:
            raise PdfError("the picture has too many parts")
        stream = source.stream(number)
        objects[number] = source.raw(number) if stream is None else stream_object(*stream)
        wanted += _references(objects[number])
    return objects


def _references(body: bytes) -> list[int]:
    return [piece for piece in cut_at_references(_head(body)) if isinstance(piece, int)]


def _cut(objects: dict[int, bytes]) -> tuple[tuple[bytes | int, ...], ...]:
    """Return the bodies cut at their references, with positions for numbers."""
    position = {number: place for place, number in enumerate(objects)}
    found = []
    for body in objects.values():
        pieces = [position[piece] if isinstance(piece, int) else piece for piece in cut_at_references(_head(body))]
        found.append((*pieces, body[len(_head(body)) :]))
    return tuple(found)


def _head(body: bytes) -> bytes:
    """Return an object's value without a stream's data, in which nothing refers to anything."""
    return body.partition(b"\nstream\n")[0]


def field_appearance(revision: Revision, picture: Picture, drawn: int, width: float, height: float) -> int:
    """Add an appearance stream of the given size with ``picture`` (object ``drawn``) as large as fits, in the middle."""
    scale = min(width / picture.width, height / picture.height)
    left, bottom = (width - picture.width * scale) / 2, (height - picture.height * scale) / 2
    entries = {
        **_FORM,
        "BBox": write_array(write_number(value) for value in (0, 0, width, height)),
        "Resources": write_dictionary({"XObject": write_dictionary({"Picture": write_reference(drawn)})}),
    }
    return revision.add_stream(entries, f"q {scale:.5f} 0 0 {scale:.5f} {left:.3f} {bottom:.3f} cm /Picture Do Q".encode())


def draw_slices(revision: Revision, picture: Picture, drawn: int, *, size: float, bottom: float) -> None:
    """Draw ``picture`` (``size`` points wide) cut into vertical slices, one on the right edge of each page, ``bottom`` points up."""
    pages = revision.pages()
    if len(pages) < 2:
        return
    # The page's own content stands between q and Q, so that whatever it leaves behind (scale, clip) does not move the slice.
    before = revision.add_stream({}, b"q ")
    groups = -(-len(pages) // max(2, int(size / MIN_SLICE)))
    for group in range(groups):
        first, last = len(pages) * group // groups, len(pages) * (group + 1) // groups
        for index, number in enumerate(pages[first:last]):
            page = revision.entries(number)
            drawing = _slice(revision, picture, page, index=index, count=last - first, size=size, bottom=bottom)
            after = revision.add_stream({}, drawing)
            revision.update(number, _with_slice(revision, page, drawn, before, after))


def _slice(revision: Revision, picture: Picture, page: dict[str, bytes], *, index: int, count: int, size: float, bottom: float) -> bytes:
    box = revision.inherited(page, "CropBox") or revision.inherited(page, "MediaBox")
    if box is None:
        raise PdfError("a page has no size")
    _, floor, right, _ = (float(value) for value in array(box))
    part, scale = size / count, size / picture.width
    return (
        f"Q q {right - part:.3f} {floor + bottom:.3f} {part:.3f} {picture.height * scale:.3f} re W n "
        f"{scale:.5f} 0 0 {scale:.5f} {right - part * (index + 1):.3f} {floor + bottom:.3f} cm /VermilionSlice Do Q"
    ).encode()


def _with_slice(revision: Revision, page: dict[str, bytes], drawn: int, before: int, after: int) -> dict[str, bytes]:
    """Return the page with the slice behind its content and the picture among its resources."""
    contents = page["Contents"]
    inner = array(revision.resolved(contents)) if revision.resolved(contents).startswith(b"[") else [contents]
    resources = dictionary(revision.inherited(page, "Resources") or b"<< >>")
    objects = revision.opened(resources["XObject"]) if "XObject" in resources else {}
    if "VermilionSlice" in objects:
        raise PdfError("the page has a slice already")
    return {
        **page,
        "Contents": write_array([write_reference(before), *inner, write_reference(after)]),
        "Resources": write_dictionary({**resources, "XObject": write_dictionary({**objects, "VermilionSlice": write_reference(drawn)})}),
    }

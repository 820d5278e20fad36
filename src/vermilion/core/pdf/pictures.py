"""Drawing pictures in a signing revision: the look of a signature field and the slices of a cross-page seal 骑缝章.

A picture is a one-page PDF (vector); its page becomes a form XObject, brought into the revision once and drawn where needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from .errors import NotSignable, PdfError
from .revision import Revision
from .syntax import (
    SyntaxFault,
    array,
    cut_at_references,
    reference,
    write_array,
    write_dictionary,
    write_number,
    write_reference,
)
from .written import Row, stream_object

MIN_SLICE = 4.0
"""Points; a thinner slice of a seal can't be recognised on paper, so long documents repeat the seal in groups of pages."""

_FORM = {b"/Type": b"/XObject", b"/Subtype": b"/Form"}
_MOST_OBJECTS = 2000


@dataclass(frozen=True)
class Picture:
    """A picture ready to be brought in; its size in points.

    ``objects``: per object its value with ``%d`` in place of every number referred to, the positions of those objects, and what follows
    the value (a stream's data). The first object is the form XObject.
    """

    objects: tuple[tuple[bytes, tuple[int, ...], bytes], ...]
    width: float
    height: float

    def place_in(self, revision: Revision) -> int:
        """Add the picture's objects to ``revision``; return the number of the form XObject."""
        first = revision.reserve(len(self.objects))
        revision.fill(_row(self, first))
        return first


@lru_cache(maxsize=64)  # the documents of one template mostly have the same number of objects
def _row(picture: Picture, first: int) -> Row:
    """Return the picture's objects for the numbers from ``first`` on."""
    return Row.of(first, [value % tuple([first + other for other in others]) + rest for value, others, rest in picture.objects])


@lru_cache(maxsize=64)  # a seal is used again and again; a person's signature is not
def read_picture(pdf: bytes) -> Picture:
    """Read the first page of ``pdf``. Raises PdfError when it is no picture."""
    try:
        source = Revision(pdf)
        page = source.entries(source.pages()[0])
        box = [float(value) for value in array(source.resolved(source.inherited(page, b"/MediaBox") or b""))]
        left, bottom, right, top = box
        if left or bottom or right <= 0 or top <= 0:
            raise PdfError("the picture's page must begin at 0, 0")
        found = source.stream(reference(page[b"/Contents"]) or 0)
        if found is None:
            raise PdfError("the picture's content is not one stream")
        content, data = found
        resources = source.inherited(page, b"/Resources")
        entries = {**_FORM, b"/BBox": write_array(write_number(value) for value in box), b"/Resources": resources or b"<< >>"}
        entries |= {key: page.get(key) or content.get(key) or b"" for key in (b"/Group", b"/Filter", b"/DecodeParms")}
        form = stream_object({key: value for key, value in entries.items() if value}, data)
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


def _cut(objects: dict[int, bytes]) -> tuple[tuple[bytes, tuple[int, ...], bytes], ...]:
    """Return the objects as :class:`Picture` holds them."""
    position = {number: place for place, number in enumerate(objects)}
    found = []
    for body in objects.values():
        pieces = cut_at_references(_head(body))
        value = b"".join([b"%d 0 R" if isinstance(piece, int) else piece.replace(b"%", b"%%") for piece in pieces])
        others = tuple(position[piece] for piece in pieces if isinstance(piece, int))
        found.append((value, others, body[len(_head(body)) :]))
    return tuple(found)


def _head(body: bytes) -> bytes:
    """Return an object's value without a stream's data, in which nothing refers to anything."""
    return body.partition(b"\nstream\n")[0]


def field_appearance(revision: Revision, picture: Picture, drawn: int, width: float, height: float) -> int:
    """Add an appearance stream of the given size with ``picture`` (object ``drawn``) as large as fits, in the middle."""
    return revision.add(_appearance(picture.width, picture.height, width, height) % drawn)


@lru_cache(maxsize=64)
def _appearance(picture_width: float, picture_height: float, width: float, height: float) -> bytes:
    """Return the appearance stream with ``%d`` for the picture's number."""
    scale = min(width / picture_width, height / picture_height)
    left, bottom = (width - picture_width * scale) / 2, (height - picture_height * scale) / 2
    entries = {
        **_FORM,
        b"/BBox": write_array(write_number(value) for value in (0, 0, width, height)),
        # As ink does: what is printed below, the insurer's name and the date by custom, stays readable.
        b"/Resources": b"<< /XObject << /Picture %d 0 R >> /ExtGState << /Ink << /BM /Multiply >> >> >>",
    }
    return stream_object(entries, f"q /Ink gs {scale:.5f} 0 0 {scale:.5f} {left:.3f} {bottom:.3f} cm /Picture Do Q".encode())


def draw_slices(revision: Revision, picture: Picture, drawn: int, *, size: float, bottom: float) -> None:
    """Draw ``picture`` (``size`` points wide) cut into vertical slices, one on the right edge of each page, ``bottom`` points up."""
    pages = revision.pages()
    if len(pages) < 2:
        return
    boxes = []
    for number in pages:
        page = revision.entries(number)
        boxes.append(revision.resolved(revision.inherited(page, b"/CropBox") or revision.inherited(page, b"/MediaBox") or b""))
    first = revision.reserve(1 + len(pages))
    revision.fill(_slices(first, picture.width, picture.height, tuple(boxes), size, bottom))
    for after, number in enumerate(pages, first + 1):
        page = revision.entries(number)
        contents = b"[%d 0 R %b %d 0 R]" % (first, _inner_contents(revision, page[b"/Contents"]), after)
        revision.update(number, {**page, b"/Contents": contents, b"/Resources": _resources(revision, page, drawn)})


@lru_cache(maxsize=64)  # as the pictures
def _slices(first: int, width: float, height: float, boxes: tuple[bytes, ...], size: float, bottom: float) -> Row:
    """Return, for the numbers from ``first`` on, what stands before each page's own content and the slice behind that of each page.

    ``boxes``: the visible part of each. The page's own content stands between q and Q, so that whatever it leaves behind (scale, clip)
    does not move the slice.
    """
    groups = -(-len(boxes) // max(2, int(size / MIN_SLICE)))
    bodies = [stream_object({}, b"q ")]
    for group in range(groups):
        together = boxes[len(boxes) * group // groups : len(boxes) * (group + 1) // groups]
        bodies += [_slice(width, height, box, size, bottom, index, len(together)) for index, box in enumerate(together)]
    return Row.of(first, bodies)


def _slice(width: float, height: float, box: bytes, size: float, bottom: float, index: int, count: int) -> bytes:
    """Return the content stream that draws slice ``index`` of ``count`` on a page whose visible part is ``box``."""
    _, floor, right, _ = (float(value) for value in array(box))
    part, scale = size / count, size / width
    drawing = (
        f"Q q {right - part:.3f} {floor + bottom:.3f} {part:.3f} {height * scale:.3f} re W n "
        f"{scale:.5f} 0 0 {scale:.5f} {right - part * (index + 1):.3f} {floor + bottom:.3f} cm /VermilionSlice Do Q"
    )
    return stream_object({}, drawing.encode())


def _inner_contents(revision: Revision, contents: bytes) -> bytes:
    """Return the references to the page's own content streams."""
    return b" ".join(array(revision.resolved(contents))) if revision.is_array(contents) else contents


def _resources(revision: Revision, page: dict[bytes, bytes], drawn: int) -> bytes:
    """Return the page's resources and the picture among them."""
    resources = revision.opened(revision.inherited(page, b"/Resources") or b"<< >>")
    objects = revision.opened(resources[b"/XObject"]) if b"/XObject" in resources else {}
    if b"/VermilionSlice" in objects:
        raise PdfError("the page has a slice already")
    objects = {**objects, b"/VermilionSlice": write_reference(drawn)}
    return write_dictionary({**resources, b"/XObject": write_dictionary(objects)})

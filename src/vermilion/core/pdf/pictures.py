"""Drawing pictures in a signing revision: the look of a signature field and the slices of a cross-page seal 骑缝章.

A picture is a one-page PDF (vector); its page becomes a form XObject, brought into the revision once and drawn where needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from .errors import NotSignable, PdfError
from .revision import Revision, stream_object
from .syntax import SyntaxFault, array, dictionary, reference, with_references, write_array, write_dictionary, write_number, write_reference

MIN_SLICE = 4.0
"""Points; a thinner slice of a seal can't be recognised on paper, so long documents repeat the seal in groups of pages."""

_FORM = {"Type": b"/XObject", "Subtype": b"/Form"}
_MOST_OBJECTS = 2000


@dataclass(frozen=True)
class Picture:
    """A picture ready to be brought in: its objects by the numbers of its own file, the first is the form XObject; its size in points."""

    objects: dict[int, bytes]
    width: float
    height: float

    def place_in(self, revision: Revision) -> int:
        """Add the picture's objects to ``revision``; return the number of the form XObject."""
        numbers = {own: revision.add(b"null") for own in self.objects}
        for own, body in self.objects.items():
            head, mark, data = body.partition(b"\nstream\n")
            revision.replace(numbers[own], with_references(head, lambda one: write_reference(numbers[one])) + mark + data)
        return next(iter(numbers.values()))


@lru_cache(maxsize=64)  # a seal is used again and again; a person's signature is not
def read_picture(pdf: bytes) -> Picture:
    """Read the first page of ``pdf``. Raises PdfError when it is no picture."""
    try:
        source = Revision(pdf)
        page = dictionary(source.raw(source.pages()[0]))
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
        objects = {0: stream_object({key: value for key, value in entries.items() if value is not None}, data)}
        _collect(source, objects[0].partition(b"\nstream\n")[0], objects)
    except (NotSignable, SyntaxFault, KeyError, ValueError) as error:
        raise PdfError(f"the picture can't be read: {error}") from error
    return Picture(objects, right, top)


def _collect(source: Revision, head: bytes, objects: dict[int, bytes]) -> None:
    """Add every object that ``head`` refers to, and what those refer to."""
    wanted: list[int] = []

    def remember(number: int) -> bytes:
        wanted.append(number)
        return write_reference(number)

    with_references(head, remember)
    while wanted:
        number = wanted.pop()
        if number in objects:
            continue
        if len(objects) >= _MOST_OBJECTS:
            raise PdfError("the picture has too many parts")
        stream = source.stream(number)
        if stream is None:
            objects[number] = source.raw(number)
        else:
            entries, data = stream
            objects[number] = stream_object(entries, data)
        with_references(objects[number].partition(b"\nstream\n")[0], remember)


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
            page = dictionary(revision.raw(number))
            drawing = _slice(revision, picture, page, index=index, count=last - first, size=size, bottom=bottom)
            after = revision.add_stream({}, drawing)
            revision.replace(number, _with_slice(revision, page, drawn, before, after))


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


def _with_slice(revision: Revision, page: dict[str, bytes], drawn: int, before: int, after: int) -> bytes:
    """Return the page with the slice behind its content and the picture among its resources."""
    contents = page["Contents"]
    inner = array(revision.resolved(contents)) if revision.resolved(contents).startswith(b"[") else [contents]
    resources = dictionary(revision.inherited(page, "Resources") or b"<< >>")
    objects = revision.opened(resources["XObject"]) if "XObject" in resources else {}
    if "VermilionSlice" in objects:
        raise PdfError("the page has a slice already")
    objects["VermilionSlice"] = write_reference(drawn)
    return write_dictionary(
        {
            **page,
            "Contents": write_array([write_reference(before), *inner, write_reference(after)]),
            "Resources": write_dictionary({**resources, "XObject": write_dictionary(objects)}),
        }
    )

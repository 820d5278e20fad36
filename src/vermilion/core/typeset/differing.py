"""Two states of a document beside each other: which pages differ, where, and pictures of them with the difference marked.

Run in a child process: PDFium is not thread-safe and the files may be hostile. Pages are drawn by the same program in the same size, so a
page that was not touched is equal to the last pixel, and whatever differs was changed.
"""

from __future__ import annotations

import difflib
import hashlib
import io
import math
import threading

import numpy as np
import pypdfium2
from PIL import Image, ImageDraw, ImageFont

from .differences import Differences, PageDifference, Region
from .errors import PictureError

DPI = 96
CLOSE_DPI = 144
LONGEST_SIDE = 1600  # pixels of a page that is compared; larger ones are drawn smaller
MOST_PAGES = 60  # of each state; the pages behind are not compared, and that is said
MOST_SHOWN = 8  # pages of which pictures are made
MOST_REGIONS = 8  # marks on a page; more lie so close that one frame serves them better
MOST_GROUPS = 40  # joining them one by one takes time that grows with their cube
CLOSE_UPS = 3  # enlarged regions of a page, for telephones
LOUDEST_SILENCE = 24  # steps of grey of 255 that no eye sees
CELL = 8  # pixels: changes nearer than two cells are one region
LONGEST_WORDS = 160
MOST_CHARACTERS = 50_000  # of a page's text layer
LEVEL = 0.1  # radians by which a line may lean
WORDS_ASIDE = 120  # pixels left and right of a region: one changed digit alone tells nothing
PAINT = (195, 39, 43)

Box = tuple[int, int, int, int]  # left, top, right, bottom in pixels, origin top left


_pdfium = threading.Lock()


def compare(before: bytes, after: bytes) -> Differences:
    """Return how the pages of ``after`` differ from those of ``before``. Raises PictureError when one of them can't be drawn."""
    with _pdfium:
        old, new = _State(before), _State(after)
        try:
            pages = _pair(old, new)
            shown = [_draw(old, new, page) if number < MOST_SHOWN else page for number, page in enumerate(pages)]
            return Differences(len(old.document), len(new.document), tuple(shown), max(len(old.document), len(new.document)) > MOST_PAGES)
        finally:
            old.document.close()
            new.document.close()


class _State:
    """One state of the document with the digest of each drawn page."""

    def __init__(self, pdf: bytes) -> None:
        try:
            self.document = pypdfium2.PdfDocument(pdf)
            self.document.init_forms()  # else the appearances of fields are left out
            count = min(len(self.document), MOST_PAGES)
            self.digests = [hashlib.sha256(self.pixels(index).tobytes()).digest() for index in range(count)]
        except pypdfium2.PdfiumError as error:
            raise PictureError("not_pdf", str(error)) from error

    def pixels(self, index: int, dpi: int = DPI) -> np.ndarray:
        """Return a page as an array of height × width × 3 bytes."""
        page = self.document[index]
        scale = dpi / 72 * min(1.0, LONGEST_SIDE / (max(*page.get_size(), 1) * DPI / 72))
        return np.asarray(page.render(scale=scale).to_pil().convert("RGB"))

    def words(self, index: int, box: Box, height: int) -> str:
        """Return the text layer's words in ``box`` and beside it; the box is given in pixels of a picture ``height`` high."""
        page = self.document[index]
        points = page.get_height() / height
        left, right = (box[0] - WORDS_ASIDE) * points, (box[2] + WORDS_ASIDE) * points
        # Without the frame's margin, in which the lines above and below begin.
        top, bottom = page.get_height() - (box[1] + CELL) * points, page.get_height() - (box[3] - CELL) * points
        textpage = page.get_textpage()
        try:
            text = _level_text(textpage, left, bottom, right, top)
        finally:
            textpage.close()
        words = " ".join("".join(one if one.isprintable() else " " for one in text).split())
        return words if len(words) <= LONGEST_WORDS else words[:LONGEST_WORDS] + "…"


def _level_text(textpage: pypdfium2.PdfTextPage, left: float, bottom: float, right: float, top: float) -> str:
    """Return the level text of the rows that the box (points) meets: a watermark across the page says nothing here."""
    found: list[str] = []
    middle, last = (bottom + top) / 2, -1
    for index in range(min(textpage.count_chars(), MOST_CHARACTERS)):
        try:
            begin, low, end, high = textpage.get_charbox(index, loose=True)
        except pypdfium2.PdfiumError:  # one that PDFium only supposes, such as a line's end
            continue
        row = low <= middle <= high or bottom <= (low + high) / 2 <= top  # a comma's box meets its row below the middle
        if (
            row
            and left <= (begin + end) / 2 <= right
            and abs(math.remainder(pypdfium2.raw.FPDFText_GetCharAngle(textpage, index), math.tau)) < LEVEL
        ):
            found += ["" if last in (-1, index - 1) else " ", chr(pypdfium2.raw.FPDFText_GetUnicode(textpage, index))]
            last = index
    return "".join(found)


def _pair(old: _State, new: _State) -> list[PageDifference]:
    """Find which pages belong together: equal ones do, what lies between two equal ones is paired in order."""
    found = []
    matcher = difflib.SequenceMatcher(None, old.digests, new.digests, autojunk=False)
    for tag, from_old, to_old, from_new, to_new in matcher.get_opcodes():
        if tag == "equal":
            continue
        common = min(to_old - from_old, to_new - from_new)
        found += [PageDifference("changed", from_old + step + 1, from_new + step + 1) for step in range(common)]
        found += [PageDifference("removed", index + 1, None) for index in range(from_old + common, to_old)]
        found += [PageDifference("added", None, index + 1) for index in range(from_new + common, to_new)]
    return found


def _draw(old: _State, new: _State, page: PageDifference) -> PageDifference:
    before = old.pixels(page.number_before - 1) if page.number_before else None
    after = new.pixels(page.number_after - 1) if page.number_after else None
    if before is None or after is None or page.number_before is None or page.number_after is None:
        return PageDifference(page.kind, page.number_before, page.number_after, _webp(before), _webp(after))
    boxes = regions(before, after)
    close_before = close_after = None
    if boxes:
        close_before, close_after = old.pixels(page.number_before - 1, CLOSE_DPI), new.pixels(page.number_after - 1, CLOSE_DPI)
    told = []
    for number, box in enumerate(boxes):
        words = old.words(page.number_before - 1, box, before.shape[0]), new.words(page.number_after - 1, box, after.shape[0])
        near = _close_up(close_before, box), _close_up(close_after, box)
        told.append(Region(*words, *(near if number < CLOSE_UPS else (b"", b""))))
    return PageDifference("changed", page.number_before, page.number_after, _webp(before, boxes), _webp(after, boxes), tuple(told))


def regions(before: np.ndarray, after: np.ndarray) -> list[Box]:
    """Return frames around what differs between two pictures, top to bottom. Unlike sizes are compared on a common white sheet."""
    height, width = max(before.shape[0], after.shape[0]), max(before.shape[1], after.shape[1])
    distance = np.abs(_on_sheet(before, height, width) - _on_sheet(after, height, width)).max(axis=2) > LOUDEST_SILENCE
    rows, columns = -(-height // CELL), -(-width // CELL)
    padded = np.zeros((rows * CELL, columns * CELL), bool)
    padded[:height, :width] = distance
    cells: np.ndarray = np.asarray(padded.reshape(rows, CELL, columns, CELL).any(axis=(1, 3)))
    boxes = _merged([_frame(group, height, width) for group in _groups(cells)])
    return sorted(boxes, key=lambda box: (box[1], box[0]))


def _on_sheet(picture: np.ndarray, height: int, width: int) -> np.ndarray:
    sheet = np.full((height, width, 3), 255, np.int16)
    sheet[: picture.shape[0], : picture.shape[1]] = picture
    return sheet


def _groups(cells: np.ndarray) -> list[list[tuple[int, int]]]:
    """Return the marked cells in groups whose members lie at most two cells apart."""
    left = set(zip(*(axis.tolist() for axis in np.nonzero(cells)), strict=True))
    found = []
    while left:
        group = [left.pop()]
        for row, column in group:
            near = {(row + down, column + right) for down in range(-2, 3) for right in range(-2, 3)} & left
            left -= near
            group += near  # the loop goes on over what it finds
        found.append(group)
    return found


def _frame(group: list[tuple[int, int]], height: int, width: int) -> Box:
    rows, columns = [row for row, _column in group], [column for _row, column in group]
    return (
        max(min(columns) * CELL - CELL, 0),
        max(min(rows) * CELL - CELL, 0),
        min((max(columns) + 2) * CELL, width),
        min((max(rows) + 2) * CELL, height),
    )


def _merged(boxes: list[Box]) -> list[Box]:
    """Join frames that overlap, and the nearest ones as long as there are too many. A page full of specks gets one frame."""
    if len(boxes) > MOST_GROUPS:
        boxes = [_around(boxes)]
    while len(boxes) > 1:
        gap, first, second = min((_gap(boxes[at], boxes[to]), at, to) for at in range(len(boxes)) for to in range(at + 1, len(boxes)))
        if gap > 0 and len(boxes) <= MOST_REGIONS:
            break
        boxes = [box for at, box in enumerate(boxes) if at not in (first, second)] + [_around([boxes[first], boxes[second]])]
    return boxes


def _around(boxes: list[Box]) -> Box:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _gap(one: Box, other: Box) -> int:
    return max(one[0] - other[2], other[0] - one[2], one[1] - other[3], other[1] - one[3], 0)


def _close_up(picture: np.ndarray | None, box: Box) -> bytes:
    """Return the region with a margin, enlarged; far wider than high, so that a line of text is read in its row."""
    if picture is None:
        return b""
    scale, (left, top, right, bottom) = CLOSE_DPI / DPI, box
    margin = 40
    edges = [int(max(edge * scale, 0)) for edge in (left - 2 * margin, top - margin, right + 2 * margin, bottom + margin)]
    part = picture[edges[1] : edges[3], edges[0] : edges[2]]
    if not part.size:
        return b""
    marked = tuple(int(edge * scale) - edges[at % 2] for at, edge in enumerate((left, top, right, bottom)))
    return _webp(part, [marked], numbered=False)  # type: ignore[list-item]  # four numbers stay four


def _tag(pen: ImageDraw.ImageDraw, box: Box, number: str) -> None:
    """Draw the region's number on the upper edge of its frame, inside the page."""
    font = ImageFont.load_default(13)
    width = int(pen.textlength(number, font=font)) + 10
    left, top = box[0], max(box[1] - 16, 0)
    pen.rectangle((left, top, left + width, top + 16), fill=(*PAINT, 255))
    pen.text((left + 5, top + 1), number, fill=(255, 255, 255, 255), font=font)


def _webp(picture: np.ndarray | None, boxes: list[Box] | None = None, *, numbered: bool = True) -> bytes:
    if picture is None:
        return b""
    image = Image.fromarray(picture)
    if boxes:
        tint = Image.new("RGBA", image.size, (0, 0, 0, 0))
        pen = ImageDraw.Draw(tint)
        for number, box in enumerate(boxes, 1):
            pen.rectangle(box, fill=(*PAINT, 28), outline=(*PAINT, 255), width=2)
            if numbered:
                _tag(pen, box, str(number))
        image = Image.alpha_composite(image.convert("RGBA"), tint).convert("RGB")
    target = io.BytesIO()
    image.save(target, "WEBP", quality=70, method=2)
    return target.getvalue()

"""What typst drew on a page: runs of text, each where it stands, and everything between them as it is.

Typst writes each run alike (``q … cm … BT … [(…)-30(…)]TJ ET Q``), so one pattern finds them all. Files are our own typesetter's.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, field

from .errors import NoPlan

# The inside of a string: parentheses that match are written bare, here up to four deep.
_INSIDE = rb"(?:[^\\()]|\\.)*"
for _depth in range(4):
    _INSIDE = rb"(?:[^\\()]|\\.|\(" + _INSIDE + rb"\))*"
_STRING = rb"\(" + _INSIDE + rb"\)|<[0-9A-F]*>"
_RUN = re.compile(
    rb"q 1 0 0 -1 ([\d.-]+) ([\d.-]+) cm(/c\d+ cs [\d. ]+ scn)\nBT 0 Tr/(f\d+) ([\d.]+) Tf 1 0 0 -1 0 0 Tm"
    rb"(?:\[((?:" + _STRING + rb"|[\d.-]+)*)\]TJ|(" + _STRING + rb")Tj)\nET\nQ\n?",
    re.DOTALL,
)
_PIECE = re.compile(rb"\((" + _INSIDE + rb")\)|<([0-9A-F]*)>|([\d.-]+)", re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
# A check code: clipped to its box, then one path of unit squares, stretched.
_CODE = re.compile(
    rb"q ([\d.]+) ([\d.]+) m ([\d.]+) \2 l \3 ([\d.]+) l \1 \4 l\nh\nW\nn\n"
    rb"q [\d.-]+ 0 0 [\d.-]+ [\d.]+ [\d.]+ cm(/c\d+ cs [\d. ]+ scn) [\d. mlh\n]+f\nQ\nQ\n"
)
_OBJECT = re.compile(rb"\n(\d+) 0 obj\n(.*?)\nendobj(?=\n)", re.DOTALL)
_STREAM = re.compile(rb"(<<.*?>>)\nstream\n(.*)\nendstream", re.DOTALL)


@dataclass(frozen=True)
class Run:
    """A run of text: baseline at (``x``, ``y``) in points from the bottom left, ``gaps`` after each character in 1/1000 em."""

    raw: bytes
    x: float
    y: float
    colour: bytes  # as written, for instance /c0 cs 0.1 0.1 0.1 scn
    face: str  # the font's name without its subset tag
    size: float
    text: str
    gaps: tuple[float, ...]


@dataclass(frozen=True)
class Code:
    """A check code in a box of points from the bottom left."""

    raw: bytes
    x: float
    y: float
    width: float
    height: float
    colour: bytes


Item = Run | Code | bytes


@dataclass(frozen=True)
class Page:
    """A page: number of its object, the object, its items in drawing order. Bytes are what is neither a run nor a code."""

    number: int
    entries: bytes
    content: int  # number of the content stream's object
    items: tuple[Item, ...]


@dataclass(frozen=True)
class File:
    """A file of typst's: objects by number, pages in order, the numbers of Root and Info, both identifiers."""

    objects: dict[int, bytes] = field(repr=False)
    pages: tuple[Page, ...]
    root: int
    info: int
    ids: tuple[bytes, bytes]


def read(pdf: bytes) -> File:
    """Take a file of our typesetter apart. Raises NoPlan when it is written in another way than ours writes."""
    objects = {int(number): body for number, body in _OBJECT.findall(pdf)}
    trailer = re.search(rb"trailer\n<</Size (\d+)/Root (\d+) 0 R/Info (\d+) 0 R/ID\[\((.*?)\)\((.*?)\)\]>>\nstartxref\n\d+\n%%EOF\s*$", pdf)
    if trailer is None or int(trailer[1]) != len(objects) + 1:
        raise NoPlan("not written by this typesetter")
    kids = re.search(rb"/Kids\[([\d R]+)\]", objects[1])
    if kids is None:
        raise NoPlan("no list of pages")
    faces: dict[bytes, tuple[str, dict[int, str]]] = {}
    pages = tuple(_page(objects, int(number), faces) for number in re.findall(rb"(\d+) 0 R", kids[1]))
    return File(objects, pages, int(trailer[2]), int(trailer[3]), (trailer[4], trailer[5]))


def stream(body: bytes) -> tuple[bytes, bytes]:
    """Return dictionary and decoded data of a stream's object."""
    found = _STREAM.fullmatch(body)
    if found is None:
        raise NoPlan("an object is no stream")
    return found[1], zlib.decompress(found[2]) if b"/FlateDecode" in found[1] else found[2]


def _page(objects: dict[int, bytes], number: int, faces: dict[bytes, tuple[str, dict[int, str]]]) -> Page:
    entries = objects[number]
    refers = re.search(rb"/Resources (\d+) 0 R.*/Contents (\d+) 0 R", entries)
    if refers is None:
        raise NoPlan("a page is written in another way")
    fonts = re.search(rb"/Font<<(.*?)>>", objects[int(refers[1])])
    names = dict(re.findall(rb"/(f\d+) (\d+) 0 R", fonts[1] if fonts else b""))
    for reference in names.values():
        if reference not in faces:
            faces[reference] = _face(objects, int(reference))
    _, drawn = stream(objects[int(refers[2])])
    items: list[Item] = []
    at = 0
    for found in sorted([*_RUN.finditer(drawn), *_CODE.finditer(drawn)], key=lambda match: match.start()):
        if found.start() > at:
            items.append(drawn[at : found.start()])
        at = found.end()
        items.append(_run(found, names, faces) if found.re is _RUN else _code(found))
    items.append(drawn[at:])
    return Page(number, entries, int(refers[2]), tuple(items))


def _face(objects: dict[int, bytes], number: int) -> tuple[str, dict[int, str]]:
    """Return a font's name and which text its glyphs stand for."""
    entries = objects[number]
    found = re.search(rb"/BaseFont/[A-Z]{6}\+([\w-]+).*/ToUnicode (\d+) 0 R", entries)
    if found is None:
        raise NoPlan("a font is written in another way")
    _, table = stream(objects[int(found[2])])
    text = {
        int(code, 16): bytes.fromhex(value.decode()).decode("utf-16-be")
        for code, value in re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>\n", table)
    }
    return found[1].decode(), text


def _run(found: re.Match[bytes], names: dict[bytes, bytes], faces: dict[bytes, tuple[str, dict[int, str]]]) -> Run:
    face, letters = faces[names[found[4]]]
    text: list[str] = []
    gaps: list[float] = []
    x, y, size = float(found[1]), float(found[2]), float(found[5])
    for string, digits, number in _PIECE.findall(found[6] or found[7]):
        if number and gaps:
            gaps[-1] -= float(number)
        elif number:  # before the first letter: the whole run is moved
            x -= float(number) / 1000 * size
        codes = bytes.fromhex(digits.decode()) if digits else _ESCAPE.sub(_unescaped, string)
        for index in range(0, len(codes), 2):
            letter = letters.get(codes[index] << 8 | codes[index + 1], "")
            if len(letter) != 1:
                return Run(found[0], x, y, found[3], face, size, "", ())
            text.append(letter)
            gaps.append(0.0)
    return Run(found[0], x, y, found[3], face, size, "".join(text), tuple(gaps))


def _unescaped(found: re.Match[bytes]) -> bytes:
    return bytes([int(found[1], 8)]) if len(found[1]) == 3 else _ESCAPED.get(found[1], found[1])


def _code(found: re.Match[bytes]) -> Code:
    left, top, right, bottom = (float(found[index]) for index in (1, 2, 3, 4))
    return Code(found[0], left, bottom, right - left, top - bottom, found[5])

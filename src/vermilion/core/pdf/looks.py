"""What a form field's appearance draws (ISO 32000-1, 8 and 9), as far as fields need it: lines of text, a background, a frame.

Read are the text in the order in which a person reads it, and whether it can be seen at all. An appearance that draws in any other way is
not guessed at: OtherDrawing. Widths of letters are estimated from below, so what is called cut off surely is.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from pyhanko.pdf_utils import generic

from . import syntax
from .colours import contrast
from .field_fonts import Font, read_font
from .field_frames import FRAME, covers, runs_along
from .geometry import IDENTITY, Box, Matrix, Path, around, box_of, is_rectangle, moved, onto_page, times
from .scan import REGULAR

LEAST_SIZE = 2.0
"""Points. No printed letter that is meant to be read is smaller; programs that fit text into a field stop at 4."""
LEAST_CONTRAST = 1.5
"""Ratio of WCAG 2; of readable text it asks 4.5. Light grey (0.8) on white has 1.6, yellow on white 1.07."""

_MOST_LOOK = 256 * 1024
_WHITE = (1.0, 1.0, 1.0)
_NARROW = frozenset(b" !\"'()*,-./:;I[\\]^`fijlrt{|}")
_PART = re.compile(
    rb"\((?>[^()\\]++|\\[\x00-\xff]|\((?>[^()\\]++|\\[\x00-\xff])*+\))*+\)|<[0-9A-Fa-f\s]*+>|<<|>>|[\[\]]|/%b*+|%b++|%%[^\r\n]*+|[(<>)]"
    % (REGULAR, REGULAR)
)
_NUMBER = re.compile(rb"[+-]?(?:\d+\.?\d*|\.\d+)")
_OPERANDS = frozenset((b"(", b"<", b"[", b"]", b"/", b">", b"%"))
_NO_MARK = frozenset(b"J j M d i ri MP DP EMC BMC".split())
_STREAM_KEYS = frozenset(
    ("/Type", "/Subtype", "/FormType", "/BBox", "/Matrix", "/Resources", "/Length", "/Filter", "/DecodeParms", "/Group", "/Name")
)
_SPACES = {b"/DeviceGray": 1, b"/DeviceRGB": 3, b"/DeviceCMYK": 4}


class OtherDrawing(ValueError):
    """The appearance draws something else than a field's text, background and frame."""


@dataclass(frozen=True)
class Look:
    """``text``: what is drawn, None in a font whose codes don't tell. ``hidden``: some of it can't be seen."""

    text: str | None
    hidden: bool


@dataclass
class _State:
    matrix: Matrix
    clip: Box  # in the form's own space
    fill: tuple[float, ...] = (0.0,)
    stroke: tuple[float, ...] = (0.0,)
    width: float = 1.0
    font: Font | None = None
    size: float = 0.0
    letters: float = 0.0
    words: float = 0.0
    stretch: float = 1.0
    leading: float = 0.0
    mode: int = 0


def read(look: Any, fonts: Any, *, rect: Box, turned: int = 0, comb: bool = False) -> Look:
    """Return what ``look`` draws in the rectangle ``rect`` of its page, whose field is turned by ``turned`` degrees.

    ``fonts``: by name; ``comb``: lines between the letters are part of the field. Raises OtherDrawing, or anything on foreign bytes.
    """
    if not isinstance(look, generic.StreamObject) or len(look.encoded_data) > _MOST_LOOK or len(look.data) > _MOST_LOOK:
        raise OtherDrawing("no stream, or a long one")
    if not {str(key) for key in look} <= _STREAM_KEYS:
        raise OtherDrawing("a layer, or something else beside the drawing")
    left, bottom, right, top = box_of(look["/BBox"])
    own: Matrix = tuple(float(one) for one in look["/Matrix"]) if "/Matrix" in look else IDENTITY  # type: ignore[assignment]
    onto = onto_page((left, bottom, right, top), own, rect)
    if onto is None:
        return Look("", hidden=True)
    return _Drawing((left, bottom, right, top), onto, fonts, turned, comb).read(bytes(look.data))


def would_hide(default: bytes, background: tuple[float, ...] = _WHITE) -> bool:
    """Tell whether a program that draws a field by its default appearance string ``default`` (/DA) draws what can't be seen.

    Raises OtherDrawing when it can't be told.
    """
    colour: tuple[float, ...] = (0.0,)
    for name, operands in operations(default):
        numbers = [float(one) for one in operands if _NUMBER.fullmatch(one)]
        if name in ("g", "rg", "k"):
            colour = tuple(numbers)
        elif name == "Tf" and 0 < abs(numbers[-1]) < LEAST_SIZE:  # 0: as large as it fits
            return True
        elif name != "Tf":
            raise OtherDrawing(name)
    return contrast(colour, background) < LEAST_CONTRAST


def operations(content: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """Yield every operator of a content stream with its operands."""
    operands: list[bytes] = []
    for part in _PART.findall(content):
        if part.startswith(b"%"):
            continue
        if part[:1] in _OPERANDS or _NUMBER.fullmatch(part):
            operands.append(part)
            continue
        yield part.decode("latin-1"), operands
        operands = []


class _Drawing:
    """One pass over an appearance's operators."""

    def __init__(self, box: Box, onto: Matrix, fonts: Any, turned: int, comb: bool) -> None:
        self.state = _State(IDENTITY, box)
        self._box, self._onto, self._fonts, self._turned, self._comb = box, onto, fonts, turned % 360, comb
        self._saved: list[_State] = []
        self._line = self._text = IDENTITY
        self._paths: list[Path] = []
        self._clips = False
        self._ground: tuple[float, ...] = _WHITE
        self._letters: list[str] = []
        self._plain = True
        self._hidden = False
        self._last: tuple[float, float] | None = None  # where the last string ends at least, along its line and across

    def read(self, content: bytes) -> Look:
        for name, operands in operations(content):
            self.do(name, operands)
        return Look("".join(self._letters) if self._plain else None, self._hidden)

    def do(self, name: str, operands: list[bytes]) -> None:
        if name in ("Tj", "TJ", "'", '"'):
            self._show(name, operands)
        elif name in ("Tf", "cs", "CS", "sc", "SC", "scn", "SCN", "BDC", "BMC"):
            self._named(name, operands)
        elif name.encode("latin-1") not in _NO_MARK:
            known = _OPERATORS.get(name)
            numbers = [float(one) for one in operands if _NUMBER.fullmatch(one)]
            if known is None or len(numbers) != len(operands):
                raise OtherDrawing(name)
            known(self, *numbers)

    def _named(self, name: str, operands: list[bytes]) -> None:
        if name == "BDC" and operands[0] == b"/OC":
            raise OtherDrawing("a layer")
        if name == "Tf":
            self.state.font, self.state.size = read_font(self._fonts, operands[-2].decode("latin-1")), float(operands[-1])
        elif name in ("cs", "CS"):
            count = _SPACES.get(operands[-1])
            if count is None:
                raise OtherDrawing("a colour space")
            self._colour(name, (0.0,) * count if count != 4 else (0.0, 0.0, 0.0, 1.0))
        elif name not in ("BDC", "BMC"):
            self._colour(name, tuple(float(one) for one in operands))

    def _colour(self, name: str, colour: tuple[float, ...]) -> None:
        if len(colour) not in (1, 3, 4):
            raise OtherDrawing("a colour")
        if name.isupper():
            self.state.stroke = colour
        else:
            self.state.fill = colour

    def _save(self) -> None:
        self._saved.append(replace(self.state))

    def _restore(self) -> None:
        self.state = self._saved.pop()

    def _concatenate(self, *numbers: float) -> None:
        self.state.matrix = times(numbers, self.state.matrix)

    # text

    def _begin(self) -> None:
        self._line = self._text = IDENTITY

    def _place(self, *numbers: float) -> None:
        self._line = self._text = times(numbers, IDENTITY)

    def _move(self, x: float, y: float) -> None:
        self._line = self._text = times(moved(x, y), self._line)

    def _move_leading(self, x: float, y: float) -> None:
        self.state.leading = -y
        self._move(x, y)

    def _next_line(self) -> None:
        self._move(0.0, -self.state.leading)

    def _show(self, name: str, operands: list[bytes]) -> None:
        if name == '"':
            self.state.words, self.state.letters = float(operands[0]), float(operands[1])
        if name in ("'", '"'):
            self._next_line()
        for one in operands:
            if one[:1] in (b"(", b"<") and one != b"<<":
                self._string(syntax.string(one))
            elif name == "TJ" and _NUMBER.fullmatch(one):
                self._advance(-float(one) / 1000 * self.state.size * self.state.stretch)

    def _advance(self, distance: float) -> None:
        self._text = times(moved(distance, 0.0), self._text)

    def _string(self, codes: bytes) -> None:
        state = self.state
        if state.font is None:
            raise OtherDrawing("no font")
        self._letters.append(codes.decode("latin-1"))
        self._plain = self._plain and (state.font.plain or not codes)
        if not codes.strip(b" ") and (state.font.plain or not codes):
            return  # blanks show nowhere
        if state.font.narrow.intersection(codes):
            raise OtherDrawing("letters over each other")
        if state.mode not in (0, 3, 7):
            raise OtherDrawing("outlined letters")
        place = times(times(self._text, state.matrix), self._onto)
        long = math.hypot(place[0], place[1]) * abs(state.size * state.stretch)
        high = math.hypot(place[2], place[3]) * abs(state.size)
        area = (place[0] * place[3] - place[1] * place[2]) * state.size * state.size * state.stretch
        invisible = state.mode != 0 or min(long, high) < LEAST_SIZE or abs(area) < long * high / 2
        if invisible or contrast(state.fill, self._ground) < LEAST_CONTRAST:
            self._hidden = True
            return
        upright = state.size > 0 and state.stretch > 0
        direction = math.degrees(math.atan2(place[1], place[0])) % 360
        if area < 0 or not upright or abs((direction - self._turned + 180) % 360 - 180) > 10:
            raise OtherDrawing("letters turned or mirrored")
        if state.letters < -0.1 * state.size or state.words < -0.1 * state.size:
            raise OtherDrawing("letters over each other")
        self._check_place(codes, state.font)

    def _check_place(self, codes: bytes, font: Font) -> None:
        """See that a string lies inside what is drawn of the form, and behind the string before it as people read."""
        state = self.state
        count = len(codes) // font.bytes_per_code
        if font.plain:
            width = state.size * sum(0.2 if one in _NARROW else 0.4 for one in codes)
        else:
            width = state.size * 0.1 * count
        width = (width + (count - 1) * state.letters + codes.count(b" ") * state.words) * state.stretch
        in_form = times(self._text, state.matrix)
        across = math.hypot(in_form[2], in_form[3]) * state.size
        start, end = in_form[4:], times(moved(width, 0.0), in_form)[4:]
        head = times(moved(0.0, state.size * 0.5), in_form)[4:]
        slack = 0.25 * across
        left, bottom, right, top = state.clip
        for x, y in (start, end, head):
            if not (left - slack <= x <= right + slack and bottom - slack <= y <= top + slack):
                self._hidden = True
        along = math.hypot(in_form[0], in_form[1]) or 1.0
        ahead = (start[0] * in_form[0] + start[1] * in_form[1]) / along
        aside = (start[1] * in_form[0] - start[0] * in_form[1]) / along
        if self._last is not None:
            last_end, last_aside = self._last
            same = abs(aside - last_aside) < 0.3 * across
            if (same and ahead < last_end - 0.3 * across) or aside > last_aside + 0.3 * across:
                raise OtherDrawing("letters not in the order in which they stand")
        self._last = (ahead + width * along, aside)
        self._advance(width)

    # background, frame, clip

    def _point(self, x: float, y: float) -> tuple[float, float]:
        found = times(moved(x, y), self.state.matrix)
        return found[4], found[5]

    def _start(self, x: float, y: float) -> None:
        self._paths.append([self._point(x, y)])

    def _to(self, x: float, y: float) -> None:
        self._paths[-1].append(self._point(x, y))

    def _close(self) -> None:
        self._paths[-1].append(self._paths[-1][0])

    def _rectangle(self, x: float, y: float, width: float, height: float) -> None:
        corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)]
        self._paths.append([self._point(*one) for one in corners])

    def _clip(self) -> None:
        self._clips = True

    def _end(self) -> None:
        """End a path without painting; what it clips must be a rectangle."""
        if self._clips:
            if len(self._paths) != 1 or not is_rectangle(self._paths[0]):
                raise OtherDrawing("cut out by a shape")
            left, bottom, right, top = around(self._paths[0])
            clip = self.state.clip
            self.state.clip = (max(clip[0], left), max(clip[1], bottom), min(clip[2], right), min(clip[3], top))
        self._paths, self._clips = [], False

    def _check_edges(self, path: Path) -> None:
        if not runs_along(self._box, path, teeth=self._comb):
            raise OtherDrawing("lines")

    def _fill_ring(self) -> None:
        """Fill what lies between two shapes: a frame."""
        if len(self._paths) != 2:
            self._fill()
            return
        for path in self._paths:
            self._check_edges(path)
        self._end()

    def _fill(self) -> None:
        for path in self._paths:
            self._check_edges(path)
            if not covers(path):
                continue
            if self._last is not None:
                self._hidden = True
            self._ground = self.state.fill
        self._end()

    def _stroke(self) -> None:
        if self.state.width > 2 * FRAME:
            raise OtherDrawing("a thick line")
        for path in self._paths:
            self._check_edges(path)
        self._end()

    def _close_and_stroke(self) -> None:
        self._close()
        self._stroke()

    def _fill_and_stroke(self) -> None:
        paths, clips = self._paths, self._clips
        self._clips = False
        self._fill()
        self._paths, self._clips = paths, clips
        self._stroke()

    def _close_fill_and_stroke(self) -> None:
        self._close()
        self._fill_and_stroke()


def _setting(name: str) -> Callable[[_Drawing, float], None]:
    def put(drawing: _Drawing, value: float) -> None:
        setattr(drawing.state, name, value)

    return put


_OPERATORS: dict[str, Callable[..., None]] = {
    "q": _Drawing._save,
    "Q": _Drawing._restore,
    "cm": _Drawing._concatenate,
    "w": _setting("width"),
    "BT": _Drawing._begin,
    "ET": lambda drawing: None,
    "Tc": _setting("letters"),
    "Tw": _setting("words"),
    "TL": _setting("leading"),
    "Tz": lambda drawing, value: setattr(drawing.state, "stretch", value / 100),
    "Tr": lambda drawing, value: setattr(drawing.state, "mode", int(value)),
    "Td": _Drawing._move,
    "TD": _Drawing._move_leading,
    "Tm": _Drawing._place,
    "T*": _Drawing._next_line,
    "m": _Drawing._start,
    "l": _Drawing._to,
    "h": _Drawing._close,
    "re": _Drawing._rectangle,
    "W": _Drawing._clip,
    "W*": _Drawing._clip,
    "n": _Drawing._end,
    "f": _Drawing._fill,
    "F": _Drawing._fill,
    "f*": _Drawing._fill_ring,
    "S": _Drawing._stroke,
    "s": _Drawing._close_and_stroke,
    "B": _Drawing._fill_and_stroke,
    "B*": _Drawing._fill_and_stroke,
    "b": _Drawing._close_fill_and_stroke,
    "b*": _Drawing._close_fill_and_stroke,
    **{
        name: lambda drawing, *colour, _name=name: drawing._colour(_name, colour)  # type: ignore[misc]
        for name in ("g", "G", "rg", "RG", "k", "K")
    },
}

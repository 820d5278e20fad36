"""What a form field's appearance draws (ISO 32000-1, 8 and 9), as far as fields need it: lines of text, a background, a frame.

Read are the text in the order in which a person reads it, and whether it can be seen at all. An appearance that draws in any other way is
not guessed at: OtherDrawing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from pyhanko.pdf_utils import generic

from .colours import contrast
from .field_fonts import read_font
from .field_frames import FRAME, covers, runs_along
from .geometry import IDENTITY, Box, Matrix, Path, around, box_of, is_rectangle, moved, onto_page, times
from .lettering import LEAST_CONTRAST, LEAST_SIZE, WHITE, Lettering, State
from .operations import NUMBER, OtherDrawing, operations

_MOST_LOOK = 256 * 1024
_NO_MARK = frozenset(b"J j M d i ri MP DP EMC BMC".split())
_STREAM_KEYS = frozenset(
    ("/Type", "/Subtype", "/FormType", "/BBox", "/Matrix", "/Resources", "/Length", "/Filter", "/DecodeParms", "/Group", "/Name")
)
_SPACES = {b"/DeviceGray": 1, b"/DeviceRGB": 3, b"/DeviceCMYK": 4}


@dataclass(frozen=True)
class Look:
    """``text``: what is drawn, None in a font whose codes don't tell. ``hidden``: some of it can't be seen.

    ``covers``: there is a background, under which nothing of the page is seen.
    """

    text: str | None
    hidden: bool
    covers: bool = False


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


def would_hide(default: bytes, background: tuple[float, ...] = WHITE) -> bool:
    """Tell whether a program that draws a field by its default appearance string ``default`` (/DA) draws what can't be seen.

    Raises OtherDrawing when it can't be told.
    """
    colour: tuple[float, ...] = (0.0,)
    for name, operands in operations(default):
        numbers = [float(one) for one in operands if NUMBER.fullmatch(one)]
        if name in ("g", "rg", "k"):
            colour = tuple(numbers)
        elif name == "Tf" and 0 < abs(numbers[-1]) < LEAST_SIZE:  # 0: as large as it fits
            return True
        elif name != "Tf":
            raise OtherDrawing(name)
    return contrast(colour, background) < LEAST_CONTRAST


class _Drawing(Lettering):
    """One pass over an appearance's operators."""

    def __init__(self, box: Box, onto: Matrix, fonts: Any, turned: int, comb: bool) -> None:
        super().__init__(box, onto, turned)
        self._box, self._fonts, self._comb = box, fonts, comb
        self._saved: list[State] = []
        self._paths: list[Path] = []
        self._clips = False
        self._covers = False

    def read(self, content: bytes) -> Look:
        for name, operands in operations(content):
            self.do(name, operands)
        return Look("".join(self._letters) if self._plain else None, self._hidden, self._covers)

    def do(self, name: str, operands: list[bytes]) -> None:
        if name in ("Tj", "TJ", "'", '"'):
            self._show(name, operands)
        elif name in ("Tf", "cs", "CS", "sc", "SC", "scn", "SCN", "BDC", "BMC"):
            self._named(name, operands)
        elif name.encode("latin-1") not in _NO_MARK:
            known = _OPERATORS.get(name)
            numbers = [float(one) for one in operands if NUMBER.fullmatch(one)]
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
            self._covers = True
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

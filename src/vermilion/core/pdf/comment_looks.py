"""Appearances that programs write into notes and marks: taken when they draw what a note or mark is, and nothing that reads as text.

A highlight is drawn over its own words, shining through; an underline under them; a note as a coloured icon. Anything else that is drawn
could cover or add words, and is OtherDrawing, as are pictures, text, patterns, layers and forms with more than a drawing in them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from pyhanko.pdf_utils import generic

from .field_fonts import entry
from .geometry import IDENTITY, Box, Matrix, Path, around, box_of, moved, onto_page, times
from .operations import OtherDrawing, operations

DARKEST = 0.5
"""Mean of the colour. A highlight is multiplied with what lies under it, and a darker one would hide it."""

_MOST_LOOK = 64 * 1024
_MOST_SHAPES = 200
_DEEPEST = 4
_MOST_FORMS = 16
_THIN = 0.5
"""Opacity up to which a highlight that is laid over words, not multiplied with them, lets them be read."""
_FORM_KEYS = frozenset(
    ("/Type", "/Subtype", "/FormType", "/BBox", "/Matrix", "/Resources", "/Length", "/Filter", "/DecodeParms", "/Group", "/Name")
)
_STATE_KEYS = frozenset(("/Type", "/CA", "/ca", "/BM", "/AIS"))
_GROUP_KEYS = frozenset(("/Type", "/S", "/CS", "/I", "/K"))
_NO_MARK = frozenset(("J", "j", "M", "d", "i", "ri"))


@dataclass(frozen=True)
class _Shape:
    """A part of a path as it lies on the page; ``width`` of the pen, 0 where it is filled. ``shines``: what lies under it is seen."""

    path: Path
    colour: tuple[float, float, float]
    width: float
    shines: bool


@dataclass(frozen=True)
class _State:
    matrix: Matrix
    fill: tuple[float, ...] = (0.0,)
    stroke: tuple[float, ...] = (0.0,)
    width: float = 1.0
    opacity: float = 1.0
    multiplies: bool = False


def check(kind: str, look: Any, *, rect: Iterable[Any], quads: list[float]) -> None:
    """Raise OtherDrawing, or anything on foreign bytes, unless ``look`` draws an annotation of ``kind`` in its rectangle.

    ``quads``: the marked words, eight numbers each.
    """
    shapes = _shapes(look, box_of(rect))
    if kind == "/Text":
        _check_icon(shapes, box_of(rect))
        return
    words = [_upright(quads[start : start + 8]) for start in range(0, len(quads), 8)]
    fits = _is_over if kind == "/Highlight" else _is_under
    for shape in shapes:
        if not any(fits(shape, one) for one in words):
            raise OtherDrawing("not where the words are")


def _upright(corners: list[float]) -> Box:
    """Return the box of marked words, which must lie level and read from left to right."""
    xs, ys = sorted(corners[0::2]), sorted(corners[1::2])
    if xs[1] - xs[0] > 1 or xs[3] - xs[2] > 1 or ys[1] - ys[0] > 1 or ys[3] - ys[2] > 1:
        raise OtherDrawing("words that do not lie level")
    return xs[0], ys[0], xs[3], ys[3]


def _is_over(shape: _Shape, words: Box) -> bool:
    left, bottom, right, top = around(shape.path)
    high = words[3] - words[1]
    inside = left >= words[0] - 0.5 * high and right <= words[2] + 0.5 * high and bottom >= words[1] - 2 and top <= words[3] + 2
    whole = _area(shape.path) >= 0.7 * high * (words[2] - words[0])
    return inside and whole and not shape.width and shape.shines and sum(shape.colour) / 3 >= DARKEST


def _is_under(shape: _Shape, words: Box) -> bool:
    left, bottom, right, top = around(shape.path)
    high = words[3] - words[1]
    level = bottom >= words[1] - 2 and max(top, bottom + shape.width) <= words[1] + max(2.0, 0.3 * high)
    along = left >= words[0] - 2 and right <= words[2] + 2 and right - left >= 0.7 * (words[2] - words[0])
    return level and along


def _check_icon(shapes: list[_Shape], rect: Box) -> None:
    """See that a coloured surface is seen that is most of the note, so that nobody takes it for a part of the page."""
    surfaces = [one for one in shapes if not one.width and max(one.colour) - min(one.colour) >= 0.3]
    if not surfaces:
        raise OtherDrawing("a note without colour")
    left, bottom, right, top = (
        pick(values) for pick, values in zip((min, min, max, max), zip(*(around(one.path) for one in surfaces), strict=True), strict=True)
    )
    area = max(map(_area, (one.path for one in surfaces)))
    if area < 0.3 * (rect[2] - rect[0]) * (rect[3] - rect[1]):
        raise OtherDrawing("a note without a surface")
    for shape in shapes:
        box = around(shape.path)
        if not (box[0] >= left - 3 and box[1] >= bottom - 3 and box[2] <= right + 3 and box[3] <= top + 3 and shape.width <= 3):
            raise OtherDrawing("beside the icon")
        if not shape.width and min(shape.colour) > 0.9 and _area(shape.path) > area / 2 and shape is not shapes[0]:
            raise OtherDrawing("a white surface on the icon")


def _area(path: Path) -> float:
    return abs(sum(x * other_y - other_x * y for (x, y), (other_x, other_y) in zip(path, path[1:] + path[:1], strict=True))) / 2


def _shapes(look: Any, rect: Box) -> list[_Shape]:
    own: Matrix = tuple(float(one) for one in entry(look, "/Matrix", IDENTITY))  # type: ignore[assignment]
    onto = onto_page(box_of(look["/BBox"]), own, rect)
    if onto is None:
        return []
    drawing = _Drawing()
    drawing.form(look, _State(onto), depth=0, shines=False)
    return drawing.shapes


class _Drawing:
    """What the appearance and the forms in it paint, in order."""

    def __init__(self) -> None:
        self.shapes: list[_Shape] = []
        self._paths: list[Path] = []
        self._forms = 0

    def form(self, look: Any, state: _State, *, depth: int, shines: bool) -> None:
        """Draw a form with ``state.matrix`` from its space to the page; ``shines``: what lies under all of it is seen."""
        if not isinstance(look, generic.StreamObject) or len(look.encoded_data) > _MOST_LOOK or len(look.data) > _MOST_LOOK:
            raise OtherDrawing("no stream, or a long one")
        self._forms += 1
        if depth > _DEEPEST or self._forms > _MOST_FORMS:
            raise OtherDrawing("too much of it")
        if not {str(key) for key in look} <= _FORM_KEYS or str(look["/Subtype"]) != "/Form":
            raise OtherDrawing("more than a drawing")
        resources = entry(look, "/Resources", {})
        if not {str(key) for key in resources} <= {"/ExtGState", "/XObject", "/ProcSet"}:
            raise OtherDrawing("more than a drawing")
        isolated = False
        if "/Group" in look:
            group = look["/Group"]
            if not {str(key) for key in group} <= _GROUP_KEYS or ("/CS" in group and not isinstance(group["/CS"], generic.NameObject)):
                raise OtherDrawing("a group of another kind")
            shines = shines or _shines(state)
            isolated = bool(entry(group, "/I", False))
            state = replace(state, opacity=1.0, multiplies=False)
        saved: list[_State] = []
        for name, operands in operations(bytes(look.data)):
            state = self._do(name, operands, state, saved, resources, depth, isolated, shines)

    def _do(
        self, name: str, operands: list[bytes], state: _State, saved: list[_State], resources: Any, depth: int, isolated: bool, shines: bool
    ) -> _State:
        if name == "gs":
            return _set(state, entry(resources, "/ExtGState", {})[operands[-1].decode("latin-1")])
        if name == "Do":
            inner = entry(resources, "/XObject", {})[operands[-1].decode("latin-1")]
            own = tuple(float(one) for one in entry(inner, "/Matrix", IDENTITY))
            self.form(inner, replace(state, matrix=times(own, state.matrix)), depth=depth + 1, shines=shines)
            return state
        if name in ("cs", "CS"):
            count = {b"/DeviceGray": 1, b"/DeviceRGB": 3, b"/DeviceCMYK": 4}[operands[-1]]
            start = (0.0,) * count if count != 4 else (0.0, 0.0, 0.0, 1.0)
            return replace(state, stroke=start) if name == "CS" else replace(state, fill=start)
        numbers = [float(one) for one in operands] if name not in _NO_MARK else []
        if name in ("g", "rg", "k", "sc", "scn"):
            return replace(state, fill=tuple(numbers))
        if name in ("G", "RG", "K", "SC", "SCN"):
            return replace(state, stroke=tuple(numbers))
        if name == "q":
            saved.append(state)
        elif name == "Q":
            return saved.pop()
        elif name == "cm":
            return replace(state, matrix=times(numbers, state.matrix))
        elif name == "w":
            return replace(state, width=numbers[0])
        elif name in _PATHS:
            self._add(name, numbers, state.matrix)
        elif name in _PAINTS:
            if name[0] in "fFBb":
                self._paint(state, state.fill, 0.0, shines or (not isolated and _shines(state)))
            if name[0] in "sSBb":
                scale = max(math.hypot(*state.matrix[:2]), math.hypot(*state.matrix[2:4]))
                self._paint(state, state.stroke, max(state.width * scale, 0.1), shines or (not isolated and _shines(state)))
            self._paths = []
        elif name not in _NO_MARK:
            raise OtherDrawing(name)
        return state

    def _add(self, name: str, numbers: list[float], matrix: Matrix) -> None:
        if name == "re":
            x, y, wide, high = numbers
            corners = [(x, y), (x + wide, y), (x + wide, y + high), (x, y + high)]
            self._paths.append([times(moved(*one), matrix)[4:] for one in corners])
            return
        if name == "h":
            return
        if name == "m":
            self._paths.append([])
        # The points that bend a curve are taken as points of it: it lies between them.
        self._paths[-1] += [times(moved(*numbers[at : at + 2]), matrix)[4:] for at in range(0, len(numbers), 2)]

    def _paint(self, state: _State, colour: tuple[float, ...], width: float, shines: bool) -> None:
        for path in self._paths:
            self.shapes.append(_Shape(path, _rgb(colour), width, shines))
        if len(self.shapes) > _MOST_SHAPES:
            raise OtherDrawing("too much of it")


_PATHS = frozenset(("m", "l", "c", "v", "y", "h", "re"))
_PAINTS = frozenset(("f", "F", "f*", "S", "s", "B", "B*", "b", "b*", "n"))


def _shines(state: _State) -> bool:
    return state.multiplies or state.opacity <= _THIN


def _set(state: _State, values: Any) -> _State:
    if not {str(key) for key in values} <= _STATE_KEYS:
        raise OtherDrawing("a state of another kind")
    if "/BM" in values:
        mode = values["/BM"]
        if str(mode) not in ("/Normal", "/Compatible", "/Multiply"):
            raise OtherDrawing("a way of mixing colours")
        state = replace(state, multiplies=str(mode) == "/Multiply")
    return replace(state, opacity=float(values["/ca"])) if "/ca" in values else state


def _rgb(colour: tuple[float, ...]) -> tuple[float, float, float]:
    if len(colour) == 4:
        colour = tuple((1 - one) * (1 - colour[3]) for one in colour[:3])
    red, green, blue = colour * 3 if len(colour) == 1 else colour
    return red, green, blue

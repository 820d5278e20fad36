"""Where an appearance's letters stand, and whether a person can read them (ISO 32000-1, 9).

Widths of letters are estimated from below, so what is called cut off surely is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from . import syntax
from .colours import contrast
from .field_fonts import Font
from .geometry import IDENTITY, Box, Matrix, moved, times
from .operations import NUMBER, OtherDrawing

LEAST_SIZE = 2.0
"""Points. No printed letter that is meant to be read is smaller; programs that fit text into a field stop at 4."""
LEAST_CONTRAST = 1.5
"""Ratio of WCAG 2; of readable text it asks 4.5. Light grey (0.8) on white has 1.6, yellow on white 1.07."""

WHITE = (1.0, 1.0, 1.0)
_NARROW = frozenset(b" !\"'()*,-./:;I[\\]^`fijlrt{|}")


@dataclass
class State:
    """What operators set and ``q`` and ``Q`` keep."""

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


class Lettering:
    """The text operators of one appearance; ``turned``: by how many degrees its field is."""

    def __init__(self, box: Box, onto: Matrix, turned: int) -> None:
        self.state = State(IDENTITY, box)
        self._onto, self._turned = onto, turned % 360
        self._line = self._text = IDENTITY
        self._ground: tuple[float, ...] = WHITE
        self._letters: list[str] = []
        self._plain = True
        self._hidden = False
        self._last: tuple[float, float] | None = None  # where the last string ends at least, along its line and across

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
            elif name == "TJ" and NUMBER.fullmatch(one):
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

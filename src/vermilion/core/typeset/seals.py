"""Seal pictures as pure paths in SVG: no font is needed to show them, and they stay sharp at any size.

The picture proves nothing; trust is the certificate. A company's own seal picture comes from its owner; these are for demonstration
instances, internal seals such as 电子保单专用章, and name seals.
"""

from __future__ import annotations

import bisect
import functools
import math
from itertools import pairwise
from pathlib import Path

from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen

from .errors import SealError
from .fonts import SANS_BOLD, SERIF_BOLD, load, missing_characters

RED = "#d7141a"
LONGEST_NAME = 28  # more would be unreadable at 42 mm
Matrix = tuple[float, float, float, float, float, float]


@functools.lru_cache(maxsize=256)
def company_seal(name: str, *, subtitle: str = "", code: str = "", diameter: float = 42) -> str:
    """Return a round seal: ``name`` on an arc, a star, ``subtitle`` (its use, e.g. 电子保单专用章) below it, ``code`` digits at the rim.

    Lengths are millimetres. Raises SealError for a name that is empty, too long or not in the fonts.
    """
    _check(name + subtitle + code)
    count = len(name)
    if not 2 <= count <= LONGEST_NAME:
        raise SealError(f"a round seal takes 2 to {LONGEST_NAME} characters, not {count}")
    centre, rim = diameter / 2, diameter / 35
    # Long names keep one ring: smaller and narrower glyphs, a wider opening.
    height = diameter * (0.135 if count <= 16 else 0.118 if count <= 20 else 0.1)
    widest = 236.0 if subtitle else 258.0  # a longer arc would run into the ends of the subtitle
    opening = min(widest, 15.5 * count + 14)
    advance = math.radians(opening) * (centre - rim - height * 0.75) / max(1, count - 1)
    narrow = min(0.92, max(0.55, advance / height * 0.86))
    foot = centre - rim - 0.055 * centre - height - diameter / 140
    paths = [_arc(name, centre, foot, height, narrow, opening), _star(centre, diameter * (0.15 if subtitle else 0.17))]
    if subtitle:
        paths.append(_line(subtitle, centre, centre + diameter * 0.3, diameter * 0.085, diameter * (0.6 if opening < 215 else 0.48)))
    if code:
        paths.append(_rim_digits(code, centre, centre - rim - diameter * 0.022, diameter * 0.036))
    ring = f'<circle cx="{centre:g}" cy="{centre:g}" r="{centre - rim / 2:g}" fill="none" stroke="{RED}" stroke-width="{rim:g}"/>'
    return _svg(diameter, f'<path fill="{RED}" d="{"".join(paths)}"/>{ring}')


@functools.lru_cache(maxsize=256)
def oval_seal(name: str, *, use: str = "", code: str = "", width: float = 45, height: float = 30) -> str:
    """Return an oval seal, the shape of special-purpose seals: ``name`` along the upper rim, ``use`` (e.g. 理赔专用章) across the middle,
    ``code`` digits below it.

    Lengths are millimetres. Raises SealError for a name that is empty, too long or not in the fonts.
    """
    _check(name + use + code)
    count = len(name)
    if not 2 <= count <= LONGEST_NAME or len(use) > 10 or len(code) > 18:
        raise SealError(f"an oval seal takes 2 to {LONGEST_NAME} characters, a use of 10 and a code of 18 at most")
    rim = width / 36
    tall = height * (0.17 if count <= 14 else 0.15 if count <= 20 else 0.125)
    # The feet stand on an ellipse inside the rim; at half their height the characters are evenly far apart.
    opening = min(204.0, 12.5 * count + 26)
    track = _EllipseTrack(width / 2 - rim - tall * 1.12, height / 2 - rim - tall * 1.12, tall / 2, opening)
    step = min(tall * 1.12, track.length / max(1, count - 1))
    narrow = min(0.92, step / tall * 0.9)
    first = (track.length - step * (count - 1)) / 2
    paths = [
        _on_ellipse(character, track.at(first + step * index), width / 2, height / 2, tall, narrow) for index, character in enumerate(name)
    ]
    if use:
        paths.append(_line(use, width / 2, height * (0.6 if code else 0.66), height * 0.165, width * (0.62 if opening < 200 else 0.52)))
    if code:
        paths.append(_digits(code, width / 2, height * 0.82, height * 0.075))
    shape = f'cx="{width / 2:g}" cy="{height / 2:g}" rx="{width / 2 - rim / 2:g}" ry="{height / 2 - rim / 2:g}"'
    body = f'<path fill="{RED}" d="{"".join(paths)}"/><ellipse {shape} fill="none" stroke="{RED}" stroke-width="{rim:g}"/>'
    return _svg(width, body, height)


@functools.lru_cache(maxsize=256)
def name_seal(name: str, *, size: float = 18, clear_on_red: bool = False) -> str:
    """Return a square name seal (人名章), read from the right column down; short names are filled to four by 印 or 之印.

    ``clear_on_red`` is 阴文, otherwise 阳文. Millimetres. Raises SealError for more than eight characters or one not in the fonts.
    """
    _check(name)
    if not 1 <= len(name) <= 8:
        raise SealError(f"a name seal takes 1 to 8 characters, not {len(name)}")
    text = name + {1: "印", 2: "之印", 3: "印"}.get(len(name), "")
    half = (len(text) + 1) // 2
    columns = [text] if len(text) == 2 else [text[:half], text[half:]]
    border, gap = size / 16, size / 30
    inside = size - 2 * (border + gap)
    paths = []
    for index, column in enumerate(columns):
        width, height = inside / len(columns), inside / len(column)
        for row, character in enumerate(column):
            x = size - border - gap - width * (index + 0.5)
            y = border + gap + height * (row + 0.5)
            paths.append(_fitted(character, x, y, width * 0.93, height * 0.93))
    path = "".join(paths)
    if clear_on_red:
        return _svg(size, f'<rect width="{size:g}" height="{size:g}" rx="{size / 30:g}" fill="{RED}"/><path fill="#fff" d="{path}"/>')
    side = size - border
    frame = f'<rect x="{border / 2:g}" y="{border / 2:g}" width="{side:g}" height="{side:g}" rx="{size / 26:g}"'
    return _svg(size, f'{frame} fill="none" stroke="{RED}" stroke-width="{border:g}"/><path fill="{RED}" d="{path}"/>')


def _check(text: str) -> None:
    if missing := missing_characters(text):
        raise SealError(f"the fonts lack {' '.join(missing)}")


def _arc(text: str, centre: float, foot: float, height: float, narrow: float, opening: float) -> str:
    """Upright glyphs around the top, their feet on the circle of radius ``foot``."""
    em = _em(SERIF_BOLD)
    tall = height / (0.92 * em)
    wide = tall * narrow
    base = foot + 0.08 * em * tall  # the em box reaches a little below the feet
    step = opening / max(1, len(text) - 1)
    paths = []
    for index, character in enumerate(text):
        angle = math.radians(-opening / 2 + step * index if len(text) > 1 else 0)
        cos, sin = math.cos(angle), math.sin(angle)
        left, _, right, _ = _bounds(SERIF_BOLD, character)
        middle = em / 2 if right - left > 0.3 * em else (left + right) / 2
        x = centre + base * sin - middle * wide * cos
        y = centre - base * cos - middle * wide * sin
        paths.append(_glyph(SERIF_BOLD, character, (wide * cos, wide * sin, tall * sin, -tall * cos, x, y)))
    return "".join(paths)


def _rim_digits(text: str, centre: float, radius: float, height: float) -> str:
    """Small characters along the bottom, feet to the rim, read from left to right."""
    scale, opening = height / (0.73 * _em(SANS_BOLD)), len(text) * 4.6
    paths = []
    for index, character in enumerate(text):
        angle = math.radians(180 + opening / 2 - opening * (index + 0.5) / len(text))
        cos, sin = math.cos(angle), math.sin(angle)
        left, _, right, _ = _bounds(SANS_BOLD, character)
        middle = (left + right) / 2
        x = centre + radius * sin + middle * scale * cos
        y = centre - radius * cos + middle * scale * sin
        paths.append(_glyph(SANS_BOLD, character, (-scale * cos, -scale * sin, -scale * sin, scale * cos, x, y)))
    return "".join(paths)


class _EllipseTrack:
    """The upper part of an ellipse of two half axes, from left to right, walked by the length of the curve that lies ``outside`` of it."""

    STEPS = 720

    def __init__(self, across: float, up: float, outside: float, opening: float) -> None:
        self.across, self.up = across, up
        self.angles = [math.radians(90 + opening / 2 - opening * index / self.STEPS) for index in range(self.STEPS + 1)]
        self.reached = [0.0]
        for before, after in pairwise(self.angles):
            dx, dy = (across + outside) * (math.cos(after) - math.cos(before)), (up + outside) * (math.sin(after) - math.sin(before))
            self.reached.append(self.reached[-1] + math.hypot(dx, dy))
        self.length = self.reached[-1]

    def at(self, distance: float) -> tuple[float, float, float]:
        """Return x, y (from the centre, y down) and the clockwise turn in radians of a character that stands at ``distance``."""
        angle = self.angles[min(self.STEPS, bisect.bisect_left(self.reached, distance))]
        turn = math.atan2(math.cos(angle) / self.across, math.sin(angle) / self.up)  # the normal, not the ray
        return self.across * math.cos(angle), -self.up * math.sin(angle), turn


def _on_ellipse(character: str, place: tuple[float, float, float], cx: float, cy: float, height: float, narrow: float) -> str:
    """A glyph whose foot stands at ``place`` and whose head points outwards."""
    x, y, turn = place
    em = _em(SERIF_BOLD)
    tall = height / (0.92 * em)
    wide = tall * narrow
    cos, sin = math.cos(turn), math.sin(turn)
    left, _, right, _ = _bounds(SERIF_BOLD, character)
    middle, base = (left + right) / 2, 0.08 * em * tall
    origin_x = cx + x + base * sin - middle * wide * cos
    origin_y = cy + y - base * cos - middle * wide * sin
    return _glyph(SERIF_BOLD, character, (wide * cos, wide * sin, tall * sin, -tall * cos, origin_x, origin_y))


def _digits(text: str, centre: float, baseline: float, height: float) -> str:
    """A straight line of sans-serif characters of even pitch."""
    scale, pitch = height / (0.73 * _em(SANS_BOLD)), height * 0.95
    first = centre - pitch * (len(text) - 1) / 2
    paths = []
    for index, character in enumerate(text):
        left, _, right, _ = _bounds(SANS_BOLD, character)
        paths.append(_glyph(SANS_BOLD, character, (scale, 0, 0, -scale, first + index * pitch - (left + right) / 2 * scale, baseline)))
    return "".join(paths)


def _line(text: str, centre: float, baseline: float, height: float, room: float) -> str:
    em = _em(SERIF_BOLD)
    scale = height / (0.92 * em)
    advance = min(height * 0.99, room / len(text))
    narrow = scale * min(0.95, advance / height * 0.96)
    first = centre - advance * (len(text) - 1) / 2
    return "".join(
        _glyph(SERIF_BOLD, character, (narrow, 0, 0, -scale, first + index * advance - em / 2 * narrow, baseline))
        for index, character in enumerate(text)
    )


def _fitted(character: str, x: float, y: float, width: float, height: float) -> str:
    """A glyph whose ink fills its cell, as on a carved seal; thin characters such as 一 keep some air."""
    em = _em(SERIF_BOLD)
    left, bottom, right, top = _bounds(SERIF_BOLD, character)
    wide, tall = width / max(right - left, 0.6 * em), height / max(top - bottom, 0.6 * em)
    return _glyph(SERIF_BOLD, character, (wide, 0, 0, -tall, x - (left + right) / 2 * wide, y + (bottom + top) / 2 * tall))


def _star(centre: float, radius: float) -> str:
    inner = radius * math.sin(math.radians(18)) / math.sin(math.radians(54))
    points = []
    for corner in range(10):
        reach, angle = (inner if corner % 2 else radius), math.radians(36 * corner)
        points.append(f"{centre + reach * math.sin(angle):.3f} {centre - reach * math.cos(angle):.3f}")
    return f"M{'L'.join(points)}Z"


def _em(font: Path) -> int:
    return int(load(font)["head"].unitsPerEm)


@functools.lru_cache(maxsize=4096)
def _bounds(font: Path, character: str) -> tuple[float, float, float, float]:
    glyphs = load(font).getGlyphSet()
    pen = BoundsPen(glyphs)
    glyphs[load(font).getBestCmap()[ord(character)]].draw(pen)
    return pen.bounds or (0, 0, 0, 0)


def _glyph(font: Path, character: str, matrix: Matrix) -> str:
    glyphs = load(font).getGlyphSet()
    pen = SVGPathPen(glyphs, ntos=lambda value: f"{value:.2f}".rstrip("0").rstrip("."))
    glyphs[load(font).getBestCmap()[ord(character)]].draw(TransformPen(pen, matrix))
    return pen.getCommands()


def _svg(width: float, body: str, height: float | None = None) -> str:
    tall = width if height is None else height
    size = f'width="{width:g}mm" height="{tall:g}mm" viewBox="0 0 {width:g} {tall:g}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{body}</svg>'

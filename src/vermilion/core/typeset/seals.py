"""Seal pictures as pure paths in SVG: no font is needed to show them, and they stay sharp at any size.

The picture proves nothing; trust is the certificate. A company's own seal picture comes from its owner; these are for demonstration
instances, internal seals such as 电子保单专用章, and name seals.
"""

from __future__ import annotations

import functools
import math
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


def _svg(size: float, body: str) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{size:g}mm" height="{size:g}mm" viewBox="0 0 {size:g} {size:g}">{body}</svg>'

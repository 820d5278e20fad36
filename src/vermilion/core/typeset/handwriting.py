"""A signature drawn on a pad → smooth strokes of varying width as SVG paths."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .errors import HandwritingError

INK = "#15181f"
# Lengths are CSS pixels of the pad. They refuse what is no writing; they do not judge whose it is.
MOST_STROKES, MOST_POINTS = 400, 20_000
LEAST_WIDTH, LEAST_HEIGHT, LEAST_INK = 40, 14, 100
FAR = 20_000  # no pad is larger
SCRIBBLE_RATIO = 14  # ink / diagonal of its box; ten written characters stay below 10
SCRIBBLE_FILL = 0.8  # part of the box that is blackened
PEN = 3.4  # width of a slow stroke when the writing is 100 px high
SLOW, FAST = 0.15, 2.6  # px per ms
PRESSED = 0.15  # pressures that differ by less come from a finger or a device that does not measure them
STEP = 2.0  # distance of samples along the curve


@dataclass(frozen=True)
class _Sample:
    x: float
    y: float
    width: float


def handwriting_svg(strokes: Sequence[Any]) -> str:
    """Return the writing as SVG, cropped to its ink.

    ``strokes`` is what signature_pad's ``toData()`` gives: groups with ``points`` (or bare lists) of ``x``, ``y`` in pixels and ``time``
    in ms. Speed makes the width, since most phones report a constant pressure; where ``pressure`` (0 to 1) varies, as a stylus reports it,
    it does. The same strokes give the same picture.
    Raises HandwritingError: ``malformed``, ``empty``, ``too_large``, ``too_small`` (a dot or a line), ``too_short``, ``scribble``.
    """
    lines = _lines(strokes)
    everything = np.concatenate(lines)
    low, high = everything[:, :2].min(axis=0), everything[:, :2].max(axis=0)
    pen = PEN * min(2.0, max(0.7, float(high[1] - low[1]) / 100))
    pressed = bool(np.ptp(everything[:, 3]) >= PRESSED)
    paths = "".join(_outline(_smooth(line, pen, pressed=pressed)) for line in lines)
    left, top = low - 2 * pen
    width, height = high - low + 4 * pen
    box = f"{left:.1f} {top:.1f} {width:.1f} {height:.1f}"
    size = f'width="{width:.1f}" height="{height:.1f}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="{box}"><path fill="{INK}" d="{paths}"/></svg>'


def check_handwriting(strokes: Sequence[Any]) -> None:
    """Raise what :func:`handwriting_svg` raises, without drawing."""
    _lines(strokes)


def _lines(strokes: Sequence[Any]) -> list[np.ndarray]:
    lines = [line for line in (_points(stroke) for stroke in _list(strokes)) if len(line)]
    _judge(lines)
    return lines


def _list(value: Any) -> list[Any]:
    if not isinstance(value, (list, tuple)):
        raise HandwritingError("malformed", "strokes are a list of strokes")
    if len(value) > MOST_STROKES:
        raise HandwritingError("too_large", f"more than {MOST_STROKES} strokes")
    return list(value)


def _points(stroke: Any) -> np.ndarray:
    """Rows of x, y, time, pressure without repeated positions."""
    points = stroke.get("points") if isinstance(stroke, dict) else stroke
    if not isinstance(points, (list, tuple)) or len(points) > MOST_POINTS:
        raise HandwritingError("malformed", "a stroke is a list of points")
    rows: list[tuple[float, float, float, float]] = []
    for point in points:
        try:
            x, y, at, pressure = float(point["x"]), float(point["y"]), float(point.get("time", 0)), float(point.get("pressure", 0.5))
        except (KeyError, TypeError, ValueError, AttributeError):
            raise HandwritingError("malformed", "a point needs numbers x, y and time") from None
        if not all(map(math.isfinite, (x, y, at, pressure))) or abs(x) > FAR or abs(y) > FAR:
            raise HandwritingError("malformed", "a point lies outside of any pad")
        if not rows or math.hypot(x - rows[-1][0], y - rows[-1][1]) >= 0.5:
            rows.append((x, y, at, min(1.0, max(0.0, pressure))))
    return np.array(rows, dtype=float).reshape(-1, 4)


def _judge(lines: list[np.ndarray]) -> None:
    if not lines:
        raise HandwritingError("empty", "nothing was drawn")
    points = np.concatenate(lines)
    if len(points) > MOST_POINTS:
        raise HandwritingError("too_large", f"more than {MOST_POINTS} points")
    width, height = (points[:, :2].max(axis=0) - points[:, :2].min(axis=0)).tolist()
    if width < LEAST_WIDTH or height < LEAST_HEIGHT:
        raise HandwritingError("too_small", "a dot or a line is no name")
    ink = sum(float(np.hypot(*np.diff(line[:, :2], axis=0).T).sum()) for line in lines)
    if ink < LEAST_INK:
        raise HandwritingError("too_short", "too little was written for a name")
    if ink / math.hypot(width, height) > SCRIBBLE_RATIO and _blackened(lines, width, height) > SCRIBBLE_FILL:
        raise HandwritingError("scribble", "the box is blackened all over")


def _blackened(lines: list[np.ndarray], width: float, height: float) -> float:
    """The part of a 24 × 12 grid over the ink's box that some stroke crosses."""
    low = np.concatenate(lines)[:, :2].min(axis=0)
    seen = np.zeros((12, 24), dtype=bool)
    for line in lines:
        for begin, end in zip(line[:-1, :2], line[1:, :2], strict=True):
            count = max(2, int(np.hypot(*(end - begin)) / 2))
            track = (np.linspace(begin, end, count) - low) / (width, height)
            seen[np.minimum(11, (track[:, 1] * 12).astype(int)), np.minimum(23, (track[:, 0] * 24).astype(int))] = True
    return float(seen.mean())


def _smooth(line: np.ndarray, pen: float, *, pressed: bool) -> list[_Sample]:
    """Samples along a Catmull-Rom curve through the points; fast or lightly pressed parts thin, ends tapered."""
    if len(line) == 1:
        return [_Sample(line[0, 0], line[0, 1], pen)]
    gaps = np.hypot(*np.diff(line[:, :2], axis=0).T)
    times = np.maximum(np.diff(line[:, 2]), 1.0)
    speed = np.clip(gaps / times, SLOW, FAST)
    wanted = pen * (1.15 - 0.75 * (np.log(speed) - math.log(SLOW)) / (math.log(FAST) - math.log(SLOW)))
    widths = pen * (0.35 + 1.1 * line[:, 3]) if pressed else np.concatenate(([wanted[0]], wanted))
    for index in range(1, len(widths)):  # ink does not jump
        widths[index] = 0.7 * widths[index - 1] + 0.3 * widths[index]
    padded = np.concatenate((line[:1, :2], line[:, :2], line[-1:, :2]))
    samples: list[_Sample] = []
    for index, gap in enumerate(gaps):
        a, b, c, d = padded[index : index + 4]
        count = max(1, math.ceil(float(gap) / STEP))
        t = np.arange(count) / count
        across = widths[index] * (1 - t) + widths[index + 1] * t
        t = t[:, np.newaxis]
        spots = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
        samples += [_Sample(x, y, width) for (x, y), width in zip(spots.tolist(), across.tolist(), strict=True)]
    samples.append(_Sample(float(line[-1, 0]), float(line[-1, 1]), float(widths[-1]) * 0.55))
    return samples


def _outline(samples: list[_Sample]) -> str:
    """One closed path around the samples, with discs at the ends and at sharp turns where the sides would cross."""
    discs = [samples[0], samples[-1]]
    left, right = [], []
    for index, sample in enumerate(samples):
        before, after = samples[max(0, index - 1)], samples[min(len(samples) - 1, index + 1)]
        dx, dy = after.x - before.x, after.y - before.y
        length = math.hypot(dx, dy)
        if length < 0.6:  # the pen turned back
            discs.append(sample)
            continue
        nx, ny = -dy / length * sample.width / 2, dx / length * sample.width / 2
        left.append((sample.x + nx, sample.y + ny))
        right.append((sample.x - nx, sample.y - ny))
        ux, uy, vx, vy = sample.x - before.x, sample.y - before.y, after.x - sample.x, after.y - sample.y
        if ux * vx + uy * vy < 0.6 * math.hypot(ux, uy) * math.hypot(vx, vy):
            discs.append(sample)
    ring = [*left, *reversed(right)]
    body = f"M{'L'.join(f'{x:.1f} {y:.1f}' for x, y in ring)}Z" if len(ring) > 2 else ""
    return body + "".join(_disc(sample) for sample in discs)


def _disc(sample: _Sample) -> str:
    radius = sample.width / 2
    arc = f"a{radius:.1f} {radius:.1f} 0 1 0 "
    return f"M{sample.x - radius:.1f} {sample.y:.1f}{arc}{2 * radius:.1f} 0{arc}{-2 * radius:.1f} 0Z"

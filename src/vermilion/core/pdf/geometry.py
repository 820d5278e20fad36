"""Matrices and boxes of PDF drawings (ISO 32000-1, 8.3), in points."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Matrix = tuple[float, float, float, float, float, float]
Box = tuple[float, float, float, float]
Path = list[tuple[float, float]]

IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def times(first: Iterable[float], then: Iterable[float]) -> Matrix:
    """Return the matrix that does ``first``, then ``then``."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def moved(x: float, y: float) -> Matrix:
    """Return the matrix that moves by ``x`` and ``y``."""
    return (1.0, 0.0, 0.0, 1.0, x, y)


def box_of(array: Any) -> Box:
    """Return the rectangle of which ``array`` names two opposite corners."""
    one, two, three, four = (float(value) for value in array)
    return min(one, three), min(two, four), max(one, three), max(two, four)


def onto_page(box: Box, own: Matrix, rect: Box) -> Matrix | None:
    """Return the matrix from a form's space to the page (ISO 32000-1, 12.5.5, algorithm 8.1); None when its area is nothing."""
    corners = [times(moved(x, y), own)[4:] for x in (box[0], box[2]) for y in (box[1], box[3])]
    left, right = min(x for x, _ in corners), max(x for x, _ in corners)
    bottom, top = min(y for _, y in corners), max(y for _, y in corners)
    if right - left < 0.01 or top - bottom < 0.01 or rect[2] - rect[0] < 0.01 or rect[3] - rect[1] < 0.01:
        return None
    wide, high = (rect[2] - rect[0]) / (right - left), (rect[3] - rect[1]) / (top - bottom)
    return times(own, (wide, 0.0, 0.0, high, rect[0] - left * wide, rect[1] - bottom * high))


def around(path: Path) -> Box:
    """Return the smallest box around ``path``."""
    return min(x for x, _ in path), min(y for _, y in path), max(x for x, _ in path), max(y for _, y in path)


def is_rectangle(path: Path) -> bool:
    """Tell whether ``path`` is a closed upright rectangle."""
    left, bottom, right, top = around(path)
    return len(path) == 5 and path[0] == path[-1] and all(x in (left, right) and y in (bottom, top) for x, y in path)

"""The shapes that belong to a form field: its background, frame and bevel, the teeth of a comb. They say nothing."""

from __future__ import annotations

import itertools
import math

from .geometry import Box, Path, around

FRAME = 3.0
"""Points. A frame and its bevel lie this near to the box's edge."""


def covers(path: Path) -> bool:
    """Tell whether a filled shape is more than a frame: over text it hides it, under text it is its ground."""
    left, bottom, right, top = around(path)
    return min(right - left, top - bottom) > FRAME


def runs_along(box: Box, path: Path, *, teeth: bool) -> bool:
    """Tell whether a shape spans the box and every line of it runs along one edge: so it writes and strikes out nothing.

    ``teeth``: lines across the whole box may part the letters.
    """
    left, bottom, right, top = around(path)
    wide, high = box[2] - box[0] - 2 * FRAME, box[3] - box[1] - 2 * FRAME
    if right - left < wide and top - bottom < high:
        return False
    for (x, y), (other_x, other_y) in itertools.pairwise(path):
        upright = any(abs(x - one) <= FRAME and abs(other_x - one) <= FRAME for one in (box[0], box[2]))
        lying = any(abs(y - one) <= FRAME and abs(other_y - one) <= FRAME for one in (box[1], box[3]))
        short = math.hypot(x - other_x, y - other_y) <= 1.5 * FRAME
        whole = (upright and abs(y - other_y) >= high) or (lying and abs(x - other_x) >= wide)
        tooth = teeth and x == other_x and abs(y - other_y) >= high
        if not (tooth or whole or (short and (upright or lying))):
            return False
    return True

"""Photographs of a seal and of a signature as a telephone takes them: uneven light, noise, paper that is not white, JPEG."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from vermilion.core.typeset.pictures import svg_png


def photograph(svg: str, *, width: int = 900, height: int = 700, format: str = "JPEG", noise: float = 4, light: float = 0.45) -> bytes:
    """Return a photograph of ``svg`` lying on paper, the light falling from the upper left."""
    drawn = Image.open(io.BytesIO(svg_png(svg, 200, 200, ppi=144))).convert("RGBA")
    page = Image.new("RGBA", (width, height), (238, 234, 224, 255))
    page.alpha_composite(drawn, ((width - drawn.width) // 2, (height - drawn.height) // 2))
    grain = np.random.default_rng(7).normal(0, noise, (height, width, 1))
    rows, columns = np.mgrid[0:height, 0:width]
    shade = 1 - light * (rows / height + columns / width) / 2
    lit = np.clip(np.asarray(page.convert("RGB"), dtype=float) * shade[..., None] + grain, 0, 255)
    target = io.BytesIO()
    Image.fromarray(lit.astype(np.uint8)).save(target, format, quality=88)
    return target.getvalue()

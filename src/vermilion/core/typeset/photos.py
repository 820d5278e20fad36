"""A photographed seal or signature → the ink alone on a transparent ground, as SVG; a photographed person → a small picture.

Runs in a child process: the file is a stranger's.
"""

from __future__ import annotations

import base64
import io
from typing import Literal

import numpy as np
from PIL import Image, ImageFilter, ImageOps, UnidentifiedImageError

from .errors import PictureError
from .handwriting import INK
from .seals import RED

LARGEST_FILE = 12_000_000  # bytes
LARGEST_PICTURE = 50_000_000  # pixels; a telephone's camera has up to 50 million
WORKING_SIDE, RESULT_SIDE = 1400, 720  # pixels; 720 are 435 dpi on a seal of 42 mm
PORTRAIT, SMALLEST_PORTRAIT = (480, 640), 120  # pixels: large on a phone, some 40 kB
RAMP = 0.12  # half the width of the soft edge between paper and ink, of full ink
BLOCK = 32  # pixels: light is even over so much
LEAST_INK, MOST_INK = 0.002, 0.6  # part of the picture
LEAST_CONTRAST = 0.12  # of full scale between paper and ink


def cut_out(photo: bytes, kind: Literal["seal", "signature"]) -> str:
    """Return the ink of ``photo`` (JPEG, PNG or WebP) as an SVG around one transparent picture, cropped and recoloured.

    A seal is what is redder than the paper, a signature what is darker; uneven light is divided out. The same file gives the same SVG.
    Raises PictureError: ``not_picture``, ``picture_too_large``, ``no_ink`` (nothing stands out), ``no_background`` (too much does).
    """
    page = _opened(photo)
    ink = _redness(page) if kind == "seal" else _darkness(page)
    strongest = float(np.percentile(ink, 99.5))
    if strongest < LEAST_CONTRAST:
        raise PictureError("no_ink", "nothing stands out from the paper")
    ink = np.clip(ink / strongest, 0, 1)
    if float(np.ptp(ink)) < LEAST_CONTRAST:
        raise PictureError("no_background", "the whole picture is of one colour")
    alpha = np.clip((ink - (_threshold(ink) - RAMP)) / (2 * RAMP), 0, 1)
    clean = Image.fromarray((alpha * 255).astype(np.uint8)).filter(ImageFilter.MedianFilter(3))
    return _svg(_cropped(clean), RED if kind == "seal" else INK)


def portrait(photo: bytes) -> bytes:
    """Return a photograph of a person as WebP, upright, at most ``PORTRAIT`` large, without what the camera wrote into it (place, time).

    Raises PictureError: ``not_picture``, ``picture_too_large``, ``picture_too_small``.
    """
    picture = _decoded(photo)
    if min(picture.size) < SMALLEST_PORTRAIT:
        raise PictureError("picture_too_small", f"{picture.width} × {picture.height} pixels")
    picture.thumbnail(PORTRAIT)
    target = io.BytesIO()
    picture.save(target, "WEBP", quality=82, method=4)
    return target.getvalue()


def _opened(photo: bytes) -> np.ndarray:
    """Rows of RGB from 0 to 1."""
    return np.asarray(_decoded(photo), dtype=np.float32) / 255


def _decoded(photo: bytes) -> Image.Image:
    """The picture as RGB, upright, on white where the file is transparent, at most ``WORKING_SIDE`` long."""
    if len(photo) > LARGEST_FILE:
        raise PictureError("picture_too_large", f"{len(photo)} bytes, at most {LARGEST_FILE}")
    try:
        with Image.open(io.BytesIO(photo), formats=("JPEG", "PNG", "WEBP")) as opened:
            if opened.width * opened.height > LARGEST_PICTURE:
                raise PictureError("picture_too_large", f"{opened.width} × {opened.height} pixels")
            opened.draft("RGB", (WORKING_SIDE, WORKING_SIDE))  # a JPEG is decoded no larger than needed
            upright = ImageOps.exif_transpose(opened).convert("RGBA")
    except PictureError:
        raise
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise PictureError("not_picture", str(error)) from error
    upright.thumbnail((WORKING_SIDE, WORKING_SIDE))
    ground = Image.new("RGBA", upright.size, "white")
    return Image.alpha_composite(ground, upright).convert("RGB")


def _redness(page: np.ndarray) -> np.ndarray:
    return np.clip(page[..., 0] - np.maximum(page[..., 1], page[..., 2]), 0, 1)


def _darkness(page: np.ndarray) -> np.ndarray:
    """One minus the brightness as a part of the paper's, which is the brightest of each block, smoothed."""
    light = page @ np.array([0.299, 0.587, 0.114], dtype=np.float32)
    rows, columns = -(-light.shape[0] // BLOCK), -(-light.shape[1] // BLOCK)
    padded = np.pad(light, ((0, rows * BLOCK - light.shape[0]), (0, columns * BLOCK - light.shape[1])), mode="edge")
    brightest = np.percentile(padded.reshape(rows, BLOCK, columns, BLOCK), 90, axis=(1, 3)).astype(np.float32)
    paper = Image.fromarray(brightest).filter(ImageFilter.MaxFilter(3)).resize((columns * BLOCK, rows * BLOCK), Image.Resampling.BICUBIC)
    whole = np.asarray(paper)[: light.shape[0], : light.shape[1]]
    return np.clip(1 - light / np.maximum(whole, 0.05), 0, 1)


def _threshold(ink: np.ndarray) -> float:
    """Otsu's: the value that parts paper and ink so that each side is most like itself."""
    counts, edges = np.histogram(ink, bins=256, range=(0, 1))
    middles = (edges[:-1] + edges[1:]) / 2
    below = np.cumsum(counts)
    above = below[-1] - below
    sums = np.cumsum(counts * middles)
    with np.errstate(divide="ignore", invalid="ignore"):
        between = below * above * (sums / below - (sums[-1] - sums) / above) ** 2
    return float(middles[int(np.nanargmax(between))])


def _cropped(alpha: Image.Image) -> Image.Image:
    inked = np.asarray(alpha) > 127
    part = float(inked.mean())
    if part < LEAST_INK:
        raise PictureError("no_ink", "too little stands out from the paper")
    if part > MOST_INK:
        raise PictureError("no_background", "most of the picture stands out; there is no even paper")
    # A lone speck is no part of it: a row counts when more than two of its pixels are inked.
    rows, columns = np.flatnonzero(inked.sum(axis=1) > 2), np.flatnonzero(inked.sum(axis=0) > 2)
    if not len(rows) or not len(columns):
        raise PictureError("no_ink", "only specks stand out from the paper")
    edge = 1
    box = (max(0, int(columns[0]) - edge), max(0, int(rows[0]) - edge), int(columns[-1]) + edge + 1, int(rows[-1]) + edge + 1)
    cut = alpha.crop((box[0], box[1], min(box[2], alpha.width), min(box[3], alpha.height)))
    cut.thumbnail((RESULT_SIDE, RESULT_SIDE))
    return cut


def _svg(alpha: Image.Image, colour: str) -> str:
    picture = Image.new("RGB", alpha.size, colour).convert("RGBA")
    picture.putalpha(alpha)
    target = io.BytesIO()
    picture.save(target, "PNG", optimize=True)
    size = f'width="{alpha.width}" height="{alpha.height}"'
    data = base64.b64encode(target.getvalue()).decode()
    box = f'viewBox="0 0 {alpha.width} {alpha.height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {box}><image {size} href="data:image/png;base64,{data}"/></svg>'

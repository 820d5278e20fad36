"""Ink out of photographs: the seal's shape on a clear ground, whatever the light; and what is no photograph of ink."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache

import pytest
from PIL import Image, ImageFile

from tests.core.typeset.photographs import photograph
from tests.core.typeset.test_drawing import NAME, picture
from vermilion.core.typeset import PictureError, company_seal
from vermilion.core.typeset.handwriting import handwriting_svg
from vermilion.core.typeset.photos import LARGEST_FILE, RESULT_SIDE, cut_out


@cache
def seal() -> str:
    return company_seal("华岳人寿保险股份有限公司", subtitle="理赔专用章")


@cache
def writing() -> str:
    return handwriting_svg(NAME)


def agreement(cut: str, original: str) -> float:
    """How much two drawings' inks have in common, as a part of what either has."""
    first, second = (picture(svg, 200, 200)[..., 3] > 128 for svg in (cut, original))
    return float((first & second).sum() / (first | second).sum())


def test_a_photographed_seal_is_the_seal_on_a_clear_ground() -> None:
    photo = photograph(seal())
    cut = cut_out(photo, "seal")
    assert cut == cut_out(photo, "seal")
    assert agreement(cut, seal()) > 0.75
    drawn = picture(cut)
    assert (drawn[3, 3, 3], drawn[396, 396, 3]) == (0, 0)
    assert drawn[..., 3].max() > 250
    assert len(cut) < 200_000


def test_a_photographed_signature_is_dark_ink() -> None:
    cut = cut_out(photograph(writing(), light=0.7), "signature")
    drawn = picture(cut, 300, 200)
    inked = drawn[drawn[..., 3] > 200]
    assert (inked[:, :3] < 60).all()
    assert 0.01 < (drawn[..., 3] > 128).mean() < 0.3


def test_transparent_and_turned_files() -> None:
    turned = Image.open(io.BytesIO(photograph(seal()))).rotate(90, expand=True)
    exif = Image.Exif()
    exif[0x0112] = 6  # to be shown turned by 270°
    target = io.BytesIO()
    turned.save(target, "JPEG", exif=exif, quality=90)
    assert agreement(cut_out(target.getvalue(), "seal"), cut_out(photograph(seal()), "seal")) > 0.8
    clear = Image.new("RGBA", (400, 400), (0, 0, 0, 0))
    clear.paste((210, 20, 30, 255), (100, 100, 220, 200))
    target = io.BytesIO()
    clear.save(target, "PNG")
    size = Image.open(io.BytesIO(_png_in(cut_out(target.getvalue(), "seal")))).size
    assert size == (122, 102)


def _png_in(svg: str) -> bytes:
    import base64

    return base64.b64decode(svg.partition("base64,")[2].partition('"')[0])


def test_a_large_photograph_gives_a_small_picture() -> None:
    big = Image.open(io.BytesIO(photograph(seal()))).resize((4500, 3500))
    target = io.BytesIO()
    big.save(target, "JPEG")
    assert max(Image.open(io.BytesIO(_png_in(cut_out(target.getvalue(), "seal")))).size) <= RESULT_SIDE


def _file(colour: tuple[int, int, int], size: tuple[int, int] = (300, 300)) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", size, colour).save(target, "PNG", compress_level=1)
    return target.getvalue()


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: b"", "not_picture"),
        (lambda: b"GIF89a" + bytes(100), "not_picture"),
        (lambda: photograph(seal())[:900], "not_picture"),
        (lambda: bytes(LARGEST_FILE + 1), "picture_too_large"),
        (lambda: _file((255, 255, 255), (9000, 9000)), "picture_too_large"),
        (lambda: _file((255, 255, 255)), "no_ink"),
        (lambda: _file((250, 240, 235)), "no_ink"),
        (lambda: _file((200, 20, 30)), "no_background"),
    ],
)
def test_what_is_no_photograph_of_a_seal(make: Callable[[], bytes], code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", False)  # WeasyPrint sets it for the whole process
    photo = make()
    with pytest.raises(PictureError) as refused:
        cut_out(photo, "seal")
    assert refused.value.code == code

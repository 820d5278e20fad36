"""Seals, handwriting, check codes and page pictures."""

from __future__ import annotations

import io
import math
import xml.etree.ElementTree as ET

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from vermilion.core.typeset import HandwritingError, PictureError, SealError, codes, company_seal, name_seal, oval_seal
from vermilion.core.typeset.handwriting import check_handwriting, handwriting_svg
from vermilion.core.typeset.pictures import page_pictures, svg_pdf, svg_png


def picture(svg: str, width: float = 200, height: float = 200) -> np.ndarray:
    """RGBA of the drawing."""
    return np.asarray(Image.open(io.BytesIO(svg_png(svg, width, height, ppi=144))).convert("RGBA"))


def stroke(x: float, y: float, dx: float, dy: float, start: int = 0, count: int = 14) -> dict[str, object]:
    points = [
        {"x": x + dx * i / count, "y": y + dy * i / count + 3 * math.sin(i / 3), "time": start + 12 * i, "pressure": 0.5}
        for i in range(count)
    ]
    return {"penColor": "black", "points": points}


NAME = [
    stroke(10, 20, 60, 2),
    stroke(40, 5, -5, 70, 400),
    stroke(38, 30, -30, 45, 800),
    stroke(42, 30, 35, 40, 1200),
    stroke(100, 15, 50, 5, 1600),
]


# Seals


@pytest.mark.parametrize("name", ["华岳", "华岳人寿保险股份有限公司", "内蒙古自治区呼和浩特市华岳财产保险代理有限责任公司"])
def test_company_seal_is_red_paths_on_a_round(name: str) -> None:
    svg = company_seal(name, subtitle="电子保单专用章", code="3101150012345")
    tags = {element.tag.rsplit("}")[-1] for element in ET.fromstring(svg).iter()}  # noqa: S314 - our own
    assert tags == {"svg", "path", "circle"}
    drawn = picture(svg)
    assert drawn[2, 2, 3] == 0  # a transparent corner
    red = drawn[drawn[..., 3] > 200]
    assert (red[:, 0] > 180).all()
    assert (red[:, 1] < 60).all()
    assert 0.08 < len(red) / drawn[..., 0].size < 0.4


@pytest.mark.parametrize("name", ["华岳", "华岳人寿保险股份有限公司", "内蒙古自治区呼和浩特市华岳财产保险代理有限责任公司"])
def test_oval_seal_keeps_its_text_inside_the_rim(name: str) -> None:
    svg = oval_seal(name, use="理赔专用章", code="3101150012345")
    drawn = picture(svg, 450, 300)
    rows, columns = np.mgrid[0 : drawn.shape[0], 0 : drawn.shape[1]]
    ratio = ((columns / drawn.shape[1] - 0.5) * 2) ** 2 + ((rows / drawn.shape[0] - 0.5) * 2) ** 2
    inked = drawn[..., 3] > 128
    assert not inked[ratio > 1.02].any()
    assert inked[(ratio > 0.92) & (ratio < 0.96)].mean() > 0.9  # the rim is whole
    assert 0.06 < inked[ratio < 0.85].mean() < 0.3
    left, right = inked[:, : inked.shape[1] // 2].mean(), inked[:, inked.shape[1] // 2 :].mean()
    assert 0.7 < left / right < 1.4


@pytest.mark.parametrize(("name", "use"), [("华", "章"), ("一" * 29, ""), ("华岳公司", "用" * 11), ("华岳\U00020001公司", "")])
def test_impossible_oval_seal(name: str, use: str) -> None:
    with pytest.raises(SealError):
        oval_seal(name, use=use)


def test_name_seal_both_ways() -> None:
    clear, solid = picture(name_seal("李伟")), picture(name_seal("欧阳䶮", clear_on_red=True))
    assert (clear[..., 3] > 200).mean() < (solid[..., 3] > 200).mean()
    assert name_seal("司马相如") != name_seal("李伟")


@pytest.mark.parametrize("name", ["", "华", "一" * 29, "华岳\U00020001公司"])
def test_impossible_company_seal(name: str) -> None:
    with pytest.raises(SealError):
        company_seal(name)


# Handwriting


def test_handwriting_is_ink_of_varying_width() -> None:
    svg = handwriting_svg(NAME)
    assert svg == handwriting_svg(NAME)
    ink = picture(svg, 300, 150)
    assert 0.01 < (ink[..., 3] > 128).mean() < 0.25
    assert handwriting_svg([group["points"] for group in NAME]) == svg


def test_a_pressed_stylus_writes_broader() -> None:
    def written(pressure: float) -> list[dict[str, object]]:
        points = [{**point, "pressure": pressure} for point in NAME[0]["points"]]
        return [{**NAME[0], "points": points}, *NAME[1:]]

    light, firm = (picture(handwriting_svg(written(pressure)), 300, 150) for pressure in (0.1, 1.0))
    assert (firm[..., 3] > 128).sum() > (light[..., 3] > 128).sum()
    assert handwriting_svg(written(0.55)) == handwriting_svg(NAME)  # a device that does not measure it
    with pytest.raises(HandwritingError):
        handwriting_svg([{"points": [{"x": 1, "y": 1, "pressure": "hard"}]}])


def test_fast_strokes_are_thinner() -> None:
    slow = [stroke(0, 0, 100, 60)]
    fast = [{"points": [{**point, "time": index} for index, point in enumerate(slow[0]["points"])]}]  # type: ignore[arg-type]
    assert (picture(handwriting_svg(slow))[..., 3] > 128).sum() > 1.3 * (picture(handwriting_svg(fast))[..., 3] > 128).sum()


SCRIBBLE = [{"points": [{"x": 60 * (i % 2) + (i % 7), "y": i / 4, "time": i * 9} for i in range(260)]}]


@pytest.mark.parametrize(
    ("strokes", "code"),
    [
        ([], "empty"),
        ([{"points": []}], "empty"),
        ([{"points": [{"x": 5, "y": 5, "time": 1}]}], "too_small"),
        ([stroke(10, 10, 200, 0, count=3)], "too_small"),
        ([stroke(0, 0, 45, 20)], "too_short"),
        (SCRIBBLE, "scribble"),
        ("strokes", "malformed"),
        ([{"points": [{"x": "a", "y": 1}]}], "malformed"),
        ([{"points": [{"x": float("nan"), "y": 1, "time": 0}]}], "malformed"),
        ([{"points": [{"x": 1e9, "y": 1, "time": 0}]}], "malformed"),
        ([None], "malformed"),
        ([[1, 2, 3]], "malformed"),
        ([{"points": []}] * 500, "too_large"),
        ([stroke(0, 0, 300, 300, count=15000), stroke(0, 0, 300, 300, count=15000)], "too_large"),
    ],
)
def test_what_is_no_signature(strokes: object, code: str) -> None:
    for asked in (handwriting_svg, check_handwriting):
        with pytest.raises(HandwritingError) as refused:
            asked(strokes)  # type: ignore[arg-type]
        assert refused.value.code == code


# Check codes


def test_codes_read_back() -> None:
    for svg, text, size in (
        (codes.qr_svg("https://e.example/v/ABC"), "https://e.example/v/ABC", (120, 120)),
        (codes.code128_svg("HY2026-1"), "HY2026-1", (200, 40)),
    ):
        drawn = Image.open(io.BytesIO(svg_png(svg, *size, ppi=144)))
        page = Image.new("RGB", (drawn.width + 80, drawn.height + 80), "white")
        page.paste(drawn, (40, 40), drawn.convert("RGBA"))
        assert [found.text for found in zxingcpp.read_barcodes(page)] == [text]


# Pictures


def test_pages_become_pictures() -> None:
    pdf = svg_pdf(company_seal("华岳人寿保险股份有限公司"), 144, 72)
    (one,) = page_pictures(pdf, 100)
    drawn = Image.open(io.BytesIO(one))
    assert (drawn.format, drawn.size) == ("WEBP", (200, 100))
    assert page_pictures(pdf, 100) == [one]
    assert page_pictures(pdf, pages=(2, 9)) == []


def test_files_that_are_no_pdf() -> None:
    for data in (b"", b"no pdf", b"%PDF-1.7\n", svg_pdf(name_seal("李伟"), 100, 100)[:700]):
        with pytest.raises(PictureError) as refused:
            page_pictures(data)
        assert refused.value.code == "not_pdf"


def test_encrypted_and_oversized_files() -> None:
    import pikepdf

    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(svg_pdf(name_seal("李伟"), 100, 100))) as pdf:
        pdf.save(target, encryption=pikepdf.Encryption(user="secret", owner="secret"))
    with pytest.raises(PictureError) as refused:
        page_pictures(target.getvalue())
    assert refused.value.code == "encrypted"
    with pytest.raises(PictureError) as refused:
        page_pictures(svg_pdf(name_seal("李伟"), 9000, 9000))
    assert refused.value.code == "page_too_large"

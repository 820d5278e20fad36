"""Two states of a document: every visible change is framed, nothing else is, and pages that moved are not called changed."""

from __future__ import annotations

import io

import numpy as np
import pikepdf
import pytest
from PIL import Image

from vermilion.core.typeset import differing
from vermilion.core.typeset.differing import compare, regions
from vermilion.core.typeset.errors import PictureError


def pages(*contents: bytes, size: tuple[int, int] = (300, 400)) -> bytes:
    """Return a PDF with one page for each content stream."""
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        font = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica))
        for content in contents:
            page = pdf.add_blank_page(page_size=size)
            page.Contents = pdf.make_stream(content)
            page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
        pdf.save(out)
    return out.getvalue()


def text(words: str, x: int = 40, y: int = 300) -> bytes:
    return f"BT /F 14 Tf {x} {y} Td ({words}) Tj ET\n".encode()


ONE, TWO, THREE = text("Sum insured 500,000"), text("Exclusions"), text("Seal")


def test_a_changed_figure_is_framed_on_both_pictures_and_told_in_words():
    done = compare(pages(ONE, TWO), pages(text("Sum insured 900,000"), TWO))
    assert (done.pages_before, done.pages_after, done.cut) == (2, 2, False)
    (page,) = done.pages
    assert (page.kind, page.number_before, page.number_after) == ("changed", 1, 1)
    (region,) = page.regions
    assert "500,000" in region.words_before
    assert "900,000" in region.words_after
    for data in (page.before, page.after, region.before, region.after):
        picture = np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).astype(int)
        red = (picture[..., 0] > 150) & (picture[..., 1] < 110)
        assert red.any(), "the frame is drawn"
        assert picture.shape[0] > 20


def test_only_the_row_that_changed_is_told_without_watermark_and_neighbours():
    around = text("Line above", y=316) + text("Line below", y=284) + b"BT /F 60 Tf 0.7 0.7 -0.7 0.7 60 200 Tm (SAMPLE) Tj ET\n"
    (page,) = compare(pages(ONE + around), pages(text("Sum insured 900,000") + around)).pages
    (region,) = page.regions
    assert region.words_before.endswith("insured 500,000")
    assert region.words_after.endswith("insured 900,000")
    for words in ("Line", "S A", "SAMPLE", "M P"):
        assert words not in region.words_before


def test_white_laid_over_words_is_found_though_the_text_layer_keeps_them():
    (page,) = compare(pages(ONE), pages(ONE + b"1 1 1 rg 35 295 200 20 re f\n")).pages
    (region,) = page.regions
    assert region.words_before == region.words_after
    assert "500,000" in region.words_before


def test_added_removed_and_moved_pages():
    kinds = lambda before, after: [  # noqa: E731
        (page.kind, page.number_before, page.number_after) for page in compare(before, after).pages
    ]
    assert kinds(pages(ONE, TWO, THREE), pages(ONE, TWO, THREE)) == []
    assert kinds(pages(ONE, TWO), pages(THREE, ONE, TWO)) == [("added", None, 1)]
    assert kinds(pages(ONE, TWO, THREE), pages(ONE, THREE)) == [("removed", 2, None)]
    assert kinds(pages(ONE, TWO), pages(ONE, text("Exclusion"), THREE)) == [("changed", 2, 2), ("added", None, 3)]
    added = compare(pages(ONE), pages(ONE, TWO)).pages[0]
    assert added.after
    assert not added.before


def test_another_size_of_page_is_a_change():
    (page,) = compare(pages(ONE), pages(ONE, size=(300, 420))).pages
    assert page.kind == "changed"


def test_far_apart_changes_get_frames_of_their_own_and_a_page_full_of_them_one():
    apart = compare(pages(text("a", 20, 350) + text("b", 250, 30)), pages(text("c", 20, 350) + text("d", 250, 30))).pages[0]
    assert len(apart.regions) == 2
    white = np.full((1000, 800, 3), 255, np.uint8)
    specks = white.copy()
    specks[::60, ::60] = 0
    assert len(regions(white, specks)) == 1
    some = white.copy()
    for row in range(12):
        some[row * 80, 100] = 0
    assert 1 < len(regions(white, some)) <= differing.MOST_REGIONS
    assert regions(white, white - 10) == [], "a shade that no eye sees"


def test_it_is_bounded(monkeypatch):
    monkeypatch.setattr(differing, "MOST_PAGES", 3)
    monkeypatch.setattr(differing, "MOST_SHOWN", 1)
    done = compare(pages(ONE, TWO, THREE, ONE), pages(TWO, THREE, ONE, TWO))
    assert done.cut
    assert sum(bool(page.before or page.after) for page in done.pages) == 1
    huge = compare(pages(ONE, size=(14000, 14000)), pages(TWO, size=(14000, 14000)))
    assert max(Image.open(io.BytesIO(huge.pages[0].before)).size) <= differing.LONGEST_SIDE + 1


@pytest.mark.parametrize("bad", [b"", b"%PDF-1.7\nnothing", b"\x89PNG"])
def test_what_cannot_be_drawn_is_refused(bad):
    with pytest.raises(PictureError):
        compare(pages(ONE), bad)

"""The papers of seals themselves: a word without an end breaks inside its cell and is copied whole."""

from __future__ import annotations

import pypdfium2

from vermilion.apps.seals import papers
from vermilion.core.typeset import company_seal

ENDLESS = "5f3a09c17be24d10" * 8
COMMON = {"insurer": "华岳人寿保险股份有限公司", "demo": True, "made": "制作于 2026-12-01 10:00:00"}


def _inside(pdf: bytes, left: float, right: float) -> str:
    """Return the letters of all pages whose boxes lie between two places, in points."""
    with pypdfium2.PdfDocument(pdf) as document:
        texts = [page.get_textpage() for page in document]
        return "".join(
            text.get_text_range(index, 1)
            for text in texts
            for index in range(text.count_chars())
            if left < text.get_charbox(index)[0] and text.get_charbox(index)[2] < right
        )


def test_a_long_serial_stays_left_of_the_seal() -> None:
    picture = company_seal(COMMON["insurer"], subtitle="电子保单专用章")
    facts, history = [["证书序列号", ENDLESS]], [["2026-11-01 10:00", "启用"]]
    made = papers.typeset("sheet", COMMON | {"name": "电子保单专用章", "picture": picture, "size": 40, "facts": facts, "history": history})
    assert ENDLESS in _inside(made, 50, 375).replace("\r\n", "").replace(" ", "")


def test_a_digest_stays_in_its_column_of_the_register() -> None:
    rows = [["2026-11-23", *["—"] * 6, ENDLESS, "—", "—"]]
    made = papers.typeset("register", COMMON | {"period": "2026", "count": 1, "columns": ["列"] * 10, "rows": rows})
    assert ENDLESS in _inside(made, 426, 593).replace("\r\n", "").replace(" ", "")

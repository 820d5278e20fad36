"""One real document → a plan that has been proved on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

import numpy as np

from ..zones import Typeset
from .errors import NoPlan
from .learning import Specimen, learn
from .plan import Plan
from .twins import narrow_twin, varying_paths, wide_twin
from .writing import render

GROWTHS = (12, 6, 3, 1, 0)
"""How many characters longer than the document's own the texts of the plan may be; the first that moves nothing else is taken."""
UNLIKE = 0.01
"""The share of a page's pixels that may differ clearly (by 40 of 255) at 50 dpi: edges of letters, set without kerning."""


def prepare(
    compiled: Callable[[dict[str, Any]], Specimen],
    codes: Callable[[dict[str, Any]], dict[str, np.ndarray]],
    content: Callable[[dict[str, Any]], bytes],
    data: dict[str, Any],
    patterns: tuple[str, ...],
    *,
    english: bool,
) -> Plan:
    """Learn a plan for documents like that of ``data`` and prove it: drawn by the plan, this document has the same text and looks the same.

    ``compiled`` typesets data in full, ``codes`` gives a document's check codes, ``content`` its canonical JSON. ``patterns``: the values
    that vary, as ``insured.*.name``. Raises NoPlan.
    """
    varying = varying_paths(data, patterns)
    reason = NoPlan("nothing varies")
    narrow = compiled(narrow_twin(data, varying))
    for growth in GROWTHS:
        try:
            plan = learn(narrow, compiled(wide_twin(data, varying, growth)), varying, english=english)
        except NoPlan as error:
            reason = error
            continue
        whole = compiled(data)
        drawn, written = render(plan, data, at=whole.at, codes=codes(data))
        if written != content(data):
            raise NoPlan("the data are written in another way")
        _prove(whole.made, drawn)
        return plan
    raise reason


def _prove(whole: Typeset, drawn: Typeset) -> None:
    if whole.zones != drawn.zones or whole.pages != drawn.pages:
        raise NoPlan("the drawn document has other pages or zones")
    for number, (one, other) in enumerate(zip(_looks(whole.pdf), _looks(drawn.pdf), strict=True), 1):
        if one[0] != other[0]:
            raise NoPlan(f"page {number} has another text")
        if one[1].shape != other[1].shape or float((np.abs(one[1] - other[1]) > 40).mean()) > UNLIKE:
            raise NoPlan(f"page {number} looks otherwise")


def _looks(pdf: bytes) -> list[tuple[Counter[str], np.ndarray]]:
    """Return each page's characters, counted, and its picture in grey at 50 dpi."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        found = []
        for page in document:
            text = page.get_textpage().get_text_bounded()
            picture = np.asarray(page.render(scale=50 / 72).to_pil().convert("L"), dtype=np.int16)
            found.append((Counter("".join(text.split())), picture))
        return found
    finally:
        document.close()


def specimen(data: dict[str, Any], made: Typeset) -> Specimen:
    """Return a document of data whose ``made_at`` is its creation time."""
    return Specimen(data, made, made_at(data))


def made_at(data: dict[str, Any]) -> datetime:
    """Return the creation time of a document's data (aware)."""
    return datetime.fromisoformat(data["made_at"].replace("Z", "+00:00"))

"""Text that no page holds: parts that are meant to stay on one page break rather than run off its foot."""

from __future__ import annotations

import copy
from typing import Any

import pypdfium2
import pytest

from tests.apps.templates.papers import sample
from vermilion.apps.templates.inputs import lengthy
from vermilion.apps.templates.services import TypesetDocument, typeset_document

pytestmark = pytest.mark.django_db
LONG = "长" * 4000
PLACES: list[tuple[str, tuple[str | int, ...]]] = [
    ("policy/sample-group.json", ("exclusions_summary",)),
    ("insured_certificate/sample.json", ("exclusions_summary",)),
    ("claim_decision/sample.json", ("event", "text")),
    ("claim_refusal/sample.json", ("clauses", 0, "text")),
    ("surrender_application/sample.json", ("warnings", 0)),
    ("authorisation/sample.json", ("limits", 0)),
    ("underwriting_notice/sample.json", ("modifications", 0, "text")),
]


def printed(made: TypesetDocument) -> int:
    """Return how often the letter stands inside the pages' margins."""
    document = pypdfium2.PdfDocument(made.pdf)
    found = 0
    for page in document:
        text = page.get_textpage()
        inside = text.get_text_bounded(left=40, bottom=50, right=page.get_width() - 40, top=page.get_height() - 40)
        found += inside.count("长")
    document.close()
    return found


@pytest.mark.parametrize(("path", "place"), PLACES, ids=lambda value: value if isinstance(value, str) else ".".join(map(str, value)))
def test_four_thousand_characters_are_all_on_paper(path: str, place: tuple[str | int, ...]) -> None:
    data: Any = copy.deepcopy(sample(path))
    holder = data
    for step in place[:-1]:
        holder = holder[step]
    holder[place[-1]] = LONG
    assert printed(typeset_document(path.partition("/")[0], data)) >= len(LONG)


def test_twenty_signers_have_twenty_places_inside_their_pages() -> None:
    data = copy.deepcopy(sample("confirmation/sample.json"))
    data["signers"] = [{"role": "insured", "name": f"员工{number}"} for number in range(20)]
    made = typeset_document("confirmation", data)
    assert len(made.zones) == 20
    assert all(40 < zone.y < 780 for zone in made.zones)


def test_the_usual_paper_is_not_measured() -> None:
    assert not lengthy(sample("policy/sample.json"))
    assert not lengthy(sample("confirmation/sample.json"))
    assert lengthy(sample("policy/sample.json") | {"exclusions_summary": LONG})

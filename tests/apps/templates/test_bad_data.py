"""Data that nobody hoped for: a clear error that names field and character, or a right page; never a clipped or an empty one."""

from __future__ import annotations

import copy
import io
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from tests.apps.templates.papers import sample, squeezed, text_of
from vermilion.apps.templates import library
from vermilion.apps.templates.errors import InvalidData, UnprintableCharacters
from vermilion.apps.templates.services import TypesetDocument, typeset_document

pytestmark = pytest.mark.django_db
KINDS = ("policy", "confirmation", "endorsement")
MARGIN = 40.0  # points; the narrowest of the page's margins is 19 mm, 54 points


def with_name(kind: str, name: str) -> dict[str, Any]:
    data = copy.deepcopy(sample(f"{kind}/sample.json"))
    data["policyholder"]["name"] = name
    for signer in data.get("signers", []):
        signer["name"] = name
    return data


def level_beside(text: pypdfium2.PdfTextPage, width: float) -> Iterator[str]:
    """Yield the level characters that stand outside a page's margins."""
    for index in range(text.count_chars()):
        left, _bottom, right, _top = text.get_charbox(index)
        if right > left and (left < MARGIN or right > width - MARGIN) and abs(pypdfium2.raw.FPDFText_GetCharAngle(text, index)) <= 0.1:
            yield text.get_text_range(index, 1)


def strays(made: TypesetDocument) -> list[str]:
    """Return the level characters that stand outside the page's margins, and pages without text or ink."""
    document = pypdfium2.PdfDocument(made.pdf)
    found = []
    try:
        for number, page in enumerate(document, 1):
            text, (width, height) = page.get_textpage(), page.get_size()
            beside = [(-width, MARGIN), (width - MARGIN, 2 * width)]
            if any(text.get_text_bounded(left=left, bottom=-height, right=right, top=2 * height) for left, right in beside):
                found += [f"{number}: {letter}" for letter in level_beside(text, width)]
            if len(squeezed(text.get_text_bounded())) < 60:
                found.append(f"{number}: empty")
    finally:
        document.close()
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_a_missing_field_is_named(kind):
    for field in ("policyholder", "product", "insurer"):
        data = sample(f"{kind}/sample.json")
        del data[field]
        with pytest.raises(InvalidData) as refused:
            typeset_document(kind, data)
        assert field in str(refused.value.fields)
    data = copy.deepcopy(sample(f"{kind}/sample.json"))
    del data["policyholder"]["name"]
    with pytest.raises(InvalidData) as refused:
        typeset_document(kind, data)
    assert refused.value.fields["policyholder"] == "'name' is a required property"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("character", ["\U00020001", "\U0001f600", "ع", "\u202e", "\u200b", "\ue000", "\x07"])
def test_a_character_that_can_not_be_printed_is_named_with_its_field(kind, character):
    """An unknown glyph, an emoji, Arabic (written from the right), a reversed direction, and what nobody sees."""
    with pytest.raises(UnprintableCharacters) as refused:
        typeset_document(kind, with_name(kind, f"李{character}"))
    assert f"U+{ord(character):04X}" in str(refused.value.fields["policyholder.name"])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["长" * 200, "W" * 200, "买买提·" * 50, "a-b_c/d@" * 25], ids=["han", "latin", "dots", "mixed"])
def test_the_longest_name_is_printed_whole(kind, name):
    made = typeset_document(kind, with_name(kind, name))
    assert squeezed(name) in squeezed(text_of(made.pdf))
    assert strays(made) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_longer_name_is_refused(kind):
    with pytest.raises(InvalidData) as refused:
        typeset_document(kind, with_name(kind, "长" * 201))
    assert list(refused.value.fields) == (
        ["policyholder.name"] if kind != "confirmation" else ["policyholder.name", "signers.0.name", "signers.1.name"]
    )


def people(rows: list[dict[str, Any]], count: int) -> list[dict[str, Any]]:
    return [{**rows[index % len(rows)], "number": index + 1, "name": f"员工第{index + 1}号"} for index in range(count)]


def test_five_hundred_insured_persons_stand_on_the_policy_and_in_the_endorsement():
    policy = copy.deepcopy(sample("policy/sample-group.json"))
    policy["insured_list"] = people(policy["insured_list"], 500)
    change = copy.deepcopy(sample("endorsement/sample.json"))
    change["added_insured"] = people(policy["insured_list"], 500)
    application = copy.deepcopy(sample("confirmation/sample.json"))
    application["insured_list"] = people(policy["insured_list"], 500)
    for kind, data in (("policy", policy), ("endorsement", change), ("confirmation", application)):
        made = typeset_document(kind, data)
        text = squeezed(text_of(made.pdf))
        assert all(f"员工第{number}号" in text for number in range(1, 501)), kind
        assert made.pages > 8
        assert strays(made) == []
        if kind == "policy":  # a long list repeats its header
            document = pypdfium2.PdfDocument(made.pdf)
            pages = [page.get_textpage().get_text_bounded() for page in document]
            document.close()
            listed = [page for page in pages if page.count("居民身份证") > 3]
            assert len(listed) > 7
            assert all("证件号码" in page and "出生日期" in page for page in listed)


def test_a_page_of_ink_is_drawn():
    """What the checks above call text is also seen: the longest name leaves its ink on the page."""
    from vermilion.apps.templates.services import page_pictures

    made = typeset_document("endorsement", with_name("endorsement", "长" * 200))
    page = Image.open(io.BytesIO(page_pictures(made.pdf, pages=(1, 1))[0])).convert("L")
    assert sum(page.histogram()[:100]) > 5000


def texts(value: Any, way: str) -> Iterator[tuple[str, Any, Any]]:
    """Yield dotted path, container and key of every text in ``value``."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(inner, dict | list):
            yield from texts(inner, f"{way}.{key}")
        elif isinstance(inner, str) and key not in ("verify_url", "document_code"):
            yield f"{way}.{key}", value, key


def fill(data: dict[str, Any], parts: Iterable[str], letters: str, problems: Callable[[Any], Collection[str]]) -> None:
    """Put ``letters`` into every text of these parts that takes them."""
    places = [place for part in parts if part in data for place in texts(data[part], part)]
    before = {path: holder[key] for path, holder, key in places}
    for _path, holder, key in places:
        holder[key] = letters
    while wrong := problems(data):
        back = [place for place in places if any(f"{place[0]}.".startswith(f"{path}.") for path in wrong)]
        assert any(holder[key] != before[path] for path, holder, key in back), wrong
        for path, holder, key in back:
            holder[key] = before[path]
    assert sum(holder[key] == letters for _path, holder, key in places) > 5


@pytest.mark.parametrize(("kind", "language", "letter"), [("policy", "en", "W"), ("endorsement", "en", "长"), ("policy", "zh-Hans", "W")])
def test_every_line_at_its_longest_stays_inside_its_page(kind: str, language: str, letter: str) -> None:
    """The insurer’s name under the logo, the header of later pages, the branch beside the seal: all of them at once."""
    data = copy.deepcopy(sample(f"{kind}/sample.json"))
    entry = library.entry(kind, language)
    parts = (
        "insurer",
        "branch",
        "product",
        "policyholder",
        "staff",
        "salesperson",
        "changes",
        "approvals",
        "special_terms",
        "confirmation",
    )
    fill(data, parts, letter * 200, entry.problems)
    if kind == "policy":
        data["special_terms_en"] = [letter * 200]
    made = typeset_document(kind, data, language=language)
    assert strays(made) == []
    with pypdfium2.PdfDocument(made.pdf) as document:
        for page in document:
            text, (width, height) = page.get_textpage(), page.get_size()
            foot = text.get_text_bounded(left=0, bottom=38, right=width, top=50)
            head = text.get_text_bounded(left=0, bottom=height - 16, right=width, top=height)
            assert letter not in foot + head
    assert [zone.role for zone in made.zones if not 40 < zone.y < 780] == []


@pytest.mark.parametrize(
    ("kind", "field"),
    [("evidence_report", "case_code"), ("policy", "policy_no"), ("endorsement", "endorsement_no"), ("claim_refusal", "claim_no")],
)
def test_a_number_that_no_line_holds_is_refused_and_the_longest_is_printed_whole(kind: str, field: str) -> None:
    data = sample(f"{kind}/sample.json")
    with pytest.raises(InvalidData) as refused:
        typeset_document(kind, data | {field: "W" * 65})
    assert refused.value.fields == {field: "breaks maxLength: 64"}
    made = typeset_document(kind, data | {field: "W" * 64}, language="en")
    assert "W" * 64 in squeezed(text_of(made.pdf))
    assert strays(made) == []

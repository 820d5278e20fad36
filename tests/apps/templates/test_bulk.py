"""Bulk issue: the first documents are typeset, the later ones drawn, and what a plan does not hold is typeset again."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from tests.apps.templates.drafts import broken, draft, submit
from tests.apps.templates.papers import squeezed, text_of
from vermilion.apps.templates import authoring, bulk, library, publishing, services
from vermilion.base import children
from vermilion.core.typeset import Typeset

pytestmark = pytest.mark.django_db
real = children.call


@pytest.fixture
def typesetting(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Plans are learned after two documents here; return the policy numbers that were typeset in full."""
    monkeypatch.setattr(bulk, "LEARN_AFTER", 2)
    monkeypatch.setattr(bulk, "_plans", {})
    monkeypatch.setattr(bulk, "_seen", Counter())
    in_full: list[str] = []
    whole = services._typeset

    def counted(entry: library.Entry, data: dict[str, Any], content: bytes, **limits: Any) -> Typeset:
        in_full.append(data["policy_no"])
        return whole(entry, data, content, **limits)

    monkeypatch.setattr(services, "_typeset", counted)
    return in_full


def policy(number: int, **changes: Any) -> dict[str, Any]:
    data = json.loads((library.FOLDER / "policy" / "sample-medical.json").read_text(encoding="utf-8"))
    for bundle in data["clauses"]:  # two pages are enough to learn from
        bundle["chapters"] = bundle["chapters"][:1]
    return {**data, "policy_no": f"HYYL20261100{number:08}", **changes}


def test_after_some_of_one_shape_the_next_are_drawn(typesetting: list[str]) -> None:
    made = [services.typeset_document("policy", policy(number), bulk=True) for number in range(4)]
    assert typesetting == ["HYYL2026110000000000", "HYYL2026110000000001"]
    assert len({document.template_digest for document in made}) == 1
    assert len({document.data_digest for document in made}) == 4
    assert made[3].zones == made[0].zones
    # A text of another length, other terms, another language: the template again.
    long = "欧阳".ljust(24, "阳")
    services.typeset_document("policy", policy(5, policyholder={**policy(5)["policyholder"], "name": long}), bulk=True)
    services.typeset_document("policy", policy(6, special_terms=["特别约定一条"]), bulk=True)
    services.typeset_document("policy", policy(7), language="en", bulk=True)
    assert typesetting[2:] == [f"HYYL202611000000000{number}" for number in (5, 6, 7)]


@pytest.fixture
def own(writer, reviewer, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that puts an insurer's version of the policy in use; what the checks find is not asked here."""
    monkeypatch.setattr(publishing, "facts", lambda _version: iter([{"code": "samples", "ok": True, "sample": "", "facts": {"count": 1}}]))

    def made(code: str = "", **settings: Any) -> Any:
        version = broken(writer, code, kind="policy", **settings) if code else draft(writer, kind="policy", **settings)
        submit(version, writer)
        return authoring.publish(version_id=version.pk, by=reviewer)

    return made


def test_an_insurers_own_version_is_drawn_too_and_a_compared_value_does_not_vary(typesetting: list[str], own: Any) -> None:
    version = own(
        blocks=[
            {"at": "end", "text": "致 {policyholder.name}", "style": "callout"},
            {"at": "end", "text": "大额保单", "when": {"field": "premium.amount", "op": "gt", "value": 1_000_000}},
        ],
        theme={"accent": "#1b4f8f"},
    )
    insurer = version.template.insurer_id
    made = [services.typeset_document("policy", policy(number), insurer_id=insurer, bulk=True) for number in range(3)]
    assert len(typesetting) == 2
    assert {document.template_digest for document in made} == {version.digest}
    shown = squeezed(text_of(made[2].pdf))
    assert f"致{policy(2)['policyholder']['name']}" in shown
    assert policy(2)["policy_no"] in shown
    large = policy(4)
    large["premium"]["amount"] = 2_000_000
    assert "大额保单" in squeezed(text_of(services.typeset_document("policy", large, insurer_id=insurer, bulk=True).pdf))
    assert typesetting[2:] == [large["policy_no"]]


def test_own_code_is_typeset_for_ever(typesetting: list[str], own: Any) -> None:
    version = own('\n#if data.policy_no.ends-with("3") [第三份]\n')
    for number in range(3):
        services.typeset_document("policy", policy(number), insurer_id=version.template.insurer_id, bulk=True)
    assert len(typesetting) == 3


def test_without_being_asked_nothing_is_learned_or_drawn(typesetting: list[str]) -> None:
    for number in range(3):
        services.typeset_document("policy", policy(number))
    assert len(typesetting) == 3
    assert not bulk._plans


def test_what_makes_no_plan_is_typeset_for_ever(typesetting: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    # Running text over several lines stands in no place that its width alone decides.
    monkeypatch.setitem(bulk.VARYING, "policy", ("policy_no", "clauses.*.text"))
    for number in range(3):
        services.typeset_document("policy", policy(number), bulk=True)
    assert len(typesetting) == 3


def test_a_child_that_fails_to_learn_costs_no_document(typesetting: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(*args: Any, **kwargs: Any) -> None:
        raise children.ChildTimeout()

    monkeypatch.setattr(bulk.children, "call", lambda function, *a, **k: (lost if function is bulk.learn else real)(function, *a, **k))
    made = [services.typeset_document("policy", policy(number), bulk=True) for number in range(3)]
    assert len(made) == len(typesetting) == 3

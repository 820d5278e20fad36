"""A claim's decision at the desk: what is typed becomes the notice's data; what does not fit is told at its field and changes nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from tests import factories
from vermilion.apps.parties.models import Role
from vermilion.apps.policies.models import ClaimDecision
from vermilion.base import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> tuple[Any, str, dict[str, str]]:
    """A claims clerk's browser, the page of a delivered policy, and a form with a payment."""
    case = factories.case_in("delivered")
    browser, path = factories.browser_of(Role.CLAIMS_CLERK), reverse("console:policy_claim", args=[case.policy.pk])
    form = browser.get(path).context["form"]
    benefit = form.fields["benefit_1"].choices[1][0]
    yesterday = (clock.today() - timedelta(days=1)).isoformat()
    typed = {
        "claim_no": "CL-2026-1", "conclusion": "paid", "decided_on": clock.today().isoformat(),
        "insured": form.fields["insured"].choices[0][0],
        "claimant": "李䶮", "id_type": "resident_id", "id_number": "310101198803124025", "event_on": yesterday, "event_kind": "疾病",
        "benefit_1": benefit, "approved_1": "1500.50", "payee_1": "李䶮", "amount_1": "1500.50",
        "effect": "合同继续有效。", "checked": "on",
    }  # fmt: skip
    return browser, path, typed


def test_a_payment_is_taken_with_whole_fen(desk) -> None:
    browser, path, typed = desk
    assert browser.post(path, typed).status_code == 302
    decision = ClaimDecision.objects.get()
    said = decision.content["said"]
    assert (decision.content["conclusion"], said["total"], said["payees"][0]["amount"]) == ("paid", 150050, 150050)
    assert said["examiner"] == browser.staff.name
    assert decision.client_id == f"staff:{browser.staff.pk}"
    assert browser.post(path, typed).status_code == 302, "twice is once"
    assert browser.post(path, typed | {"approved_1": "1", "amount_1": "1"}).status_code == 422, "decided otherwise before"
    assert ClaimDecision.objects.count() == 1


def test_a_refusal_quotes_the_clauses_that_were_chosen(desk) -> None:
    browser, path, typed = desk
    number = browser.get(path).context["form"].fields["clauses"].choices[0][0]
    refusal = {
        "conclusion": "refused",
        "findings": "一\n二",
        "clauses": [number],
        "reason": "属于责任免除。",
        "next_steps": "可以复核。\n\n可以诉讼。",
    }
    assert browser.post(path, typed | refusal).status_code == 302
    said = ClaimDecision.objects.get().content["said"]
    assert (said["clauses"][0]["number"], said["next_steps"]) == (number, ["可以复核。", "可以诉讼。"])
    assert len(said["clauses"][0]["text"]) > 10
    assert "benefits" not in said


WRONG: list[tuple[dict[str, str], str]] = [
    ({"amount_1": "1"}, "amount_1"),
    ({"approved_1": ""}, "approved_1"),
    ({"benefit_1": ""}, "benefit_1"),
    ({"payee_2": "王㛃"}, "amount_2"),
    ({"effect": ""}, "effect"),
    ({"approved_1": "-1"}, "approved_1"),
    ({"decided_on": "2999-01-01"}, "decided_on"),
    ({"event_on": "2999-01-01"}, "event_on"),
    ({"id_number": "310101198803124026"}, "id_number"),
    ({"insured": "别人"}, "insured"),
    ({"claim_no": "a b"}, "claim_no"),
    ({"checked": ""}, "checked"),
    ({"conclusion": "refused"}, "findings"),
]


def test_what_does_not_fit_is_told_at_its_field(desk) -> None:
    browser, path, typed = desk
    for changes, field in WRONG:
        answer = browser.post(path, typed | changes)
        assert answer.status_code == 422, changes
        assert field in answer.context["form"].errors, changes
    assert not ClaimDecision.objects.exists()


def test_what_can_not_be_printed_is_told(desk) -> None:
    browser, path, typed = desk
    answer = browser.post(path, typed | {"effect": "😀"})
    assert answer.status_code == 422
    assert "U+1F600" in answer.content.decode()
    assert not ClaimDecision.objects.exists()

"""The pages come in the lawful order; the server, not the page, decides what may be confirmed."""

from __future__ import annotations

import pytest

from tests.web.customer import Customer
from vermilion.apps.cases.models import Consent
from vermilion.apps.chronicle.queries import events
from vermilion.apps.signing import applying
from vermilion.apps.tracing.queries import way

LATER = ["consents/", "application/", "health/", "prompts/", "exemption/", "identity/", "confirmation/"]


@pytest.mark.parametrize("page", LATER)
def test_a_later_page_leads_back_to_the_first_one(customer: Customer, page: str) -> None:
    for answer in (customer.get(page), customer.post(page, see=False)):
        assert answer.status_code == 302
        assert answer["Location"] == customer.url("notice/")
    assert applying.done_steps(customer.case) == set()


def test_consents_are_empty_and_each_necessary_one_is_missed_by_name(customer: Customer) -> None:
    customer.post("notice/")
    page = customer.get("consents/").content.decode()
    assert "checked" not in page
    answer = customer.post("consents/", {"consent.personal_information": "yes"})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "id_consent-health_information-error" in text
    assert "id_consent-personal_information-error" not in text
    assert "id_consent-marketing-error" not in text  # optional
    assert not Consent.objects.exists()


def test_optional_consents_stay_untaken(customer: Customer) -> None:
    customer.post("notice/")
    necessary = [item for item in customer.definition.consents if item.necessary]
    customer.post("consents/", {f"consent.{item.key}": "yes" for item in necessary})
    assert set(Consent.objects.values_list("key", flat=True)) == {item.key for item in necessary if "policyholder" in item.required_for}


def test_the_whole_way_to_the_phone(consented: Customer) -> None:
    assert consented.fill_in()["Location"] == consented.url("health/")
    assert consented.answer_health()["Location"] == consented.url("prompts/")
    consented.confirm()
    assert consented.get("confirmation/")["Location"] == consented.url("phone/")
    assert consented.prove_phone()["Location"] == consented.url("confirmation/")
    assert applying.phone_proven(consented.case, applying.applicant(consented.case))


def test_every_page_shown_is_on_record_with_its_answer(consented: Customer) -> None:
    shown = {showing.page: showing for showing in way(consented.case)}
    assert {"notice", "consents"} <= set(shown)
    assert shown["notice"].answered_at
    assert shown["consents"].answered_at
    types = [event.type for event in events("case", consented.case.id)]
    # The answer and its effect are one transaction, in this order for each page.
    assert types.index("page.shown") < types.index("step.notice") < types.index("page.answered")


def test_what_nobody_was_shown_nobody_can_confirm(customer: Customer) -> None:
    answer = customer.post("notice/", see=False)
    assert answer.status_code == 409
    assert f'href="{customer.url()}">查看办理进度' in answer.content.decode()  # and from there to what is next
    assert applying.done_steps(customer.case) == set()


def test_a_chat_program_looking_ahead_records_nothing(customer: Customer) -> None:
    customer.client.get(customer.url("notice/"), headers={"Purpose": "preview"})
    assert way(customer.case) == []


def test_confirming_twice_is_harmless(customer: Customer) -> None:
    customer.post("notice/")
    again = customer.post("notice/")
    assert again["Location"] == customer.url("consents/")
    assert sum(event.type == "step.notice" for event in events("case", customer.case.id)) == 1


def test_going_back_to_the_form_asks_for_later_confirmations_anew(named: Customer) -> None:
    named.answer_health()
    named.confirm()
    named.section("plan", **{"plan.sum_insured": "200000"})
    assert applying.done_steps(named.case) == {"notice", "consents"}
    assert named.get("exemption/")["Location"] == named.url("application/")


def test_a_changed_phone_must_be_proven_anew(named: Customer) -> None:
    named.answer_health()
    named.confirm()
    named.prove_phone()
    named.section("policyholder_person", **{"policyholder.phone": "13900139000"})
    named.post("application/")
    assert not applying.phone_proven(named.case, applying.applicant(named.case))

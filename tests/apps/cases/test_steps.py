"""Steps inside APPLYING come in the order that the product declares, once a round, and never in a case that is stopped."""

from __future__ import annotations

import pytest
from django.db import transaction

from tests import factories, life
from tests.apps.making import make_case, make_party
from vermilion.apps.cases import services as cases
from vermilion.apps.cases.errors import ApplicationLocked, CaseStopped, StepOutOfOrder
from vermilion.apps.cases.models import Case, CaseStep, Consent
from vermilion.apps.chronicle.queries import events
from vermilion.apps.identity.models import IdentityCheck
from vermilion.apps.signing import applying, confirmation, joining
from vermilion.base import instance
from vermilion.cli.demo import content

pytestmark = pytest.mark.django_db
PRODUCTS = [item.code for item in content.products()]


def types(case: Case) -> list[str]:
    return [event.type for event in events("case", case.id) if event.type.startswith("step.")]


def test_a_step_waits_for_those_before_it_and_is_done_once_a_round():
    case = make_case()
    party = make_party(case, "insured")
    with pytest.raises(StepOutOfOrder) as refused, transaction.atomic():
        cases.complete_step(cases.lock(case.id), "consents", required_before=("notice",))
    assert refused.value.facts["missing"] == ["notice"]
    assert not CaseStep.objects.exists()

    for _time in range(2):
        cases.complete_step(case, "notice")
    cases.complete_step(case, "consents", required_before=("notice",))
    with pytest.raises(StepOutOfOrder):  # what the applicant did is not done by the insured
        cases.complete_step(case, "identity", party=party, required_before=("consents",))
    assert types(case) == ["step.notice", "step.consents"]

    cases.present_application(case)
    cases.advance(case, "confirmation.presented")
    case = cases.reopen_application(case_id=case.id, actor="test")
    with pytest.raises(StepOutOfOrder):  # a corrected application walks its steps again
        cases.complete_step(case, "consents", required_before=("notice",))
    cases.complete_step(case, "notice")
    assert case.steps.count() == 3

    Case.objects.filter(pk=case.pk).update(blocked_by=cases.STOPPED)
    with pytest.raises(CaseStopped):
        cases.complete_step(cases.lock(case.id), "consents")


@pytest.mark.parametrize("code", PRODUCTS)
def test_no_page_of_a_product_can_be_confirmed_before_its_turn(code):
    instance.decide(demo=True)  # the identity check is the sandbox's
    case = factories.case_in("applying", code)
    role = applying.applicant_role(case)
    application = content.sample_application(code, 1)
    answers = application.pop("disclosure", [])
    ticked = {item.key for item in case.product.definition.consents if role in item.required_for}
    do = {
        "notice": lambda: applying.confirm_notice(case_id=case.id),
        "consents": lambda: applying.give_consents(case_id=case.id, ticked=ticked),
        "application": lambda: applying.submit_application(case_id=case.id, data=application),
        "disclosure": lambda: applying.submit_disclosure(case_id=case.id, answers=answers),
        "application_notice": lambda: applying.confirm_application_notice(case_id=case.id),
        "exemption": lambda: applying.confirm_exemption(case_id=case.id),
        "identity": lambda: applying.check_identity(case_id=case.id, ip=life.IP),
        "authority": lambda: life.authorise(case),
        "insured_consents": lambda: life.consent_all(case),
        "confirmation": lambda: confirmation.present_confirmation(case_id=case.id),
    }
    steps = applying.own_steps(case)
    for position, step in enumerate(steps):
        for later in steps[position + 1 :]:
            with pytest.raises(StepOutOfOrder):
                do[later]()
            assert applying.next_step(case) == step, (step, later)
        if step == "consents":
            with pytest.raises(StepOutOfOrder):  # nothing personal is taken before them
                applying.save_draft(case_id=case.id, data=application)
            assert not Consent.objects.exists()
        if step == "identity":
            assert not IdentityCheck.objects.exists(), "the authority was asked too early"
        do[step]()
        if step == "confirmation":
            break
        assert types(case)[-1] == f"step.{step}"
    for step in steps[: steps.index("identity")]:
        with pytest.raises(ApplicationLocked):
            do[step]()


def test_a_further_signer_is_not_looked_up_before_she_has_consented():
    instance.decide(demo=True)
    case = factories.case_in("signing", "critical_illness")
    party = make_insured(case)
    with pytest.raises(StepOutOfOrder):
        joining.check_signer_identity(case_id=case.id, party_id=party.id, ip=life.IP)
    assert not IdentityCheck.objects.exists(), "her name and number were sent out without her consent"
    with pytest.raises(StepOutOfOrder):
        joining.require_own_steps(case, party)
    ticked = {item.key for item in case.product.definition.consents if "insured" in item.required_for}
    joining.consent_as_signer(case_id=case.id, party_id=party.id, ticked=ticked)
    assert joining.check_signer_identity(case_id=case.id, party_id=party.id, ip=life.IP).result == "passed"
    joining.require_own_steps(case, party)


def make_insured(case: Case):
    with transaction.atomic():
        people = [(party.role, party.personal) for party in case.parties.all()]
        people.append(("insured", {**people[0][1], "name": "王小明"}))
        return cases.set_parties(case=cases.lock(case.id), people=people)[-1]

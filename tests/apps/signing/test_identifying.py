"""The ladder: which methods a product asks of whom, at which risk, and what completes them."""

from __future__ import annotations

from typing import Any

import pytest

from tests import factories
from vermilion.apps.cases.errors import StepOutOfOrder
from vermilion.apps.cases.models import Case, CaseParty
from vermilion.apps.cases.services import application
from vermilion.apps.identity import providers
from vermilion.apps.identity import services as identity
from vermilion.apps.identity.models import CheckMethod
from vermilion.apps.products.definition import ProductDefinition
from vermilion.apps.products.proving import IdentityRule, WillingnessRule, rule_for
from vermilion.apps.products.services import publish
from vermilion.apps.signing import identifying
from vermilion.base import instance
from vermilion.base.canonical import digest
from vermilion.cli.demo import content
from vermilion.cli.demo.content import people

IP = "203.0.113.7"
JPEG = b"\xff\xd8\xff" + b"paper" * 20


@pytest.fixture(autouse=True)
def demo(db: None) -> None:
    instance.decide(demo=True)


def case_with(code: str, *rules: dict[str, Any], **options: Any) -> Case:
    """Return a case of a product with these rules."""
    case = factories.case_in("signing", code, **options)
    ladder = [IdentityRule.model_validate(rule) for rule in rules]
    changed = content.product(code).model_copy(update={"identity": ladder, "version": "2026-9"})
    case.product = publish(insurer=case.insurer, definition=changed)
    case.save(update_fields=["product"])
    return case


def proceed(party: CaseParty, **options: str) -> Any:
    return identifying.proceed(party_id=party.id, ip=IP, **options)


def names(case: Case, party: CaseParty) -> list[tuple[str, str, bool]]:
    return [(one.method, one.by, one.passed) for one in identifying.standing(case, party)]


def test_four_elements_need_a_bank_card() -> None:
    case = case_with("critical_illness", {"methods": ["four_element"]})
    party = case.parties.get()
    assert proceed(party) is None
    assert proceed(party, bank_card="6200000000000000").reason == "number_invalid"
    assert proceed(party, bank_card=people.bank_card(3)).result == "passed"
    assert identifying.complete(case, party)


def test_the_risk_and_the_paper_choose_the_rule() -> None:
    rules = [
        IdentityRule.model_validate({"when": [{"fact": "sum_insured", "op": "ge", "value": 500}], "methods": ["three_element", "face"]}),
        IdentityRule.model_validate({"when": [{"fact": "id_type", "op": "eq", "value": "passport"}], "methods": ["passport"]}),
    ]
    chosen = [
        rule_for(rules, facts).methods for facts in ({"sum_insured": 500}, {"id_type": "passport", "sum_insured": 499}, {"role": "insured"})
    ]
    assert chosen == [["three_element", "face"], ["passport"], ["three_element"]]


def test_a_company_acts_by_its_number_its_representative_and_its_signed_authority() -> None:
    case = case_with("group_accident", {"methods": ["company", "authorisation", "three_element"]})
    agent = case.parties.get(role="company_agent")
    assert proceed(agent) is None  # the company passed; its authority is looked at
    assert names(case, agent)[:2] == [("company", "question", True), ("authorisation", "papers", False)]
    asked = identifying.standing(case, agent)[0].check
    assert asked is not None
    assert asked.details["request"]["uscc"] == application(case).data["policyholder"]["company"]["uscc"]
    check = identifying.submit_papers(party_id=agent.id, method="authorisation", papers={"authority": JPEG}, ip=IP)
    for role in ("service_desk", "compliance"):
        identity.give_opinion(review_id=check.pk, staff=factories.staff(role), passed=True, reason="与登记一致")
    assert proceed(agent).method == "three_element"
    assert identifying.complete(case, agent)
    row = application(case)
    row.data["policyholder"]["company"]["legal_representative"] = "另一人"
    row.save(update_fields=["data"])
    assert [passed for _method, _by, passed in names(case, agent)] == [False, False, True]


def test_a_minor_comes_with_her_guardian(monkeypatch: pytest.MonkeyPatch) -> None:
    case = case_with("critical_illness", {"methods": ["three_element", "guardian"]})
    row = application(case)
    row.data["insured"][0] |= {"name": "朱小乐", "id_type": "birth_certificate", "id_number": "T110000001"}
    row.save(update_fields=["data"])
    party = case.parties.get()
    assert proceed(party).method == "guardian"
    asked = next(one.check for one in identifying.standing(case, party) if one.method == "guardian")
    assert asked is not None
    assert asked.details["request"]["ward_name"] == "朱小乐"
    # Where no provider knows who is whose guardian, papers show it.
    monkeypatch.setattr(providers.SandboxIdentity, "assurance", lambda self, method: "" if method == "guardian" else "sandbox")
    assert names(case, party)[1] == ("guardian", "papers", True)


def test_papers_are_taken_only_where_the_product_says_so() -> None:
    case = case_with("critical_illness", {"methods": ["three_element"]})
    party = case.parties.get()
    papers = {"front": JPEG, "back": JPEG + b"2", "face": JPEG + b"3"}
    for method in ("three_element", "face", "manual"):
        with pytest.raises(StepOutOfOrder):
            identifying.submit_papers(party_id=party.id, method=method, papers=papers, ip=IP)


def test_definitions_of_before_keep_their_digest_and_new_ones_are_checked() -> None:
    older = content.product("medical")
    assert not {"identity", "willingness"} & set(older.model_dump(mode="json"))
    told = older.model_copy(update={"willingness": WillingnessRule(methods=["sms", "face"])}).model_dump(mode="json")
    assert digest(ProductDefinition.model_validate(told).model_dump(mode="json")) == digest(told)
    with pytest.raises(ValueError, match="needs the statement"):
        ProductDefinition.model_validate({**told, "willingness": {"methods": ["copied"]}})
    assert {one.value for one in CheckMethod} == set(IdentityRule.model_fields["methods"].annotation.__args__[0].__args__)  # type: ignore[union-attr]

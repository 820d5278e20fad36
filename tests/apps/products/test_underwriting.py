"""Judging by rules."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from vermilion.apps.products.checking import check_application
from vermilion.apps.products.underwriting import RuleOutcome, may_conclude, needed_authority, underwrite
from vermilion.cli.demo import content

TODAY = date(2026, 11, 22)


def judge(code: str = "critical_illness", *, yes: str = "", numbers: dict[str, str] | None = None, **plan: Any) -> RuleOutcome:
    definition = content.product(code)
    data = content.sample_application(code, today=TODAY)
    data["plan"].update(plan)
    data["disclosure"] = content.samples.answers(definition, yes={yes: "见病历说明"} if yes else None, numbers=numbers)
    return underwrite(definition, check_application(definition, data, today=TODAY).application, today=TODAY)


@pytest.mark.parametrize("code", content.PRODUCT_CODES)
def test_a_healthy_application_is_accepted_without_a_person(code: str) -> None:
    outcome = judge(code)
    assert (outcome.conclusion, outcome.hits, outcome.authority, outcome.loading_per_mille) == ("accept", (), None, 0)


@pytest.mark.parametrize("code", content.PRODUCT_CODES)
def test_every_yes_reaches_a_rule(code: str) -> None:
    for question in content.product(code).disclosure.questions:
        if question.kind == "yes_no" and question.id != "infant":
            assert judge(code, yes=question.id).hits, question.id


@pytest.mark.parametrize(
    ("yes", "suggested"),
    [("hypertension", "modified_terms"), ("organs", "ask_more"), ("family", "refer"), ("nervous", "postpone"), ("tumour", "decline")],
)
def test_hits_go_to_a_person_with_a_suggestion(yes: str, suggested: str) -> None:
    outcome = judge(yes=yes)
    assert (outcome.conclusion, outcome.suggested) == ("refer", suggested)
    assert outcome.authority == 1
    assert outcome.as_data()["hits"][0]["reason"]["zh"]


def test_a_loading_and_an_exclusion_are_suggested() -> None:
    assert judge(yes="hypertension").loading_per_mille == 250
    assert "甲状腺" in str(judge(yes="thyroid").hits[0].exclusion)
    assert judge(yes="hypertension", numbers={"height": "168", "weight": "60", "smoking": "40"}).loading_per_mille == 450


def test_an_automatic_rule_concludes_alone() -> None:
    outcome = judge("medical", yes="circulation")
    assert (outcome.conclusion, outcome.authority) == ("decline", None)


def test_the_worst_hit_decides_even_when_a_milder_one_is_automatic() -> None:
    definition = content.product("medical")
    data = content.sample_application("medical", today=TODAY)
    application = check_application(definition, data, today=TODAY).application
    answers = content.samples.answers(definition, yes={"thyroid": "二级结节", "hospital": "住院三天"})
    outcome = underwrite(definition, application, answers, today=TODAY)
    assert (outcome.conclusion, outcome.suggested) == ("refer", "ask_more")
    assert {hit.rule_id for hit in outcome.hits} == {"med.thyroid", "med.hospital"}


def test_body_mass_index_counts() -> None:
    assert [hit.rule_id for hit in judge(numbers={"height": "168", "weight": "91", "smoking": "0"}).hits] == ["ci.bmi_high"]
    assert [hit.rule_id for hit in judge(numbers={"height": "168", "weight": "45", "smoking": "0"}).hits] == ["ci.bmi_low"]


def test_above_the_automatic_limit_a_person_decides() -> None:
    outcome = judge(sum_insured="510000")
    assert (outcome.conclusion, outcome.suggested, outcome.above_automatic_limit, outcome.authority) == ("refer", "accept", True, 2)


def test_authority_limits() -> None:
    definition = content.product("critical_illness")
    levels = {member.username: member.underwriting_level for member in content.staff()}

    def may(who: str, amount: int, conclusion: str) -> bool:
        return may_conclude(definition, level=levels[who], sum_insured=amount, conclusion=conclusion)  # type: ignore[arg-type]

    assert may("underwriter", 50_000_000, "accept")
    assert not may("underwriter", 50_000_001, "accept")
    assert not may("underwriter", 10_000_000, "decline")
    assert may("senior", 100_000_000, "decline")
    assert not may("clerk", 1, "accept")
    assert needed_authority(definition, 10_000_000).level == 1
    assert needed_authority(definition, 10_000_000, "decline").level == 2
    assert needed_authority(definition, 10**12).level == 2


def test_a_group_is_judged_person_by_person() -> None:
    definition = content.product("group_accident")
    data = content.sample_application("group_accident", today=TODAY)
    data["insured"][3]["occupation"] = "0501"
    outcome = underwrite(definition, check_application(definition, data, today=TODAY).application, today=TODAY)
    assert [(hit.rule_id, hit.insured) for hit in outcome.hits] == [("ga.dangerous", 3)]

"""What the fields of an application say to each other."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from vermilion.apps.products import checking
from vermilion.apps.products.definition import ProductDefinition
from vermilion.apps.products.errors import ApplicationInvalid
from vermilion.cli.demo import content
from vermilion.cli.demo.content import people

TODAY = date(2026, 11, 22)


def check(code: str, data: dict[str, Any], **options: Any) -> checking.CheckedApplication:
    return checking.check_application(content.product(code), data, today=TODAY, **options)


def faults(code: str, data: dict[str, Any], **options: Any) -> dict[str, str]:
    with pytest.raises(ApplicationInvalid) as caught:
        check(code, data, **options)
    return {path: str(sentence) for path, sentence in caught.value.fields.items()}


def sample(code: str = "critical_illness", **options: Any) -> dict[str, Any]:
    return content.sample_application(code, today=TODAY, **options)


@pytest.mark.parametrize(
    ("code", "insured", "signers"),
    [
        ("critical_illness", "self", ("policyholder",)),
        ("critical_illness", "spouse", ("policyholder", "insured")),
        ("critical_illness", "parent", ("policyholder", "insured")),
        ("critical_illness", "child", ("policyholder",)),
        ("medical", "self", ("policyholder",)),
        ("medical", "child", ("policyholder",)),
        ("medical", "grandchild", ("policyholder", "guardian")),
        ("group_accident", "self", ("company_agent", "company")),
    ],
)
def test_the_samples_are_accepted_and_name_their_signers(code: str, insured: str, signers: tuple[str, ...]) -> None:
    for seed in (1, 2, 3):
        checked = check(code, sample(code, insured=insured, seed=seed))
        assert checked.signers == signers
        assert checked.quote.premium > 0


@pytest.mark.parametrize("code", content.PRODUCT_CODES)
def test_checking_twice_changes_nothing(code: str) -> None:
    once = check(code, sample(code))
    assert check(code, copy.deepcopy(once.application)) == once


def test_the_same_person_is_copied_to_the_insured() -> None:
    checked = check("critical_illness", sample())
    insured = checked.application["insured"][0]
    assert insured["same_as_policyholder"] is True
    assert insured["name"] == checked.application["policyholder"]["name"]


def test_birth_date_and_sex_come_from_the_id_number() -> None:
    data = sample()
    expected = (data["policyholder"].pop("birth_date"), data["policyholder"].pop("sex"))
    holder = check("critical_illness", data).application["policyholder"]
    assert (holder["birth_date"], holder["sex"]) == expected


def test_an_id_number_of_another_birth_date_or_sex_is_refused() -> None:
    data = sample()
    data["policyholder"]["birth_date"] = "1990-01-01"
    assert "出生日期" in faults("critical_illness", data)["policyholder.id_number"]
    data = sample()
    data["policyholder"]["sex"] = "male"
    assert "性别" in faults("critical_illness", data)["policyholder.id_number"]


def test_a_passport_needs_birth_date_and_sex() -> None:
    data = sample()
    data["policyholder"].update(id_type="passport", id_number="E12345678")
    del data["policyholder"]["birth_date"], data["policyholder"]["sex"]
    assert {"policyholder.birth_date", "policyholder.sex"} <= set(faults("critical_illness", data))


def test_an_adult_may_not_use_a_household_register() -> None:
    data = sample(insured="spouse")
    data["insured"][0]["id_type"] = "household_register"
    assert "insured.0.id_type" in faults("critical_illness", data)


def _with_age(person: dict[str, Any], age: int, days: int = 10) -> None:
    born = date(TODAY.year - age, TODAY.month, TODAY.day) - timedelta(days=days)
    person["birth_date"] = born.isoformat()
    person["id_number"] = people.id_number(birth_date=born, sex=person["sex"], sequence=7)


@pytest.mark.parametrize(("age", "where"), [(17, "policyholder.birth_date"), (71, "policyholder.birth_date")])
def test_the_policyholder_is_of_age(age: int, where: str) -> None:
    data = sample(insured="spouse")
    _with_age(data["policyholder"], age)
    assert where in faults("critical_illness", data)


def test_the_insured_is_within_the_ages_of_the_product() -> None:
    data = sample(insured="spouse")
    _with_age(data["insured"][0], 56)
    assert "55" in faults("critical_illness", data)["insured.0.birth_date"]
    data = sample(insured="child")
    _with_age(data["insured"][0], 0, days=27)
    assert "28" in faults("critical_illness", data)["insured.0.birth_date"]
    _with_age(data["insured"][0], 0, days=28)
    data["disclosure"] = content.samples.answers(
        content.product("critical_illness"), numbers={"height": "52", "weight": "4", "smoking": "0"}
    )
    assert check("critical_illness", data).quote.premium > 0


def test_a_minor_is_insured_by_a_parent_only() -> None:
    data = sample(insured="child")
    data["insured"][0]["relation"] = "spouse"
    assert "insured.0.relation" in faults("critical_illness", data)
    data = sample(insured="child")
    data["insured"][0]["relation"] = "grandchild"  # offered by the medical product only
    assert "insured.0.relation" in faults("critical_illness", data)


def test_a_child_is_younger_and_a_parent_older() -> None:
    data = sample(insured="child")
    _with_age(data["insured"][0], 40)
    assert "关系" in faults("critical_illness", data)["insured.0.relation"]
    data = sample(insured="parent")
    _with_age(data["insured"][0], 20)
    assert "关系" in faults("critical_illness", data)["insured.0.relation"]


def test_a_grandchild_needs_a_guardian_who_is_somebody_else() -> None:
    data = sample("medical", insured="grandchild")
    guardian = data.pop("guardian")
    assert "guardian.name" in faults("medical", data)
    holder = data["policyholder"]
    data["guardian"] = {**guardian, "id_number": holder["id_number"], "birth_date": holder["birth_date"], "sex": holder["sex"]}
    assert "guardian.id_number" in faults("medical", data)


def test_an_insured_who_is_the_policyholder_is_told_to_say_so() -> None:
    data = sample(insured="spouse")
    data["insured"][0].update({key: data["policyholder"][key] for key in ("name", "id_number", "birth_date", "sex")})
    assert "本人" in faults("critical_illness", data)["insured.0.id_number"]


@pytest.mark.parametrize("who", ["policyholder", "insured.0", "policyholder.company.agent"])
def test_nobody_uses_the_salespersons_phone(who: str) -> None:
    code = "group_accident" if "agent" in who else "critical_illness"
    data = sample(code, insured="spouse")
    phone = checking.check_application(content.product(code), data, today=TODAY).application
    for part in who.split("."):
        phone = phone[int(part)] if part.isdigit() else phone[part]
    said = faults(code, data, forbidden_phones={phone["phone"]}, forbidden_id_numbers={phone["id_number"]})
    assert "销售人员" in said[f"{who}.phone"]
    assert "销售人员" in said[f"{who}.id_number"]


def test_each_signer_has_a_phone_of_her_own_but_a_minor_may_share() -> None:
    data = sample(insured="spouse")
    data["insured"][0]["phone"] = "+86 " + data["policyholder"]["phone"]
    assert "insured.0.phone" in faults("critical_illness", data)
    data = sample(insured="child")
    assert data["insured"][0]["phone"] == data["policyholder"]["phone"]
    check("critical_illness", data)
    data = sample("medical", insured="grandchild")
    data["guardian"]["phone"] = data["policyholder"]["phone"]
    assert "guardian.phone" in faults("medical", data)


def test_the_account_is_the_policyholders_own() -> None:
    data = sample()
    data["account"]["owner"] = "宋晓棠"
    assert "投保人本人" in faults("critical_illness", data)["account.owner"]


@pytest.mark.parametrize("amount", ["99999", "100001", "105000", "1010000", 0, 10_000_001, "0"])
def test_sums_outside_the_plan_are_refused(amount: object) -> None:
    data = sample()
    data["plan"]["sum_insured"] = amount
    assert "plan.sum_insured" in faults("critical_illness", data)


@pytest.mark.parametrize("amount", ["100000", "1,000,000", "500000.00", 10_000_000])
def test_sums_of_the_plan_are_accepted(amount: object) -> None:
    data = sample()
    data["plan"]["sum_insured"] = amount
    assert check("critical_illness", data).quote.sum_insured % 1_000_000 == 0


@pytest.mark.parametrize("amount", [None, 1_00, 99_999_999_00])
def test_a_wrong_sum_is_told_together_with_the_missing_plan(amount: object) -> None:
    data = sample()
    del data["plan"]["code"]
    data["plan"]["sum_insured"] = amount
    assert {"plan.code", "plan.sum_insured"} <= set(faults("critical_illness", data))


def test_a_plan_that_fixes_the_sum_asks_for_none(group: ProductDefinition) -> None:
    data = sample("group_accident")
    del data["plan"]["code"]
    assert [path for path in faults("group_accident", data) if path.startswith("plan.")] == ["plan.code"]


def test_a_fixed_sum_cannot_be_changed() -> None:
    data = sample("medical")
    data["plan"]["sum_insured"] = 900_000_000
    assert check("medical", data).quote.sum_insured == 200_000_000


def test_payment_must_end_before_the_last_age() -> None:
    data = sample(insured="parent")
    data["plan"]["payment_term"] = "20"
    assert "70" in faults("critical_illness", data)["plan.payment_term"]


Change = Callable[[list[dict[str, Any]]], None]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda b: b[0].update(share=50), "beneficiaries"),
        (lambda b: b[0].update(share=100, order=2), "beneficiaries"),
        (lambda b: b[0].update(order=2), "beneficiaries"),
        (lambda b: b[0].update(order=3, share=100) or b[1].update(share=100), "beneficiaries"),
        (lambda b: b[0].update(type="statutory"), "beneficiaries"),
        (lambda b: b[0].update(share=0), "beneficiaries.0.share"),
        (lambda b: b[0].update(b[1], share=60), "beneficiaries.1.id_number"),
        (lambda b: b.extend([b[0]] * 4), "beneficiaries"),
    ],
)
def test_beneficiaries_that_do_not_add_up(change: Change, path: str) -> None:
    data = sample()
    change(data["beneficiaries"])
    assert path in faults("critical_illness", data)


def test_beneficiaries_by_order_and_statutory_ones() -> None:
    data = sample()
    data["beneficiaries"][0].update(order=1, share=100)
    data["beneficiaries"][1].update(order=2, share=100)
    check("critical_illness", data)
    data["beneficiaries"] = [{"type": "statutory", "name": "张三"}]
    assert check("critical_illness", data).application["beneficiaries"] == [{"type": "statutory"}]


def test_the_insured_is_not_her_own_beneficiary() -> None:
    data = sample()
    holder = data["policyholder"]
    data["beneficiaries"][0].update({key: holder[key] for key in ("name", "id_number", "birth_date", "sex")})
    assert "beneficiaries.0.id_number" in faults("critical_illness", data)


def test_a_dangerous_occupation_is_refused() -> None:
    data = sample()
    data["policyholder"]["occupation"] = "0701"
    assert "职业" in faults("critical_illness", data)["policyholder.occupation"]


@pytest.mark.parametrize("days", [0, -1, 61])
def test_a_group_starts_within_sixty_days(days: int) -> None:
    data = sample("group_accident")
    data["plan"]["start"] = (TODAY + timedelta(days=days)).isoformat()
    assert "plan.start" in faults("group_accident", data)


def test_a_group_has_five_to_five_hundred_different_persons() -> None:
    assert "insured" in faults("group_accident", sample("group_accident", count=4))
    data = sample("group_accident")
    data["insured"] = []
    assert "insured" in faults("group_accident", data)
    data = sample("group_accident")
    data["insured"][5] = dict(data["insured"][2])
    assert "第 3 位" in faults("group_accident", data)["insured.5.id_number"]
    big = sample("group_accident", count=501)
    assert "500" in faults("group_accident", big)["insured"]


def test_the_authorised_person_may_be_on_the_list() -> None:
    data = sample("group_accident")
    agent = data["policyholder"]["company"]["agent"]
    data["insured"][0].update({key: agent[key] for key in ("name", "id_number", "birth_date", "sex", "phone")})
    checked = check("group_accident", data)
    assert checked.application["policyholder"]["phone"] == agent["phone"]


def test_characters_without_a_glyph_are_named_with_their_field() -> None:
    data = sample(insured="spouse")
    data["insured"][0]["name"] = "王𬎆"
    said = faults("critical_illness", data, missing_characters=lambda text: [char for char in text if char == "𬎆"])
    assert set(said) == {"insured.0.name"}
    assert "𬎆" in said["insured.0.name"]


class TestDisclosure:
    def test_every_question_must_be_answered(self, critical: ProductDefinition) -> None:
        data = sample()
        del data["disclosure"][3]
        assert set(faults("critical_illness", data)) == {"disclosure.3.answer"}

    def test_without_it_the_form_alone_is_checked(self) -> None:
        data = sample()
        del data["disclosure"]
        assert "disclosure" not in check("critical_illness", data, with_disclosure=False).application

    def test_yes_needs_an_explanation(self) -> None:
        data = sample()
        data["disclosure"][3].update(answer="yes", detail=" ")
        assert set(faults("critical_illness", data)) == {"disclosure.3.detail"}

    @pytest.mark.parametrize("answer", ["maybe", True, 1, ["yes"], "YES"])
    def test_only_yes_or_no(self, answer: object) -> None:
        data = sample()
        data["disclosure"][3]["answer"] = answer
        assert set(faults("critical_illness", data)) == {"disclosure.3.answer"}

    @pytest.mark.parametrize("answer", ["tall", "0", "1000", "1.7"])
    def test_numbers_are_within_reason(self, answer: str) -> None:
        data = sample()
        data["disclosure"][0]["answer"] = answer
        assert set(faults("critical_illness", data)) == {"disclosure.0.answer"}

    def test_an_older_wording_is_not_an_answer(self) -> None:
        data = sample()
        data["disclosure"][3]["version"] = "2025-9"
        assert "更新" in faults("critical_illness", data)["disclosure.3.answer"]

    def test_strange_and_double_answers_are_refused(self) -> None:
        data = sample()
        data["disclosure"].append({"id": "zodiac", "version": "1", "answer": "no"})
        assert "disclosure" in faults("critical_illness", data)
        data = sample()
        data["disclosure"].append(dict(data["disclosure"][0]))
        assert "disclosure" in faults("critical_illness", data)

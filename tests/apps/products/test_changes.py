"""Changes after issue, by the product's servicing rules."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from vermilion.apps.products import changes
from vermilion.apps.products.checking import check_application
from vermilion.apps.products.errors import ApplicationInvalid, ChangeNotAllowed
from vermilion.apps.products.rules import ServicingRule
from vermilion.cli.demo import content

TODAY = date(2026, 11, 22)


def application(code: str = "critical_illness", **options: Any) -> dict[str, Any]:
    data = content.sample_application(code, today=TODAY, **options)
    return check_application(content.product(code), data, today=TODAY).application


def change(data: dict[str, Any], values: dict[str, Any], code: str = "critical_illness", **options: Any) -> dict[str, Any]:
    return changes.change_fields(content.product(code), data, kind="change_contact", changes=values, today=TODAY, **options)


def test_a_new_address_reaches_every_copy_and_leaves_the_old_data_alone() -> None:
    before = application()
    kept = copy.deepcopy(before)
    after = change(before, {"policyholder.address": "四川省成都市高新区示例路 1 号"})
    assert before == kept
    assert after["policyholder"]["address"] == after["insured"][0]["address"] == "四川省成都市高新区示例路 1 号"
    del after["policyholder"]["address"], after["insured"][0]["address"], kept["policyholder"]["address"], kept["insured"][0]["address"]
    assert after == kept


def test_another_insured_keeps_her_own_address() -> None:
    before = application(insured="spouse")
    after = change(before, {"policyholder.address": "四川省成都市高新区示例路 1 号"})
    assert after["insured"] == before["insured"]


def test_an_e_mail_may_be_taken_away() -> None:
    assert "email" not in change(application(), {"policyholder.email": ""})["policyholder"]


@pytest.mark.parametrize(
    "path",
    ["policyholder.name", "policyholder.id_number", "plan.sum_insured", "account.number", "insured.0.name", "policyholder", "", "x.y"],
)
def test_nothing_else_changes_that_way(path: str) -> None:
    with pytest.raises(ChangeNotAllowed):
        change(application(), {path: "王小明"})


def test_bad_values_and_no_change_are_refused() -> None:
    data = application()
    with pytest.raises(ApplicationInvalid) as caught:
        change(data, {"policyholder.phone": "123", "policyholder.address": "上海"})
    assert set(caught.value.fields) == {"policyholder.phone", "policyholder.address"}
    with pytest.raises(ChangeNotAllowed):
        change(data, {"policyholder.phone": data["policyholder"]["phone"]})


def test_the_new_phone_is_nobody_elses() -> None:
    data = application(insured="spouse")
    for phone in (data["insured"][0]["phone"], "19900000011"):
        with pytest.raises(ApplicationInvalid):
            change(data, {"policyholder.phone": phone}, forbidden_phones={"19900000011"})


def test_a_company_is_reached_through_its_new_phone() -> None:
    after = change(application("group_accident"), {"policyholder.company.agent.phone": "19900019999"}, code="group_accident")
    assert after["policyholder"]["phone"] == "19900019999"


def test_characters_without_a_glyph_are_named() -> None:
    with pytest.raises(ApplicationInvalid) as caught:
        change(
            application(),
            {"policyholder.address": "四川省成都市龘龘路 1 号"},
            missing_characters=lambda text: ["龘"] if "龘" in text else [],
        )
    assert "龘" in str(caught.value.fields["policyholder.address"])


class TestAddedPersons:
    definition = content.product("group_accident")

    def people(self, count: int = 3, seed: int = 5) -> list[dict[str, Any]]:
        return content.samples.insured_list(seed=seed, count=count, today=TODAY)

    def test_they_are_checked_and_priced_by_the_day(self) -> None:
        before = application("group_accident")
        added = changes.check_added_insured(self.definition, before, self.people(), today=TODAY)
        assert [person["relation"] for person in added] == ["employee"] * 3
        start, end = date(2026, 11, 29), date(2027, 11, 28)
        due, yearly = changes.quote_addition(
            self.definition, before, added, today=TODAY, cover_start=start, cover_end=end, effective=date(2027, 5, 31)
        )
        assert due == (2 * yearly.annual_premium * 182 + 365) // 730

    def test_long_after_the_start_they_can_still_be_added(self) -> None:
        later = date(2027, 6, 1)
        assert len(changes.check_added_insured(self.definition, application("group_accident"), self.people(), today=later)) == 3

    def test_faults_are_counted_within_the_added_persons(self) -> None:
        added = self.people()
        added[1]["id_number"] = "123"
        added[2]["occupation"] = "0702"
        with pytest.raises(ApplicationInvalid) as caught:
            changes.check_added_insured(self.definition, application("group_accident"), added, today=TODAY)
        assert set(caught.value.fields) == {"insured.1.id_number", "insured.2.occupation"}

    def test_nobody_is_added_twice(self) -> None:
        before = application("group_accident")
        with pytest.raises(ApplicationInvalid) as caught:
            changes.check_added_insured(self.definition, before, [before["insured"][2]], today=TODAY)
        assert set(caught.value.fields) == {"insured.0.id_number"}

    def test_nobody_and_too_many_are_refused(self) -> None:
        before = application("group_accident")
        for added in ([], self.people(count=493)):
            with pytest.raises(ApplicationInvalid) as caught:
                changes.check_added_insured(self.definition, before, added, today=TODAY)
            assert set(caught.value.fields) == {"insured"}

    def test_a_group_that_has_become_too_small_grows_by_one(self) -> None:
        left = application("group_accident")
        left["insured"] = left["insured"][:2]
        assert len(changes.check_added_insured(self.definition, left, self.people(count=1), today=TODAY)) == 1

    def test_a_day_outside_the_cover_is_refused(self) -> None:
        before = application("group_accident")
        with pytest.raises(ApplicationInvalid):
            changes.quote_addition(
                self.definition,
                before,
                before["insured"],
                today=TODAY,
                cover_start=date(2026, 11, 29),
                cover_end=date(2027, 11, 28),
                effective=date(2027, 11, 29),
            )

    def test_only_group_products_add_persons(self) -> None:
        with pytest.raises(ChangeNotAllowed):
            changes.check_added_insured(content.product("medical"), application("medical"), self.people(), today=TODAY)


@pytest.mark.parametrize("premium", ["pro_rata", "refund_full", "refund_cash_value"])
def test_taking_people_off_returns_what_is_not_earned_or_nothing(premium: str) -> None:
    rule = content.product("group_accident").servicing_rule("remove_insured")
    assert rule
    with pytest.raises(ValidationError, match="taking people off returns"):
        ServicingRule.model_validate({**rule.model_dump(), "premium": premium})

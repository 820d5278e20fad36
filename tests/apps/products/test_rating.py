"""Premiums and cash values."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vermilion.apps.products import rating
from vermilion.apps.products.checking import check_application
from vermilion.apps.products.errors import ApplicationInvalid
from vermilion.cli.demo import content

TODAY = date(2026, 11, 22)
CRITICAL = content.product("critical_illness")
SAMPLE = check_application(CRITICAL, content.sample_application("critical_illness", today=TODAY), today=TODAY).application


def critical(**changes: Any) -> dict[str, Any]:
    """Return the sample with age, sex and plan changed, without checking it again."""
    data = copy.deepcopy(SAMPLE)
    age = changes.pop("age", 36)
    data["insured"][0]["birth_date"] = f"{TODAY.year - age}-01-02"
    data["insured"][0]["sex"] = changes.pop("sex", "female")
    data["plan"].update(changes)
    return data


def yearly(**changes: Any) -> int:
    return rating.quote(CRITICAL, critical(**changes), today=TODAY).annual_premium


def test_a_known_price() -> None:
    # 500,000 yuan of main cover and 300,000 yuan of moderate illness, each by its rate per 1,000 yuan.
    price = rating.quote(CRITICAL, critical(), today=TODAY)
    rates = {table.key: table.rates["36|female|20"] for table in CRITICAL.rates}
    assert [line.annual_premium for line in price.lines] == [500 * rates["main"], 300 * rates["plus"]]
    assert price.premium == price.annual_premium == sum(line.annual_premium for line in price.lines)
    assert (price.currency, price.instalments, price.sum_insured) == ("CNY", 20, 50_000_000)


def test_monthly_instalments_cost_a_little_more() -> None:
    monthly = rating.quote(CRITICAL, critical(payment_mode="monthly"), today=TODAY)
    assert monthly.instalments == 240
    assert monthly.premium == (monthly.annual_premium * 88 + 500) // 1000
    assert monthly.premium * 12 > monthly.annual_premium


ages = st.integers(0, 54)
sexes = st.sampled_from(["male", "female"])
terms = st.sampled_from(["10", "15", "20"])
sums = st.integers(10, 99).map(lambda ten_thousands: ten_thousands * 1_000_000)


@given(ages, sexes, terms, sums)
def test_older_costs_more(age: int, sex: str, term: str, amount: int) -> None:
    assert yearly(age=age, sex=sex, payment_term=term, sum_insured=amount) < yearly(
        age=age + 1, sex=sex, payment_term=term, sum_insured=amount
    )


@given(ages, sexes, terms, sums)
def test_more_cover_costs_more_in_proportion(age: int, sex: str, term: str, amount: int) -> None:
    less = yearly(age=age, sex=sex, payment_term=term, sum_insured=amount)
    more = yearly(age=age, sex=sex, payment_term=term, sum_insured=amount + 1_000_000)
    assert more > less
    assert more * amount == less * (amount + 1_000_000)


@given(ages, sexes, sums)
def test_fewer_years_cost_more_a_year_and_less_in_all(age: int, sex: str, amount: int) -> None:
    ten, twenty = (yearly(age=age, sex=sex, payment_term=term, sum_insured=amount) for term in ("10", "20"))
    assert ten > twenty
    assert ten * 10 < twenty * 20


@given(ages, sexes, terms, sums)
def test_the_plus_plan_costs_more(age: int, sex: str, term: str, amount: int) -> None:
    options = {"age": age, "sex": sex, "payment_term": term, "sum_insured": amount}
    assert yearly(code="plus", **options) > yearly(code="standard", **options)


@given(st.integers(0, 3000))
def test_a_loading_never_lowers_a_premium(loading: int) -> None:
    plain = rating.quote(CRITICAL, critical(), today=TODAY)
    loaded = rating.quote(CRITICAL, critical(), today=TODAY, loading_per_mille=loading)
    assert plain.annual_premium <= loaded.annual_premium
    assert abs(loaded.annual_premium - plain.annual_premium * (1000 + loading) / 1000) <= len(plain.lines)


@given(ages, sexes, terms, sums)
def test_cash_values_grow_and_never_pass_the_sum(age: int, sex: str, term: str, amount: int) -> None:
    rows = rating.cash_value_table(CRITICAL, critical(age=age, sex=sex, payment_term=term, sum_insured=amount), today=TODAY)
    values = [row.cash_value for row in rows]
    assert values == sorted(values)
    assert values[-1] <= amount
    assert values[0] < rows[0].premiums_paid
    assert [row.policy_year for row in rows] == list(range(1, rating.LAST_AGE - age + 1))
    assert rows[-1].age == rating.LAST_AGE


def value_on(ended: date, start: date = date(2026, 11, 23)) -> int:
    return rating.cash_value_on(CRITICAL, critical(), priced_on=TODAY, cover_start=start, ended=ended)


def test_within_a_year_the_cash_value_grows_by_the_day() -> None:
    rows = rating.cash_value_table(CRITICAL, critical(), today=TODAY)
    assert value_on(date(2026, 11, 22)) == value_on(date(2026, 11, 23)) == 0
    assert value_on(date(2027, 11, 23)) == rows[0].cash_value
    assert value_on(date(2027, 5, 23)) == rows[0].cash_value * 181 // 365
    assert value_on(date(2028, 11, 23)) == rows[1].cash_value
    assert value_on(date(2200, 1, 1)) == rows[-1].cash_value


def test_a_contract_of_a_leap_day_has_anniversaries() -> None:
    rows = rating.cash_value_table(CRITICAL, critical(), today=TODAY)
    assert value_on(date(2029, 3, 1), start=date(2028, 2, 29)) == rows[0].cash_value


@given(st.dates(min_value=date(2026, 11, 23), max_value=date(2090, 1, 1)))
def test_one_more_day_never_costs_cash_value(day: date) -> None:
    assert value_on(day) <= value_on(date.fromordinal(day.toordinal() + 1))


def test_a_loading_has_no_cash_value() -> None:
    data = critical()
    assert rating.cash_value_table(CRITICAL, data, today=TODAY)[0].premiums_paid == rating.quote(CRITICAL, data, today=TODAY).annual_premium


def test_no_rate_no_price() -> None:
    with pytest.raises(ApplicationInvalid) as caught:
        rating.quote(CRITICAL, critical(age=56), today=TODAY)
    assert "insured.0.birth_date" in caught.value.fields


def test_an_unknown_way_of_paying_has_no_price() -> None:
    with pytest.raises(ApplicationInvalid):
        rating.quote(CRITICAL, critical(payment_mode="weekly"), today=TODAY)


@pytest.mark.parametrize("code", content.PRODUCT_CODES)
def test_every_age_the_product_takes_has_a_rate(code: str) -> None:
    definition = content.product(code)
    data = content.sample_application(code, today=TODAY)
    application = check_application(definition, data, today=TODAY).application
    for age in range(definition.ages.insured_min, definition.ages.insured_max + 1):
        for plan in definition.plans:
            for sex in ("male", "female"):
                application["insured"][0].update(birth_date=f"{TODAY.year - age}-01-02", sex=sex)
                application["plan"].update(code=plan.code, sum_insured=(plan.sums or [plan.sum_min])[0])
                assert rating.quote(definition, application, today=TODAY).premium > 0


def test_a_group_is_the_sum_of_its_persons() -> None:
    definition = content.product("group_accident")
    data = content.sample_application("group_accident", count=20, today=TODAY)
    application = check_application(definition, data, today=TODAY).application
    price = rating.quote(definition, application, today=TODAY)
    alone = [
        rating.quote(definition, {**application, "insured": [person]}, today=TODAY).annual_premium for person in application["insured"]
    ]
    assert price.annual_premium == sum(alone)
    assert {line.insured for line in price.lines} == set(range(20))


def test_a_riskier_occupation_costs_more() -> None:
    definition = content.product("group_accident")
    application = check_application(definition, content.sample_application("group_accident", today=TODAY), today=TODAY).application
    one = application["insured"][0]
    prices = [
        rating.quote(definition, {**application, "insured": [{**one, "occupation": code}]}, today=TODAY).annual_premium
        for code in ("0101", "0201", "0301", "0401", "0501", "0601")
    ]
    assert prices == sorted(set(prices))


def test_the_coverage_schedule_has_a_sum_for_each_benefit() -> None:
    lines = {line.key: line.sum_insured for line in rating.coverage_schedule(CRITICAL, critical())}
    assert lines == {"critical": 50_000_000, "moderate": 30_000_000, "minor": 15_000_000, "death": 50_000_000}


START, END = date(2026, 12, 1), date(2027, 11, 30)


@pytest.mark.parametrize(
    ("effective", "expected"), [(START, 36500), (date(2027, 11, 30), 100), (date(2027, 12, 1), 0), (date(2026, 1, 1), 36500)]
)
def test_added_persons_pay_by_the_day(effective: date, expected: int) -> None:
    assert rating.pro_rata(36500, cover_start=START, cover_end=END, effective=effective) == expected


@given(st.integers(1, 10**9), st.dates(min_value=START, max_value=END))
def test_unearned_premium_is_never_more_than_was_paid(premium: int, ended: date) -> None:
    group = content.product("group_accident")
    back = rating.surrender_value_unearned(group, premium, cover_start=START, cover_end=END, ended=ended)
    assert 0 <= back <= premium * 3 // 4 + 1
    assert rating.surrender_value_unearned(group, premium, cover_start=START, cover_end=END, ended=date(2026, 11, 30)) == premium


@given(st.integers(0, 10**15), st.integers(1, 10**6))
def test_division_rounds_half_up(numerator: int, denominator: int) -> None:
    quotient = rating.divide(numerator, denominator)
    assert -denominator <= 2 * (numerator - quotient * denominator) < denominator
    assert (rating.divide(1, 2), rating.divide(2, 5), rating.divide(3, 5)) == (1, 0, 1)


@pytest.mark.parametrize(
    ("start", "mode", "years", "today", "due"),
    [
        ("2026-11-27", "annual", 20, "2026-11-27", "2027-11-27"),
        ("2026-11-27", "annual", 20, "2027-11-27", "2027-11-27"),
        ("2026-11-27", "annual", 20, "2027-11-28", "2028-11-27"),
        ("2026-11-27", "annual", 20, "2045-11-27", "2045-11-27"),
        ("2026-11-27", "annual", 20, "2045-11-28", None),  # the twentieth was the last
        ("2028-02-29", "annual", 10, "2028-03-01", "2029-02-28"),
        ("2027-01-31", "monthly", 10, "2027-02-01", "2027-02-28"),
        ("2027-01-31", "monthly", 10, "2027-03-01", "2027-03-31"),
        ("2027-01-31", "monthly", 10, "2036-12-31", "2036-12-31"),
        ("2027-01-31", "monthly", 10, "2037-01-01", None),
        ("2026-11-27", "single", 1, "2026-11-27", None),
    ],
)
def test_when_the_next_instalment_is_due(start: str, mode: str, years: int, today: str, due: str | None) -> None:
    found = rating.next_due(date.fromisoformat(start), payment_mode=mode, payment_years=years, today=date.fromisoformat(today))
    assert (found and found.isoformat()) == due

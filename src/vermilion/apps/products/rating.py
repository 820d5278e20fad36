"""Premiums, coverage schedules and cash values in integer fen. The same input gives the same figures on every machine."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from vermilion.base.validation import age_on

from .definition import Coverage, ModeFactor, Plan, ProductDefinition
from .errors import ApplicationInvalid
from .facts import Facts, application_facts, insured_facts
from .wording import Text

PER_MILLE = 1000
#: Cash values are shown up to this age of the insured.
LAST_AGE = 105


@dataclass(frozen=True)
class QuoteLine:
    """The annual premium of one coverage for one insured person (``insured`` counts from 0)."""

    insured: int
    coverage: str
    label: Text
    sum_insured: int
    annual_premium: int


@dataclass(frozen=True)
class Quote:
    """A price: ``premium`` is what is due now (the first instalment), everything in fen of ``currency``."""

    premium: int
    annual_premium: int
    instalments: int
    payment_mode: str
    payment_term: str
    sum_insured: int
    currency: str
    lines: tuple[QuoteLine, ...]
    loading_per_mille: int = 0

    def as_data(self) -> dict[str, Any]:
        """Return the quote as JSON types."""
        return {
            "premium": self.premium,
            "annual_premium": self.annual_premium,
            "instalments": self.instalments,
            "payment_mode": self.payment_mode,
            "payment_term": self.payment_term,
            "sum_insured": self.sum_insured,
            "currency": self.currency,
            "loading_per_mille": self.loading_per_mille,
            "lines": [
                {
                    "insured": line.insured,
                    "coverage": line.coverage,
                    "label": line.label.model_dump(),
                    "sum_insured": line.sum_insured,
                    "annual_premium": line.annual_premium,
                }
                for line in self.lines
            ],
        }


@dataclass(frozen=True)
class CoverageLine:
    """One row of the coverage schedule that application, policy and certificate print."""

    key: str
    name: Text
    description: Text
    sum_insured: int
    unit: Text | None
    deductible: Text | None
    ratio: Text | None


@dataclass(frozen=True)
class CashValueRow:
    """End of one policy year: premiums paid so far and the cash value then, in fen."""

    policy_year: int
    age: int
    premiums_paid: int
    cash_value: int


def divide(numerator: int, denominator: int) -> int:
    """Return the quotient of two non-negative integers rounded half up: the one rounding rule of all money here."""
    return (2 * numerator + denominator) // (2 * denominator)


def coverage_sum(coverage: Coverage, sum_insured: int) -> int:
    """Return the sum of a coverage in fen."""
    if coverage.amount is not None:
        return coverage.amount
    return divide(sum_insured * (coverage.per_mille or 0), PER_MILLE)


def coverage_schedule(definition: ProductDefinition, application: dict[str, Any]) -> list[CoverageLine]:
    """Return the coverages of the chosen plan with their sums per insured person."""
    plan, sum_insured = _plan(definition, application)
    return [
        CoverageLine(item.key, item.name, item.description, coverage_sum(item, sum_insured), item.unit, item.deductible, item.ratio)
        for item in plan.coverages
    ]


def quote(definition: ProductDefinition, application: dict[str, Any], *, today: date, loading_per_mille: int = 0) -> Quote:
    """Return the price of a canonical application; ages count on ``today``. ``loading_per_mille`` is an agreed extra premium.

    Raises ApplicationInvalid when a table has no rate for a person, so that nobody is insured at a price nobody set.
    """
    plan, sum_insured = _plan(definition, application)
    chosen = application["plan"]
    mode = payment_mode(definition, chosen["payment_mode"])
    common = application_facts(application, today=today)
    lines: list[QuoteLine] = []
    for index, person in enumerate(application["insured"]):
        facts = insured_facts(definition, person, common, today=today)
        for coverage in plan.coverages:
            if coverage.rate_table is None:
                continue
            amount = coverage_sum(coverage, sum_insured)
            annual = _annual_premium(definition, coverage, amount, facts, index)
            loaded = annual + divide(annual * loading_per_mille, PER_MILLE)
            lines.append(QuoteLine(index, coverage.key, coverage.name, amount, loaded))
    annual_total = sum(line.annual_premium for line in lines)
    return Quote(
        premium=divide(annual_total * mode.per_mille, PER_MILLE),
        annual_premium=annual_total,
        instalments=mode.instalments_a_year * int(chosen["payment_term"]),
        payment_mode=mode.mode,
        payment_term=chosen["payment_term"],
        sum_insured=sum_insured,
        currency=definition.payment.currency,
        lines=tuple(lines),
        loading_per_mille=loading_per_mille,
    )


def payment_mode(definition: ProductDefinition, mode: str) -> ModeFactor:
    """Return the payment mode's factor. Raises ApplicationInvalid when the product does not offer it."""
    for factor in definition.payment.modes:
        if factor.mode == mode:
            return factor
    raise ApplicationInvalid(fields={"plan.payment_mode": _("本产品没有这种交费方式。")})


def pro_rata(premium: int, *, cover_start: date, cover_end: date, effective: date) -> int:
    """Return the part of an annual premium for the days from ``effective`` to ``cover_end``, both included (for added persons)."""
    days = (cover_end - cover_start).days + 1
    left = (cover_end - max(effective, cover_start)).days + 1
    return divide(premium * max(left, 0), days)


def surrender_value_unearned(definition: ProductDefinition, premium: int, *, cover_start: date, cover_end: date, ended: date) -> int:
    """Return what a one-year contract pays back when it ends on ``ended``: premium less the retained part, for the days left."""
    after_cost = divide(premium * (PER_MILLE - definition.cash_values.retained_per_mille), PER_MILLE)
    if ended < cover_start:
        return premium
    days = (cover_end - cover_start).days + 1
    return after_cost * max((cover_end - ended).days, 0) // days


def cash_value_table(definition: ProductDefinition, application: dict[str, Any], *, today: date) -> list[CashValueRow]:
    """Return the cash value at the end of each policy year; empty for one-year products, whose rule is ``unearned``.

    A loading for risk buys no cash value, so the standard premium is the base.
    """
    if definition.cash_values.kind != "schedule":
        return []
    price = quote(definition, application, today=today)
    common = application_facts(application, today=today)
    age = int(insured_facts(definition, application["insured"][0], common, today=today)["age"])
    years = int(price.payment_term)
    rows: list[CashValueRow] = []
    for year, per_mille in enumerate(definition.cash_values.schedule[price.payment_term], start=1):
        if age + year > LAST_AGE:
            break
        paid = price.annual_premium * min(year, years)
        rows.append(CashValueRow(year, age + year, paid, min(paid * per_mille // PER_MILLE, price.sum_insured)))
    return rows


def cash_value_on(definition: ProductDefinition, application: dict[str, Any], *, priced_on: date, cover_start: date, ended: date) -> int:
    """Return the cash value in fen of a contract with a schedule that ends on ``ended``: between two year ends, by the days gone by.

    ``priced_on`` is the day whose ages made the premium. Before the start and for one-year products it is 0.
    """
    rows = cash_value_table(definition, application, today=priced_on)
    if not rows or ended < cover_start:
        return 0
    years = age_on(cover_start, ended)  # full years since the start, as full years of age are counted
    if years >= len(rows):
        return rows[-1].cash_value
    began = rows[years - 1].cash_value if years else 0
    days = (ended - _anniversary(cover_start, years)).days
    length = (_anniversary(cover_start, years + 1) - _anniversary(cover_start, years)).days
    return began + (rows[years].cash_value - began) * days // length


def next_due(start: date, *, payment_mode: str, payment_years: int, today: date) -> date | None:
    """Return the day on which the next instalment is due, ``today`` included; None when there is none after the first.

    Instalments fall due on the anniversaries, or monthly days, of the day on which the cover starts (the policy's effective date).
    """
    months = 1 if payment_mode == "monthly" else 12
    for instalment in range(1, payment_years * 12 // months):
        due = _months_later(start, instalment * months)
        if due >= today:
            return due
    return None


def _months_later(start: date, months: int) -> date:
    year, month = divmod(start.month - 1 + months, 12)
    # A day that the month does not have is due on its last one.
    return date(start.year + year, month + 1, min(start.day, calendar.monthrange(start.year + year, month + 1)[1]))


def _anniversary(start: date, years: int) -> date:
    try:
        return start.replace(year=start.year + years)
    except ValueError:  # 29 February in a common year
        return date(start.year + years, 3, 1)


def _plan(definition: ProductDefinition, application: dict[str, Any]) -> tuple[Plan, int]:
    try:
        chosen = application["plan"]
        return definition.plan(chosen["code"]), int(chosen["sum_insured"])
    except (KeyError, TypeError, ValueError):
        raise ApplicationInvalid(fields={"plan.code": _("请选择保障计划和保险金额。")}) from None


def _annual_premium(definition: ProductDefinition, coverage: Coverage, amount: int, facts: Facts, index: int) -> int:
    table = definition.rate_table(coverage.rate_table or "")
    rate = table.rate(facts)
    if rate is None:
        raise ApplicationInvalid(
            fields={f"insured.{index}.birth_date": _("按所填年龄、性别、职业和交费期间，本产品没有对应的费率，暂不能投保。")}
        )
    return divide(rate * amount, table.per) if table.per else rate

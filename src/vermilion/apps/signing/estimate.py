"""Prices that are shown before the application is complete. They bind nobody; ``check_form`` gives the price that does."""

from __future__ import annotations

from datetime import date
from typing import Any

from vermilion.apps.cases.models import Case
from vermilion.apps.products import rating
from vermilion.apps.products.definition import ProductDefinition
from vermilion.apps.products.errors import ApplicationInvalid
from vermilion.apps.products.form_check import check_form
from vermilion.apps.products.people_check import check_insured
from vermilion.apps.products.rating import Quote
from vermilion.base import clock

EXAMPLE_AGE = 30


def estimate(case: Case, data: dict[str, Any]) -> Quote | None:
    """Return the price of a draft as far as it goes, or None while something that the price depends on is missing."""
    definition, today = case.product.definition, clock.today()
    errors: dict[str, Any] = {}
    application = check_form(definition, data, errors, today=today, missing_characters=None)
    check_insured(definition, application, errors, today=today)
    plan = application.setdefault("plan", {})
    plan.setdefault("term", definition.terms[0])
    if len(definition.payment.terms) == 1:
        plan.setdefault("payment_term", definition.payment.terms[0])
    return _quote(definition, application, today)


def example(definition: ProductDefinition) -> Quote | None:
    """Return the price for a person of 30 years, a man where the price depends on sex, with the first plan and its smallest sum."""
    today, plan = clock.today(), definition.plans[0]
    person = {
        "birth_date": date(today.year - EXAMPLE_AGE, 1, 1).isoformat(),
        "sex": "male",
        "relation": "self",
        "social_insurance": "yes",
        "occupation": definition.occupations[0].code if definition.occupations else "",
    }
    application = {
        "policyholder": {"kind": definition.policyholder_kind},
        "insured": [person] * definition.insured_min,
        "plan": {
            "code": plan.code,
            "sum_insured": plan.sums[0] if plan.sums else plan.sum_min,
            "term": definition.terms[0],
            "payment_term": definition.payment.terms[-1],
            "payment_mode": definition.payment.modes[0].mode,
        },
    }
    return _quote(definition, application, today)


def _quote(definition: ProductDefinition, application: dict[str, Any], today: date) -> Quote | None:
    plan = application.get("plan") or {}
    if not all(plan.get(key) for key in ("code", "payment_mode", "payment_term")) or not application.get("insured"):
        return None
    try:
        chosen = definition.plan(plan["code"])
    except KeyError:
        return None
    if len(chosen.sums) == 1:
        plan.setdefault("sum_insured", chosen.sums[0])
    if not plan.get("sum_insured") or not chosen.allows(plan["sum_insured"]):
        return None
    try:
        return rating.quote(definition, application, today=today)
    except (ApplicationInvalid, KeyError):
        return None

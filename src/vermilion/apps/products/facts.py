"""Facts of a canonical application, by name: what rate tables and underwriting conditions look at.

Per insured person: ``age``, ``age_days``, ``sex``, ``relation``, ``id_type``, ``minor`` (1/0), ``occupation_class``, ``social_insurance``,
``bmi_tenths``; of the whole: ``plan``, ``term``, ``payment_term``, ``payment_mode``, ``sum_insured``, ``policyholder_age``,
``annual_income``, ``premium_per_mille_of_income``, ``insured_count``; of the disclosure ``answer.<id>`` (yes/no) and ``number.<id>``.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from vermilion.base.validation import age_on

from .definition import ProductDefinition

Facts = dict[str, int | str]


def application_facts(application: dict[str, Any], *, today: date) -> Facts:
    """Return the facts that are the same for every insured person."""
    plan = application.get("plan") or {}
    holder = application.get("policyholder") or {}
    facts: Facts = {"insured_count": len(application.get("insured") or [])}
    for key in ("term", "payment_term", "payment_mode", "sum_insured"):
        if plan.get(key) is not None:
            facts[key] = plan[key]
    if plan.get("code"):
        facts["plan"] = plan["code"]
    if holder.get("birth_date"):
        facts["policyholder_age"] = age_on(date.fromisoformat(holder["birth_date"]), today)
    if isinstance(holder.get("annual_income"), int):
        facts["annual_income"] = holder["annual_income"]
    for answer in application.get("disclosure") or []:
        value = answer.get("answer")
        if value in ("yes", "no"):
            facts[f"answer.{answer['id']}"] = value
        elif isinstance(value, str) and value.isdigit():
            facts[f"number.{answer['id']}"] = int(value)
    return facts


def insured_facts(definition: ProductDefinition, insured: dict[str, Any], common: Facts, *, today: date) -> Facts:
    """Return ``common`` and the facts of one insured person, ``today`` being the day the age counts."""
    facts = dict(common)
    if insured.get("birth_date"):
        birth = date.fromisoformat(insured["birth_date"])
        age = age_on(birth, today)
        facts |= {"age": age, "age_days": (today - birth).days, "minor": int(age < 18)}
    for key in ("sex", "relation", "id_type", "social_insurance"):
        if insured.get(key):
            facts[key] = insured[key]
    occupation = definition.occupation(str(insured.get("occupation") or ""))
    if occupation is not None:
        facts["occupation_class"] = occupation.risk_class
    height, weight = facts.get("number.height"), facts.get("number.weight")
    if isinstance(height, int) and isinstance(weight, int) and height:
        facts["bmi_tenths"] = weight * 100_000 // (height * height)
    return facts

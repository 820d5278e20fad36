"""Complete applications for the three products, for the demo driver, the tests and the documentation."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Literal

from vermilion.apps.products.definition import ProductDefinition
from vermilion.base import clock

from . import people

Insured = Literal["self", "spouse", "child", "parent", "grandchild"]
_HOLDER = (
    "name",
    "id_type",
    "id_number",
    "id_valid_until",
    "birth_date",
    "sex",
    "phone",
    "email",
    "address",
    "occupation",
    "annual_income",
)
_INSURED = ("name", "id_type", "id_number", "id_valid_until", "birth_date", "sex", "phone", "address", "occupation")
_LISTED = ("name", "id_type", "id_number", "birth_date", "sex", "phone", "occupation")
_AGES: dict[str, int] = {"spouse": 34, "child": 6, "parent": 55, "grandchild": 5}
_NUMBERS = {"height": "168", "weight": "60", "smoking": "0"}
_CHILD_NUMBERS = {"height": "116", "weight": "21", "smoking": "0"}


def application(
    definition: ProductDefinition, *, seed: int = 1, insured: Insured = "self", count: int = 8, today: date | None = None
) -> dict[str, Any]:
    """Return an application that ``check_application`` accepts on ``today`` (default: now) and that the rules accept by themselves.

    ``insured`` says who is insured to the policyholder, ``count`` how many persons a group has; other seeds give other persons.
    """
    day = today or clock.today()
    if definition.policyholder_kind == "company":
        return _group(definition, seed, count, day)
    holder = people.person(seed * 100, today=day, age=62 if insured == "grandchild" else 36, sex="female")
    data: dict[str, Any] = {
        "policyholder": {"kind": "person", **_part(holder, _HOLDER)},
        "insured": [{"relation": insured}],
        "plan": _plan(definition, insured),
        "account": {"owner": holder["name"], "bank": "演示银行上海分行", "number": people.bank_card(seed)},
    }
    minor = insured in ("child", "grandchild")
    if insured != "self":
        other = people.person(seed * 100 + 1, today=day, age=_AGES[insured], sex="female" if insured == "child" else "male")
        if minor:
            other["phone"] = holder["phone"]
        data["insured"][0].update(_part(other, _INSURED))
    if definition.line == "individual_medical":
        data["insured"][0]["social_insurance"] = "yes"
    if insured == "grandchild":
        guardian = people.person(seed * 100 + 2, today=day, age=35, sex="male")
        data["guardian"] = {"relation": "parent", **_part(guardian, _INSURED[:8])}
    if definition.beneficiaries == "choose":
        data["beneficiaries"] = _beneficiaries(seed, day) if insured in ("self", "spouse") else [{"type": "statutory"}]
    data["disclosure"] = answers(definition, numbers=_CHILD_NUMBERS if minor else _NUMBERS)
    return data


def answers(
    definition: ProductDefinition, *, numbers: dict[str, str] | None = None, yes: dict[str, str] | None = None
) -> list[dict[str, Any]]:
    """Return answers to every question: no, but for ``yes`` (question → detail); ``numbers`` for the number questions."""
    return [
        {
            "id": question.id,
            "version": question.version,
            "answer": (numbers or _NUMBERS)[question.id] if question.kind == "number" else "yes" if question.id in (yes or {}) else "no",
            "detail": (yes or {}).get(question.id, ""),
        }
        for question in definition.disclosure.questions
    ]


def insured_list(*, seed: int, count: int, today: date) -> list[dict[str, Any]]:
    """Return employees for a group policy, or for adding to one (take another seed)."""
    occupations = ("0102", "0104", "0105", "0201", "0305")
    listed = []
    for index in range(count):
        one = people.person(seed * 1000 + 10 + index, today=today, age=22 + (index * 7) % 36)
        listed.append({**_part(one, _LISTED), "occupation": occupations[index % len(occupations)]})
    return listed


def _group(definition: ProductDefinition, seed: int, count: int, day: date) -> dict[str, Any]:
    agent = people.person(seed * 1000, today=day, age=33)
    representative = people.person(seed * 1000 + 1, today=day, age=50)
    name = "上海样例精密制造有限公司（演示）"
    return {
        "policyholder": {
            "kind": "company",
            "name": name,
            "address": "上海市松江区样例工业园 8 号",
            "company": {
                "uscc": people.uscc(20000 + seed),
                "legal_representative": representative["name"],
                "industry": "通用设备制造",
                "agent": {
                    **_part(agent, ("name", "id_type", "id_number", "birth_date", "sex", "phone", "email")),
                    "position": "人力资源部经理",
                },
            },
        },
        "insured": insured_list(seed=seed, count=count, today=day),
        "plan": {"code": "b", "payment_mode": "single", "start": (day + timedelta(days=7)).isoformat()},
        "account": {"owner": name, "bank": "演示银行上海松江支行", "number": f"3100{seed:016d}"},
        "disclosure": answers(definition),
    }


def _plan(definition: ProductDefinition, insured: Insured) -> dict[str, Any]:
    if definition.line == "long_term_health":
        if insured == "parent":  # 55 years old: payment must end at 70, and larger sums need an examination
            return {"code": "standard", "sum_insured": 30_000_000, "payment_term": "15", "payment_mode": "annual"}
        return {"code": "plus", "sum_insured": 50_000_000, "payment_term": "20", "payment_mode": "annual"}
    return {"code": "standard", "payment_mode": "annual"}


def _beneficiaries(seed: int, day: date) -> list[dict[str, Any]]:
    keys = ("name", "id_type", "id_number", "birth_date", "sex")
    child = people.person(seed * 100 + 3, today=day, age=9)
    mother = people.person(seed * 100 + 4, today=day, age=61, sex="female")
    return [
        {"type": "designated", "order": 1, "share": 60, "relation": "child", **_part(child, keys)},
        {"type": "designated", "order": 1, "share": 40, "relation": "parent", **_part(mother, keys)},
    ]


def _part(person: dict[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    return {key: person[key] for key in keys}

"""What persons of an application must be to each other: ages, relations, phones of their own, no salesperson among them, shares."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from vermilion.base import validation as v

from .definition import ProductDefinition
from .form_check import Errors
from .signers import ADULT_AGE, is_minor

#: What a same-person insured takes over from the policyholder.
_SHARED = (
    "name",
    "id_type",
    "id_number",
    "id_valid_until",
    "birth_date",
    "sex",
    "nationality",
    "phone",
    "email",
    "address",
    "occupation",
    "annual_income",
)


def check_insured(definition: ProductDefinition, application: dict[str, Any], errors: Errors, *, today: date) -> None:
    """Complete and check the insured persons: same person as the policyholder, relation, age, occupation, no person twice."""
    holder = application["policyholder"]
    seen: dict[tuple[str, str], int] = {}
    for index, person in enumerate(application.get("insured") or []):
        path = f"insured.{index}"
        if definition.policyholder_kind == "company":
            person.setdefault("relation", "employee")
        person["same_as_policyholder"] = person.get("relation") == "self"
        if person["same_as_policyholder"]:
            person.update({key: holder[key] for key in _SHARED if key in holder})
        _check_age(definition, person, errors, path, today)
        _check_relation(definition, person, holder, errors, path, today)
        occupation = definition.occupation(str(person.get("occupation") or ""))
        if occupation is not None:
            person["occupation_class"] = occupation.risk_class
            if occupation.risk_class > definition.max_occupation_class:
                where = "policyholder" if person["same_as_policyholder"] else path
                errors.setdefault(f"{where}.occupation", _("该职业风险较高，不在本产品承保范围内。"))
        identity = (person.get("id_type", ""), person.get("id_number", ""))
        if all(identity):
            if identity in seen:
                errors.setdefault(f"{path}.id_number", _("与第 %(row)d 位被保险人的证件号码重复。") % {"row": seen[identity] + 1})
            seen.setdefault(identity, index)


def _check_age(definition: ProductDefinition, person: dict[str, Any], errors: Errors, path: str, today: date) -> None:
    if not person.get("birth_date"):
        return
    where = "policyholder" if person.get("same_as_policyholder") else path
    birth = date.fromisoformat(person["birth_date"])
    limits = definition.ages
    if not limits.insured_min <= v.age_on(birth, today) <= limits.insured_max or (today - birth).days < limits.insured_min_days:
        errors.setdefault(
            f"{where}.birth_date",
            _("被保险人年龄应在 %(low)d 至 %(high)d 周岁之间（含），且出生满 %(days)d 天。")
            % {"low": limits.insured_min, "high": limits.insured_max, "days": limits.insured_min_days},
        )
    if person.get("id_type") in v.MINOR_ID_TYPES and v.age_on(birth, today) >= ADULT_AGE:
        errors.setdefault(f"{where}.id_type", _("成年人请使用居民身份证等本人身份证件。"))


def _check_relation(
    definition: ProductDefinition, person: dict[str, Any], holder: dict[str, Any], errors: Errors, path: str, today: date
) -> None:
    relation = person.get("relation")
    if relation is None or relation not in definition.relations:
        errors.setdefault(f"{path}.relation", _("请选择被保险人与投保人的关系。"))
        return
    if relation in ("self", "employee"):
        return
    if person.get("id_number") and person.get("id_number") == holder.get("id_number"):
        errors.setdefault(f"{path}.id_number", _("被保险人与投保人是同一人时，请在关系中选择“本人”。"))
    if not person.get("birth_date"):
        return
    if is_minor(person, today=today):
        if relation not in definition.minor_relations:
            errors.setdefault(f"{path}.relation", _("未成年人只能由页面列出的亲属为其投保。"))
    elif relation == "grandchild":
        errors.setdefault(f"{path}.relation", _("成年的孙子女、外孙子女请由本人投保。"))
    if not holder.get("birth_date"):
        return
    older = person["birth_date"] < holder["birth_date"]
    if (relation in ("child", "grandchild") and older) or (relation == "parent" and not older):
        errors.setdefault(f"{path}.relation", _("年龄与所选关系不符，请核对关系和出生日期。"))


def check_people(
    definition: ProductDefinition,
    application: dict[str, Any],
    errors: Errors,
    *,
    today: date,
    forbidden_phones: Collection[str],
    forbidden_id_numbers: Collection[str],
) -> None:
    """Check the persons who act: adults, each with a phone of her own, none of them the salesperson."""
    holder = application["policyholder"]
    actors: dict[str, dict[str, Any]] = {}
    if holder["kind"] == "company":
        agent = (holder.get("company") or {}).get("agent") or {}
        # The company is reached through the person it authorised.
        holder.update({key: agent[key] for key in ("phone", "email") if key in agent})
        actors["policyholder.company.agent"] = agent
        _adult(agent, errors, "policyholder.company.agent", today, highest=definition.ages.policyholder_max)
    else:
        actors["policyholder"] = holder
        _adult(holder, errors, "policyholder", today, highest=definition.ages.policyholder_max)
    for index, person in enumerate(application.get("insured") or []):
        if not person.get("same_as_policyholder"):
            actors[f"insured.{index}"] = person
    if "guardian" in application:
        actors["guardian"] = application["guardian"]
        _adult(application["guardian"], errors, "guardian", today, highest=definition.ages.policyholder_max)
    if "insured_consents" in definition.steps:
        check_reachable(application, errors, forbidden_phones=forbidden_phones)
    phones: dict[str, str] = {}
    for path, person in actors.items():
        # A parent's phone may serve for her minor child; employees on a group's list do not sign, and the authorised person may be one.
        person_signs = not path.startswith("insured.") or (holder["kind"] == "person" and not is_minor(person, today=today))
        phone, number = person.get("phone"), person.get("id_number")
        if phone and phone in forbidden_phones:
            errors.setdefault(f"{path}.phone", _("不能使用销售人员的手机号码，请填写本人的手机号码。"))
        elif phone and person_signs:
            if phone in phones:
                errors.setdefault(f"{path}.phone", _("每位签署人须使用本人的手机号码，此号码已用于其他人。"))
            phones.setdefault(phone, path)
        if number and number in forbidden_id_numbers:
            errors.setdefault(f"{path}.id_number", _("销售人员不能作为本单的投保人、被保险人或经办人。"))
    _guardian_is_other(application, errors)


def check_reachable(application: dict[str, Any], errors: Errors, *, forbidden_phones: Collection[str] = ()) -> None:
    """Demand a phone of her own of everybody on a list who is to consent; the company's agent may be one of them."""
    agent = (application["policyholder"].get("company") or {}).get("agent") or {}
    owners = {agent.get("phone"): (0, agent.get("id_number"))}
    for row, person in enumerate(application.get("insured") or [], start=1):
        phone = person.get("phone")
        if not phone:
            errors.setdefault(f"insured.{row - 1}.phone", _("被保险人须本人同意投保，请填写其本人的手机号码。"))
            continue
        if phone in forbidden_phones:
            errors.setdefault(f"insured.{row - 1}.phone", _("不能使用销售人员的手机号码，请填写本人的手机号码。"))
        first, number = owners.setdefault(phone, (row, person.get("id_number")))
        if number != person.get("id_number"):
            whose = _("经办人") if first == 0 else _("第 %(row)d 位被保险人") % {"row": first}
            errors.setdefault(
                f"insured.{row - 1}.phone", _("手机号码与%(whose)s重复，每位被保险人须使用本人的手机号码。") % {"whose": whose}
            )


def _adult(person: dict[str, Any], errors: Errors, path: str, today: date, *, highest: int) -> None:
    if not person.get("birth_date"):
        return
    if not ADULT_AGE <= v.age_on(date.fromisoformat(person["birth_date"]), today) <= highest:
        limits = {"low": ADULT_AGE, "high": highest}
        errors.setdefault(f"{path}.birth_date", _("年龄应在 %(low)d 至 %(high)d 周岁之间（含）。") % limits)
    if person.get("id_type") in v.MINOR_ID_TYPES:
        errors.setdefault(f"{path}.id_type", _("成年人请使用居民身份证等本人身份证件。"))


def _guardian_is_other(application: dict[str, Any], errors: Errors) -> None:
    number = (application.get("guardian") or {}).get("id_number")
    if number and number in {application["policyholder"].get("id_number"), *(p.get("id_number") for p in application.get("insured") or [])}:
        errors.setdefault("guardian.id_number", _("监护人应为投保人、被保险人以外的法定监护人。"))


def check_beneficiaries(definition: ProductDefinition, application: dict[str, Any], errors: Errors) -> None:
    """Check the death beneficiaries: statutory alone, or named persons whose shares make 100 in every order (IL 39-40)."""
    if definition.beneficiaries == "none":
        application.pop("beneficiaries", None)
        return
    if definition.beneficiaries == "statutory":
        application["beneficiaries"] = [{"type": "statutory"}]
        return
    entries = application.get("beneficiaries") or []
    kinds = {entry.get("type") for entry in entries}
    if kinds == {"statutory"}:
        application["beneficiaries"] = [{"type": "statutory"}]
        return
    if "statutory" in kinds:
        errors.setdefault("beneficiaries", _("法定受益人与指定受益人不能同时选择。"))
        return
    shares: dict[int, int] = {}
    numbers: set[str] = set()
    insured_number = (application.get("insured") or [{}])[0].get("id_number")
    for index, entry in enumerate(entries):
        number = entry.get("id_number")
        if number and number == insured_number:
            errors.setdefault(f"beneficiaries.{index}.id_number", _("被保险人本人不能作为身故保险金受益人。"))
        elif number and number in numbers:
            errors.setdefault(f"beneficiaries.{index}.id_number", _("受益人的证件号码重复。"))
        numbers.add(number or "")
        if isinstance(entry.get("order"), int) and isinstance(entry.get("share"), int):
            shares[entry["order"]] = shares.get(entry["order"], 0) + entry["share"]
    if shares and sorted(shares) != list(range(1, max(shares) + 1)):
        errors.setdefault("beneficiaries", _("受益顺序应从 1 开始连续填写。"))
    for order, total in shares.items():
        if total != 100:
            sentence = _("第 %(order)d 顺序受益人的份额合计应为 100%%，现为 %(total)d%%。") % {"order": order, "total": total}
            errors.setdefault("beneficiaries", sentence)

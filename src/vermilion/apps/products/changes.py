"""Changes to an issued contract's application data, within the product's servicing rules. Callers store the new version."""

from __future__ import annotations

import copy
from collections.abc import Collection, Mapping
from datetime import date
from fnmatch import fnmatchcase
from typing import Any

from django.utils.translation import gettext_lazy as _

from vermilion.base import validation as v

from .definition import ProductDefinition
from .errors import ApplicationInvalid, ChangeNotAllowed
from .fields import check_value, is_blank, is_printed_text
from .form import FormField
from .form_check import Errors, MissingCharacters, check_form
from .paths import get
from .people_check import check_insured, check_reachable
from .rating import Quote, pro_rata, quote
from .rules import ServicingRule
from .signers import is_minor


def rule_for(definition: ProductDefinition, kind: str) -> ServicingRule:
    """Return the product's rule for this kind of change. Raises ChangeNotAllowed when it has none."""
    rule = definition.servicing_rule(kind)
    if rule is None:
        raise ChangeNotAllowed
    return rule


def change_fields(
    definition: ProductDefinition,
    application: dict[str, Any],
    *,
    kind: str,
    changes: Mapping[str, Any],
    today: date,
    missing_characters: MissingCharacters | None = None,
    forbidden_phones: Collection[str] = (),
) -> dict[str, Any]:
    """Return a new canonical application with ``changes`` (path → value) made. The given one stays as it is.

    Raises ChangeNotAllowed for a path that the rule does not name or when nothing changes, ApplicationInvalid for bad values.
    """
    rule = rule_for(definition, kind)
    changed = copy.deepcopy(application)
    errors: Errors = {}
    for path, value in changes.items():
        field = _field_at(definition, path)
        if field is None or not any(fnmatchcase(path, allowed) for allowed in rule.fields):
            raise ChangeNotAllowed(_("此类变更不能修改所填的项目。"))
        try:
            checked = (
                None if is_blank(value) and not field.required else check_value(field, value, item={}, today=today, occupations=frozenset())
            )
        except v.InvalidValue as error:
            errors[path] = error.message
            continue
        if (
            checked is not None
            and is_printed_text(field)
            and missing_characters is not None
            and (characters := missing_characters(checked))
        ):
            errors[path] = _("下列字暂时无法在保单上显示：%(characters)s。") % {"characters": "、".join(characters)}
        if field.kind == "phone" and (checked in forbidden_phones or checked in _other_phones(application, path, today)):
            errors[path] = _("请填写本人使用的手机号码；不能使用销售人员或者其他签署人的号码。")
        _put(changed, path, checked)
    if errors:
        raise ApplicationInvalid(fields=errors)
    _follow(changed)
    if changed == application:
        raise ChangeNotAllowed(_("所填内容与现有内容相同，没有需要变更的项目。"))
    return changed


def check_added_insured(
    definition: ProductDefinition,
    application: dict[str, Any],
    added: list[dict[str, Any]],
    *,
    today: date,
    missing_characters: MissingCharacters | None = None,
    forbidden_phones: Collection[str] = (),
) -> list[dict[str, Any]]:
    """Return the canonical persons to be added to a group; errors count from 0 within ``added``. Nobody may be on the list already.

    Where each consents herself, each has a phone of her own, none of ``forbidden_phones``.
    """
    rule_for(definition, "add_insured")
    if not added:
        raise ApplicationInvalid(fields={"insured": _("请填写需要增加的人员。")})
    errors: Errors = {}
    before = len(application["insured"])
    together = {**application, "insured": [*application["insured"], *added]}
    checked = check_form(definition, together, errors, today=today, missing_characters=missing_characters)
    check_insured(definition, checked, errors, today=today)
    if "insured_consents" in definition.steps:
        check_reachable(checked, errors, forbidden_phones=forbidden_phones)
    too_many = any(section.path == "insured" and len(together["insured"]) > section.maximum for section in definition.form.sections)
    own: Errors = {}
    for path, sentence in errors.items():
        head, _dot, rest = path.partition(".")
        index, _dot, name = rest.partition(".")
        if path == "insured" and too_many:  # of a list that people left, one more is no longer too few
            own[path] = sentence
        elif head == "insured" and index.isdigit() and int(index) >= before:
            own[f"insured.{int(index) - before}.{name}"] = sentence
    if own:
        raise ApplicationInvalid(fields=own)
    return list(checked["insured"][before:])


def quote_addition(
    definition: ProductDefinition,
    application: dict[str, Any],
    added: list[dict[str, Any]],
    *,
    today: date,
    cover_start: date,
    cover_end: date,
    effective: date,
) -> tuple[int, Quote]:
    """Return (premium now due in fen, quote for a whole year) for persons added from ``effective`` on. Raises ApplicationInvalid."""
    if not cover_start <= effective <= cover_end:
        raise ApplicationInvalid(fields={"effective": _("生效日期应在保险期间之内。")})
    yearly = quote(definition, {**application, "insured": added}, today=today)
    return pro_rata(yearly.annual_premium, cover_start=cover_start, cover_end=cover_end, effective=effective), yearly


def _field_at(definition: ProductDefinition, path: str) -> FormField | None:
    """Return the form's field for a path outside lists."""
    for section in definition.form.sections:
        for field in section.fields:
            if not section.repeat and f"{section.path}.{field.path}" == path:
                return field
    return None


def _other_phones(application: dict[str, Any], path: str, today: date) -> set[str]:
    """Phones of the other persons who sign: a minor's entry may repeat a parent's, employees on a list do not sign."""
    if application["policyholder"]["kind"] == "company":
        return set()
    owners = ["policyholder", "guardian"]
    for index, person in enumerate(application["insured"]):
        if not person["same_as_policyholder"] and not is_minor(person, today=today):
            owners.append(f"insured.{index}")
    return {phone for owner in owners if f"{owner}.phone" != path and (phone := get(application, f"{owner}.phone"))}


def _put(application: dict[str, Any], path: str, value: Any) -> None:
    holder, _dot, name = path.rpartition(".")
    node = get(application, holder)
    if value is None:
        node.pop(name, None)
    else:
        node[name] = value


def _follow(application: dict[str, Any]) -> None:
    """Bring copies in line: the policyholder who is insured herself, the company reached through its authorised person."""
    holder = application["policyholder"]
    agent = (holder.get("company") or {}).get("agent")
    if agent:
        holder.update({key: agent[key] for key in ("phone", "email") if key in agent})
    for person in application.get("insured") or []:
        if person.get("same_as_policyholder"):
            for key in ("phone", "email", "address"):
                if key in holder:
                    person[key] = holder[key]
                else:
                    person.pop(key, None)

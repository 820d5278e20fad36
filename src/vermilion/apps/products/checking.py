"""The check of an application: every field, then what fields say to each other, then the price. Raises with all mistakes at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from vermilion.base import validation as v
from vermilion.base.canonical import digest

from . import paths
from .application import SignerRole
from .definition import ProductDefinition
from .disclosure_check import check_disclosure
from .errors import ApplicationInvalid
from .fields import is_blank
from .form_check import Errors, MissingCharacters, check_form
from .people_check import check_beneficiaries, check_insured, check_people
from .rating import Quote, quote
from .signers import signers_for


@dataclass(frozen=True)
class CheckedApplication:
    """A canonical application with what follows from it. ``digest`` is the SHA-256 of its canonical JSON."""

    application: dict[str, Any]
    quote: Quote
    signers: tuple[SignerRole, ...]
    digest: str


def check_application(
    definition: ProductDefinition,
    data: Mapping[str, Any],
    *,
    today: date,
    missing_characters: MissingCharacters | None = None,
    forbidden_phones: Collection[str] = (),
    forbidden_id_numbers: Collection[str] = (),
    with_disclosure: bool = True,
) -> CheckedApplication:
    """Return the canonical application, its price and signers, or raise ApplicationInvalid with a sentence per wrong field.

    ``forbidden_phones`` and ``forbidden_id_numbers`` are the salesperson's: no party may use them (Sales Measures 29).
    ``missing_characters`` names the characters of a text that no font can print. ``with_disclosure=False`` checks the form alone, for the
    step before the health questions; the result then has no ``disclosure``.
    """
    application, errors = examine(
        definition,
        data,
        today=today,
        missing_characters=missing_characters,
        forbidden_phones=forbidden_phones,
        forbidden_id_numbers=forbidden_id_numbers,
        with_disclosure=with_disclosure,
    )
    if errors:
        raise ApplicationInvalid(fields=errors)
    return CheckedApplication(
        application=application,
        quote=quote(definition, application, today=today),
        signers=tuple(signers_for(definition, application, today=today)),
        digest=digest(application),
    )


def examine(
    definition: ProductDefinition,
    data: Mapping[str, Any],
    *,
    today: date,
    missing_characters: MissingCharacters | None = None,
    forbidden_phones: Collection[str] = (),
    forbidden_id_numbers: Collection[str] = (),
    with_disclosure: bool = True,
) -> tuple[dict[str, Any], Errors]:
    """Return what is right in canonical form, and a sentence for each path that is wrong or missing; for an application under way."""
    errors: Errors = {}
    if not isinstance(data, Mapping):
        raise ApplicationInvalid(_("投保信息的格式不正确。"))
    application = check_form(definition, data, errors, today=today, missing_characters=missing_characters)
    check_insured(definition, application, errors, today=today)
    check_people(definition, application, errors, today=today, forbidden_phones=forbidden_phones, forbidden_id_numbers=forbidden_id_numbers)
    check_beneficiaries(definition, application, errors)
    _check_plan(definition, application, errors, today=today)
    _check_account(application, errors)
    if with_disclosure:
        application["disclosure"] = check_disclosure(definition, data.get("disclosure"), errors, missing_characters)
    return application, errors


def refuse_unused(data: Mapping[str, Any], kept: Mapping[str, Any]) -> None:
    """Raise ApplicationInvalid for every value of ``data`` that did not come into ``kept``, its canonical form.

    A person is only ever asked what the form shows. A system may send anything; what we would drop, it must not believe to be insured.
    """
    given = [path for path, value in paths.flatten(data).items() if not is_blank(value)]
    lost = [path for path in given if is_blank(found := paths.get(kept, path)) or isinstance(found, (Mapping, list))]
    if lost:
        raise ApplicationInvalid(fields=dict.fromkeys(lost, _("本产品的投保单没有这一项，或在此情况下不需要填写。")))


def _check_plan(definition: ProductDefinition, application: dict[str, Any], errors: Errors, *, today: date) -> None:
    chosen = application.setdefault("plan", {})
    chosen.setdefault("term", definition.terms[0])
    if len(definition.payment.terms) == 1:
        chosen.setdefault("payment_term", definition.payment.terms[0])
    if chosen["term"] not in definition.terms:
        errors["plan.term"] = _("请从列出的选项中选择。")
    if chosen.get("payment_term") not in (None, *definition.payment.terms):
        errors["plan.payment_term"] = _("请从列出的选项中选择。")
    if chosen.get("payment_mode") not in (None, *(mode.mode for mode in definition.payment.modes)):
        errors["plan.payment_mode"] = _("请从列出的选项中选择。")
    _check_sum(definition, chosen, errors)
    _check_payment_age(definition, application, errors, today=today)
    if definition.cover_starts == "chosen" and chosen.get("start"):
        days = (date.fromisoformat(chosen["start"]) - today).days
        if not 1 <= days <= definition.start_within_days:
            errors["plan.start"] = _("保险起期应在明天起 %(days)d 天之内。") % {"days": definition.start_within_days}


def _check_sum(definition: ProductDefinition, chosen: dict[str, Any], errors: Errors) -> None:
    """Check the sum against the chosen plan; before one is chosen, against all of them, so that all mistakes are told at once."""
    plans = [plan for plan in definition.plans if chosen.get("code") in (None, plan.code)]
    if not plans:
        errors["plan.code"] = _("请从列出的选项中选择。")
        return
    if chosen.get("code") and len(plans[0].sums) == 1:
        chosen.setdefault("sum_insured", plans[0].sums[0])
    if "sum_insured" not in chosen:
        if all(len(plan.sums) != 1 for plan in plans):
            errors.setdefault("plan.sum_insured", _("请填写保险金额。"))
    elif not any(plan.allows(chosen["sum_insured"]) for plan in plans):
        errors["plan.sum_insured"] = _("该计划不提供此保险金额，请按页面列出的范围选择。")


def _check_payment_age(definition: ProductDefinition, application: dict[str, Any], errors: Errors, *, today: date) -> None:
    limit = definition.payment.last_payment_age
    term = application["plan"].get("payment_term")
    insured = (application.get("insured") or [{}])[0]
    if not limit or not term or not insured.get("birth_date") or "plan.payment_term" in errors:
        return
    if v.age_on(date.fromisoformat(insured["birth_date"]), today) + int(term) > limit:
        errors["plan.payment_term"] = _("按被保险人年龄，交费期满时将超过 %(age)d 周岁，请选择较短的交费期间。") % {"age": limit}


def _check_account(application: dict[str, Any], errors: Errors) -> None:
    """Premium comes from, and refunds go to, the policyholder's own account (Sales Measures 32)."""
    owner = (application.get("account") or {}).get("owner")
    name = application["policyholder"].get("name")
    if owner and name and owner != name:
        errors["account.owner"] = _("账户户名应与投保人一致，保险费和退款只能使用投保人本人的账户。")

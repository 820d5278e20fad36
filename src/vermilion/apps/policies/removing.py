"""Taking insured persons off a group's policy: a clerk enters what the policyholder asks for, the counterpart of adding.

The company's authorised person signs the 批改申请书, a leader approves the 批单, and the sealed one makes the next version, by the
product's rule. Who is taken off is told then, and her consent ends with her cover.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from vermilion.apps.notices.services import send
from vermilion.apps.parties.models import StaffMember
from vermilion.apps.products.errors import ApplicationInvalid
from vermilion.apps.products.rules import ServicingRule
from vermilion.apps.signing.group import withdrawing
from vermilion.apps.templates.data import common
from vermilion.base import clock

from .models import Endorsement, Policy
from .servicing import effective_by, latest_version, locked_policy, open_change, rule_of
from .shares import cover_days, key, unearned

KIND = "remove_insured"


@dataclass(frozen=True)
class Removal:
    """Who goes: ``people`` with their numbers on the list; ``refund`` and ``premium`` (before) in fen; ``before``: how many there were.

    Fewer than the product's minimum may stay: what follows then say the clauses, and nobody is kept on a list against her will.
    """

    application: dict[str, Any]
    people: list[tuple[int, dict[str, Any]]]
    before: int
    refund: int
    premium: int
    effective: datetime


def preview_removal(*, policy_id: UUID, version: int, numbers: Collection[int]) -> Removal:
    """Reckon what taking these people off would mean, without changing anything. Raises ApplicationInvalid and as removing does."""
    with transaction.atomic():
        policy = locked_policy(policy_id)
        return _removal(policy, removal_rule(policy), version, numbers)


def remove_insured(*, policy_id: UUID, version: int, numbers: Collection[int], reason: str, staff: StaffMember) -> Endorsement:
    """Ask for taking people off, by their ``numbers`` (from 1) on the list of the policy's ``version``, the newest.

    Raises ApplicationInvalid when the list is another one by now, or nobody is named or would stay; ChangeNotAllowed, ChangeOpen.
    """
    with transaction.atomic():
        policy = locked_policy(policy_id)
        rule = removal_rule(policy)
        gone = _removal(policy, rule, version, numbers)
        after = gone.premium - gone.refund
        changes = [
            {"label": "被保险人人数", "before": f"{gone.before} 人", "after": f"{gone.before - len(gone.people)} 人"},
            {"label": "保险费合计", "before": f"{gone.premium / 100:,.2f} 元", "after": f"{after / 100:,.2f} 元"},
        ]
        names = "、".join(person["name"] for _number, person in gone.people)
        return open_change(
            policy,
            rule,
            latest_version(policy),
            application=gone.application,
            changes=changes,
            text=(
                f"兹经投保人申请，本保险单减少被保险人 {names}，自本批单载明的生效时间起，保险人对上述人员不再承担保险责任，"
                f"退还保险费人民币 {gone.refund / 100:,.2f} 元。其他条款不变。"
            ),
            staff=staff,
            delta=-gone.refund,
            reason=reason,
            more={
                "removed": [{"number": number, "person": person} for number, person in gone.people],
                "settlement": _settlement(gone.application) if gone.refund else None,
            },
        )


def removal_rule(policy: Policy) -> ServicingRule:
    """Return by which rule people are taken off. Raises ChangeNotAllowed."""
    return rule_of(policy, KIND, by="clerk")


def numbers_of(policy: Policy, entries: list[dict[str, Any]]) -> list[int]:
    """Return the numbers on the newest list of people given by name and document number. Raises ApplicationInvalid (``insured.<n>.…``)."""
    listed = latest_version(policy).fields["application"]["insured"]
    known = {key(person)[1]: (number, person["name"]) for number, person in enumerate(listed, start=1)}
    numbers, errors = [], {}
    for index, entry in enumerate(entries):
        number, name = known.get(str(entry.get("id_number", "")).upper(), (0, ""))
        if not number:
            errors[f"insured.{index}.id_number"] = _("不在本保单的被保险人清单内。")
        elif name != entry.get("name"):
            errors[f"insured.{index}.name"] = _("与清单上这个证件号码的姓名不一致。")
        numbers.append(number)
    if errors:
        raise ApplicationInvalid(fields=errors)
    return numbers


def removed(endorsement: Endorsement) -> None:
    """Tell who was taken off, at the phone that the list has, and let her consent end with her cover. Sealed just now, case locked."""
    case, moment = endorsement.policy.case, endorsement.effective_at
    people = [row["person"] for row in endorsement.content["removed"]]
    parties = withdrawing.end_covers(case, people, moment=moment, staff=endorsement.requested_by)
    told = {"when": moment.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M")}
    for person, party in zip(people, parties, strict=True):
        if person.get("phone"):
            send(case=case, template="cover_removed", channel="sms", to=person["phone"], party=party, data=told)


def _removal(policy: Policy, rule: ServicingRule, version: int, numbers: Collection[int]) -> Removal:
    newest = latest_version(policy)
    application = newest.fields["application"]
    listed = application["insured"]
    chosen = sorted(set(numbers))
    if version != newest.number or any(not 1 <= number <= len(listed) for number in chosen):
        raise ApplicationInvalid(fields={"insured": _("被保险人清单已经变化，请重新选择。")})
    if not chosen:
        raise ApplicationInvalid(fields={"insured": _("请选择需要减少的人员。")})
    if len(chosen) == len(listed):
        raise ApplicationInvalid(fields={"insured": _("不能减少全部被保险人，请改为办理退保。")})
    people = [(number, listed[number - 1]) for number in chosen]
    effective, (start, last) = effective_by(policy, rule), cover_days(policy)
    day = effective.astimezone(clock.SHANGHAI).date()
    if not start <= day <= last:
        raise ApplicationInvalid(fields={"insured": _("生效日期应在保险期间之内。")})
    refund = 0
    if rule.premium == "refund_unearned":
        refund = unearned(policy, ended=day - timedelta(days=1), people={key(person) for _number, person in people})
    staying = [person for number, person in enumerate(listed, start=1) if number not in chosen]
    return Removal({**application, "insured": staying}, people, len(listed), refund, newest.fields["premium"], effective)


def _settlement(application: dict[str, Any]) -> str:
    account = application.get("account") or {}
    if account.get("owner") and account.get("bank") and account.get("number"):
        return f"退至投保人账户：{account['bank']} {common.masked_account(account['number'])}"
    return "退至投保人原付款账户"

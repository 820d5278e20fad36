"""What the papers of a change say: 批改申请书 and 批单, or 退保申请书 and 退保批单 where the contract ends.

Both pairs are kept as documents of the same kinds (``servicing_application``, ``endorsement``): one seal, one place in every list. They
differ in the template that they are made from.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from vermilion.apps.cases.models import CaseParty, Document
from vermilion.apps.parties.models import StaffMember
from vermilion.apps.templates.data import common, contract
from vermilion.base import clock

from . import delivery
from .finishing import ENDS
from .models import Endorsement

REFUND_DAYS = 30  # a refund is paid within thirty days of the notice (Insurance Law 47)
# How a refund is reckoned, by the product's rule; in Chinese, the language of the paper.
REFUND_LINES = {
    "refund_full": ("已交保险费", "犹豫期内解除，全额退还"),
    "refund_cash_value": ("解除当日的现金价值", "按保险单所载现金价值表和经过的日数计算"),
    "refund_unearned": ("未满期保险费", "按条款的退保规定和剩余日数计算"),
}


def titles(endorsement: Endorsement) -> tuple[str, str]:
    """Return what the application and the endorsement are called."""
    return (_("退保申请书"), _("退保批单")) if endorsement.kind in ENDS else (_("批改申请书"), _("批单"))


def application(endorsement: Endorsement, document: Document, party: CaseParty) -> tuple[str, dict[str, Any]]:
    """Return template kind and data of the paper that ``party`` signs for the change."""
    content = endorsement.content
    body = {
        **_head(endorsement, document),
        "application_no": f"{endorsement.number}-A",
        "policy_no": endorsement.policy.number,
        "version": endorsement.from_version,
        "reason": content.get("reason"),
        "applied_at": clock.rfc3339(endorsement.intent_at),
        "clerk": endorsement.requested_by.name if endorsement.requested_by else None,
        "signers": [common.present(role=party.role, name=party.personal["name"], on_behalf_of=_behalf(endorsement, party.role))],
    }
    if endorsement.kind in ENDS:
        cooling = endorsement.kind == "cooling_off_cancel"
        policy = endorsement.policy
        return "surrender_application", common.present(
            **body,
            **_refund(endorsement),
            insured=common.insured_names(content["application"]),
            cover={
                "from": common.moment(policy.cover_from),
                "to": common.moment(policy.cover_to) if policy.cover_to else None,
            },
            ground="cooling_off" if cooling else "surrender",
            warnings=_warnings(endorsement, cooling=cooling),
            declarations=[
                "投保人自愿申请解除本保险合同，已经知悉上述退还金额和后果。",
                "退款账户为投保人本人所有；本申请由投保人本人（单位经其授权的经办人）办理和签署。",
                "投保人知悉合同自保险人出具的批单载明的时间起终止。",
            ],
        )
    return "servicing_application", common.present(
        **body,
        change_kind=_kind_name(endorsement),
        changes=content["changes"],
        effective_at=common.moment(endorsement.effective_at),
        premium_difference=endorsement.premium_delta,
        added_insured=_added(endorsement),
        removed_insured=_removed(endorsement),
        declarations=[
            "以上变更由投保人申请，内容真实。",
            *(["投保人已经或者将把保障终止的时间告知减少的被保险人。"] if "removed" in content else []),
            "投保人知悉变更自保险人出具批单、批单载明的时间起生效。",
            *([content["declared"]] if "declared" in content else []),
        ],
    )


def endorsement_paper(endorsement: Endorsement, document: Document) -> tuple[str, dict[str, Any]]:
    """Return template kind and data of the paper that a leader approves and the insurer seals."""
    content, clerk, asked = endorsement.content, endorsement.requested_by, endorsement.application_document
    asked_by = clerk.name if clerk else delivery.recipient(endorsement.policy.case).personal["name"]
    body = {
        **_head(endorsement, document),
        "endorsement_no": endorsement.number,
        "policy_no": endorsement.policy.number,
        "from_version": endorsement.from_version,
        "text": content["text"] + content.get("declared", ""),
        "application_no": f"{endorsement.number}-A",
        "application": common.reference(asked) if asked else None,
        "applied_on": endorsement.intent_at.astimezone(clock.SHANGHAI).date().isoformat(),
        "approvals": [
            {"role": "经办" if clerk else "投保人", "name": asked_by, "decision": "submitted", "at": clock.rfc3339(endorsement.created_at)}
        ],
    }
    if endorsement.kind in ENDS:
        return "surrender_endorsement", common.present(
            **body,
            **_refund(endorsement),
            insured=common.insured_names(content["application"]),
            ended_at=common.moment(endorsement.effective_at),
        )
    return "endorsement", common.present(
        **body,
        to_version=endorsement.from_version + 1,
        change_kind=_kind_name(endorsement),
        changes=content["changes"],
        added_insured=_added(endorsement),
        removed_insured=_removed(endorsement),
        settlement=content.get("settlement"),
        intent_at=clock.rfc3339(endorsement.intent_at),
        notice_at=clock.rfc3339(endorsement.created_at),
        effective_at=common.moment(endorsement.effective_at),
        premium_difference=endorsement.premium_delta,
    )


def approval_sheet(endorsement: Endorsement, document: Document, approver: StaffMember, seal_name: str) -> dict[str, Any]:
    """Return the data of the 批改审批单 of an approved change: what the approver was shown, not what became of it since."""
    content, clerk, approved = endorsement.content, endorsement.requested_by, endorsement.document
    assert approved is not None  # noqa: S101 - it was approved
    asked, pages = endorsement.application_document, approved.revisions.get(number=1).pages
    return common.present(
        **_head(endorsement, document),
        endorsement_no=endorsement.number,
        policy_no=endorsement.policy.number,
        from_version=endorsement.from_version,
        to_version=endorsement.from_version + 1,
        change_kind=_kind_name(endorsement),
        changes=content["changes"],
        effective_at=common.moment(endorsement.effective_at),
        premium_difference=endorsement.premium_delta,
        added_insured=_added(endorsement),
        removed_insured=_removed(endorsement),
        application=common.reference(asked) if asked else None,
        requester=common.present(
            name=clerk.name if clerk else delivery.recipient(endorsement.policy.case).personal["name"],
            role="经办" if clerk else "投保人",
            at=clock.rfc3339(endorsement.created_at),
            comment=content.get("reason"),
        ),
        document=common.present(name=approved.title, code=approved.code, digest=endorsement.shown_digest, pages=pages or None),
        seal_name=seal_name,
        signers=[common.present(role="approver", name=approver.name, on_behalf_of=content.get("approval", {}).get("for"))],
    )


def _head(endorsement: Endorsement, document: Document) -> dict[str, Any]:
    return contract.change_head(document, endorsement.policy.case, endorsement.content["application"])


def _refund(endorsement: Endorsement) -> dict[str, Any]:
    """Return refund, account and the day by which it is paid. Without an account on file it goes back the way it came."""
    rule = endorsement.policy.case.product.definition.servicing_rule(endorsement.kind)
    amount = -endorsement.premium_delta
    name, note = REFUND_LINES.get(rule.premium if rule else "", ("应退金额", "按条款计算"))
    account = endorsement.content["application"].get("account") or {}
    known = account.get("owner") and account.get("bank") and account.get("number")
    return {
        "refund": {"lines": [{"name": name, "note": note, "amount": amount}], "total": amount},
        "account": {"owner": account["owner"], "bank": account["bank"], "number": common.masked_account(account["number"])}
        if known
        else None,
        "pay_until": (endorsement.intent_at.astimezone(clock.SHANGHAI).date() + timedelta(days=REFUND_DAYS)).isoformat(),
    }


def _warnings(endorsement: Endorsement, *, cooling: bool) -> list[str]:
    refund = f"{-endorsement.premium_delta / 100:,.2f}"
    lost = "合同终止后，被保险人不再享有本合同的保障；以后再投保，保险费可能提高，健康状况变化可能导致不能承保。"
    own = "退还的款项只付至投保人本人的账户。有人要求把款项转购其他产品的，请警惕误导和欺诈。"
    if cooling:
        return [f"犹豫期内解除合同，退还全部已交保险费 {refund} 元；保险人自始不承担保险责任。", lost, own]
    return [f"犹豫期后解除合同会遭受损失：退还 {refund} 元，可能少于已交保险费。", lost, own]


def _kind_name(endorsement: Endorsement) -> str:
    rule = endorsement.policy.case.product.definition.servicing_rule(endorsement.kind)
    return rule.name.zh if rule else endorsement.kind


def _behalf(endorsement: Endorsement, role: str) -> str | None:
    return endorsement.content["application"]["policyholder"]["name"] if role == "company_agent" else None


def _added(endorsement: Endorsement) -> list[dict[str, Any]] | None:
    first = endorsement.content.get("first_added")
    if first is None:
        return None
    rows = common.insured_rows(endorsement.content["application"], endorsement.policy.case.product.definition)
    day = endorsement.effective_at.astimezone(clock.SHANGHAI).date().isoformat()
    return [{**row, "effective_from": day} for row in rows[first:]]


def _removed(endorsement: Endorsement) -> list[dict[str, Any]] | None:
    """Return who is taken off, with the numbers that they had on the list."""
    gone = endorsement.content.get("removed")
    if not gone:
        return None
    application = {**endorsement.content["application"], "insured": [row["person"] for row in gone]}
    rows = common.insured_rows(application, endorsement.policy.case.product.definition)
    return [{**row, "number": kept["number"]} for row, kept in zip(rows, gone, strict=True)]

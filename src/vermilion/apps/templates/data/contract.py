"""电子保单, 保单签收回执, 核保通知书, 加费/除外同意书, 延期/拒保通知书, 批改申请书, 批单."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from vermilion.apps.cases.models import Case, Document
from vermilion.apps.products import rating
from vermilion.base import clock

from . import common


def policy(
    document: Document,
    application: dict[str, Any],
    *,
    number: str,
    version: int,
    concluded_on: date,
    cover_from: datetime,
    cover_to: datetime | None,
    premium: int,
    loading_per_mille: int,
    paid_at: datetime | None,
    special_terms: list[str],
    underwritten_by: str,
    priced_on: date,
    confirmation: Document | None,
) -> dict[str, Any]:
    """电子保单 with the ten items of IL 18, the clauses and, for long terms, the cash values."""
    case = document.case
    definition = case.product.definition
    quote = rating.quote(definition, application, today=priced_on, loading_per_mille=loading_per_mille)
    body: dict[str, Any] = {
        **common.head(document),
        "insurance_type": common.INSURANCE_TYPES[definition.line],
        "policy_no": number,
        "version": version,
        "copy": "original",
        "application_no": case.number,
        "concluded_on": concluded_on.isoformat(),
        "product": common.product(case, application["plan"]["code"]),
        "policyholder": common.policyholder(application, definition),
        "subject": common.SUBJECT.zh,
        "subject_en": common.SUBJECT.en,
        "coverages": common.coverages(application, definition, quote.lines),
        "cover": {"from": common.moment(cover_from), "to": common.moment(cover_to) if cover_to else None},
        "premium": common.premium(
            application,
            amount=premium,
            loading=premium - rating.quote(definition, application, today=priced_on).premium if loading_per_mille else 0,
            paid_at=clock.rfc3339(paid_at) if paid_at else None,
        ),
        "benefit_payment": "保险金由有权领取的人申请；保险人核定属于保险责任的，按条款约定的方式和期限给付至其本人账户。",
        "exclusions_summary": f"免除或者减轻保险人责任的内容见所附《{definition.clauses.title}》，在条款中以加粗并着色的文字标明。",
        "breach_and_disputes": "任何一方违反合同的，依法律和合同承担责任。争议先由双方协商；协商不成的，可以依法向人民法院起诉。",
        "benefit_payment_en": "Whoever is entitled applies; what is covered is paid to the own account as the clauses say.",
        "exclusions_summary_en": "What frees the insurer or reduces its liability is bold on a tint in the attached clauses.",
        "breach_and_disputes_en": "Whoever breaks the contract is liable. Disputes are negotiated, then brought to court.",
        "special_terms": special_terms or None,
        "cash_values": common.cash_values(application, definition, priced_on=priced_on),
        "cooling_off_days": definition.times.cooling_off_days or None,
        "underwriting": {"conclusion": "modified" if loading_per_mille or special_terms else "standard"},
        "staff": {"underwritten_by": underwritten_by},
        "salesperson": common.salesperson(case),
        "confirmation": common.reference(confirmation) if confirmation else None,
        "clauses": [common.clauses(definition)],
    }
    if definition.line == "group_accident":
        body["insured_list"] = common.insured_rows(application, definition, lines=quote.lines)
    else:
        body["insured"] = [common.person(entry, definition, relation=entry["relation"]) for entry in application["insured"]]
    if definition.beneficiaries != "none":
        body["beneficiaries"] = common.beneficiaries(application)
    return {key: value for key, value in body.items() if value is not None}


def policy_acknowledgement(
    document: Document,
    application: dict[str, Any],
    *,
    number: str,
    version: int,
    delivered_at: datetime,
    documents: list[Document],
    differences: list[dict[str, str]],
    cooling_off: tuple[int, date, date] | None,
    signers: list[dict[str, Any]],
) -> dict[str, Any]:
    """保单签收回执: what was received, by digest, and when cooling-off ends."""
    case = document.case
    who = "本单位" if application["policyholder"].get("kind") == "company" else "本人"
    told = "犹豫期和退保可能的损失" if cooling_off else "和解除合同可能的损失"
    same = f"保险单所载内容与{who}的投保申请一致。" if not differences else f"下列与投保申请不同之处，保险人已逐项说明，{who}接受。"
    return {
        **common.head(document),
        "policy_no": number,
        "version": version,
        "product": common.product(case, application["plan"]["code"]),
        "policyholder": common.policyholder(application, case.product.definition),
        "insured": common.insured_names(application),
        "delivered_at": clock.rfc3339(delivered_at),
        "delivery_way": "短信通知，在线阅读和下载",
        "documents": [common.reference(item) for item in documents],
        "statements": [
            f"{who}已经收到上述保险合同文件，内容完整、清晰。",
            f"{who}知悉保险责任、责任免除{'、' if cooling_off else ''}{told}。",
            same,
        ],
        "differences": differences,
        "cooling_off": {"days": cooling_off[0], "from": cooling_off[1].isoformat(), "until": cooling_off[2].isoformat()}
        if cooling_off
        else None,
        "signers": signers,
    }


@dataclass(frozen=True)
class Terms:
    """Changed terms of acceptance: the premiums (fen) before and after, the loading in thousandths, and what is excluded."""

    reason: str
    premium_before: int
    premium_after: int
    loading_per_mille: int
    exclusions: list[str]
    valid_until: date


def underwriting_notice(
    document: Document,
    application: dict[str, Any],
    terms: Terms,
    *,
    decided_on: date,
    underwriter: str,
    confirmation: Document | None,
) -> dict[str, Any]:
    """核保通知书: the changed terms and why. What the customer signs is the :func:`terms_consent`."""
    steps = [
        "请在确认期限以前阅读《承保条件变更同意书》，同意的，由投保人和需要签署的被保险人本人签署。",
        f"不同意的，可以拒绝签署或者撤回投保申请；有疑问的，请拨打客服热线 {document.case.insurer.hotline}。",
        "逾期未签署的，本次投保申请终止。本次投保尚未收取保险费，保险责任没有开始。",
    ]
    return common.present(
        **_terms(document, application, terms),
        decided_on=decided_on.isoformat(),
        underwriter=underwriter,
        confirmation=common.reference(confirmation) if confirmation else None,
        next_steps=steps,
    )


def terms_consent(
    document: Document,
    application: dict[str, Any],
    terms: Terms,
    *,
    notice: dict[str, Any],
    confirmation: Document | None,
    signers: list[dict[str, Any]],
) -> dict[str, Any]:
    """加费/除外同意书: who agreed to the contract agrees to its change; ``notice`` is the 核保通知书 by name, code and digest."""
    declarations = ["本人已经收到并阅读核保通知书，知悉承保条件变更的内容和理由。", "本人同意按变更后的条件订立保险合同。"]
    if terms.loading_per_mille:
        declarations.append("本人同意按变更后的保险费交费。")
    if terms.exclusions:
        declarations.append("本人知悉对上列除外的情形，保险人不承担给付保险金的责任。")
    declarations += ["本人知悉逾期未签署的，本次投保申请终止。", "本同意书由本人亲自签署，没有他人代签。"]
    return common.present(
        **_terms(document, application, terms),
        notice=notice,
        confirmation=common.reference(confirmation) if confirmation else None,
        declarations=declarations,
        signers=signers,
    )


def _terms(document: Document, application: dict[str, Any], terms: Terms) -> dict[str, Any]:
    case = document.case
    modifications: list[dict[str, Any]] = []
    if terms.loading_per_mille:
        modifications.append(
            {
                "kind": "loading",
                "title": f"加收保险费 {terms.loading_per_mille / 10:g}%",
                "text": "因核保原因，在标准保险费之外加收保险费；保险责任不变。",
                "premium_before": terms.premium_before,
                "premium_after": terms.premium_after,
            }
        )
    modifications += [{"kind": "exclusion", "title": "除外责任", "text": text} for text in terms.exclusions]
    return {
        **common.head(document),
        "application_no": case.number,
        "product": common.product(case, application["plan"]["code"]),
        "policyholder": common.policyholder(application, case.product.definition),
        "insured": common.insured_names(application),
        "reason": terms.reason,
        "modifications": modifications,
        "premium_before": terms.premium_before,
        "premium_after": terms.premium_after,
        "premium_mode": common.payment_mode(application),
        "valid_until": terms.valid_until.isoformat(),
    }


def decision_notice(
    document: Document,
    application: dict[str, Any],
    *,
    decision: str,
    reason: str,
    decided_on: date,
    postponed_until: date | None,
    underwriter: str,
) -> dict[str, Any]:
    """延期/拒保通知书 with reasons and what to do next."""
    case = document.case
    steps = [f"对本决定有疑问的，可以拨打客服热线 {case.insurer.hotline} 询问或者申请复核。", "本次投保没有收取保险费，保险责任没有开始。"]
    if postponed_until:
        steps.insert(0, f"{postponed_until:%Y 年 %m 月 %d 日}以后，可以携带新的检查资料重新提交投保申请。")
    return common.present(
        **common.head(document),
        application_no=case.number,
        product=common.product(case, application["plan"]["code"]),
        policyholder=common.policyholder(application, case.product.definition),
        insured=common.insured_names(application),
        decision=decision,
        reason=reason,
        decided_on=decided_on.isoformat(),
        postponed_until=postponed_until.isoformat() if postponed_until else None,
        next_steps=steps,
        underwriter=underwriter,
    )


def insured_certificate(
    document: Document,
    application: dict[str, Any],
    *,
    policy_no: str,
    version: int,
    number: int,
    cover_from: datetime,
    cover_to: datetime | None,
) -> dict[str, Any]:
    """保险凭证 of the insured person with ``number`` on the list of a group policy (from 1)."""
    case = document.case
    definition = case.product.definition
    return {
        **common.head(document),
        "certificate_no": f"{policy_no}-{version}-{number:04d}",
        "policy_no": policy_no,
        "version": version,
        "number": number,
        "issued_on": document.created_at.astimezone(clock.SHANGHAI).date().isoformat(),
        "product": common.product(case, application["plan"]["code"]),
        "policyholder_name": application["policyholder"]["name"],
        "insured": common.person(application["insured"][number - 1], definition),
        "beneficiaries": {"kind": "statutory"},
        "coverages": common.coverages(application, definition, ()),
        "cover": {"from": common.moment(cover_from), "to": common.moment(cover_to) if cover_to else None},
        "exclusions_summary": f"免除或者减轻保险人责任的内容见保险单所附《{definition.clauses.title}》。",
        "exclusions_summary_en": "What frees the insurer or reduces its liability stands in the clauses attached to the policy.",
        "notices": [
            f"发生保险事故后，请尽快拨打 {case.insurer.hotline} 报案，并保留医疗单据原件。",
            "您可以扫描右上角二维码核对本凭证的真伪和保险单是否仍然有效。",
            "本凭证不得转让、质押；您不再是被保险人的，保障自批单载明的时间起终止。",
        ],
    }


def change_head(document: Document, case: Case, fields: dict[str, Any]) -> dict[str, Any]:
    """Return what the papers of a change have in common; ``fields`` is the policy version's application data."""
    return {
        **common.head(document),
        "product": common.product(case, fields["plan"]["code"]),
        "policyholder": common.policyholder(fields, case.product.definition),
    }

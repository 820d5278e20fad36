"""What the case page shows, gathered for its template: where the case stands, what stops it, who has to do what next."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from vermilion.apps.archive import queries as archive
from vermilion.apps.archive.models import PreservedFile
from vermilion.apps.cases import services as cases
from vermilion.apps.cases.models import Case, CaseParty, Document, PartyRole
from vermilion.apps.cases.transitions import ENDED, State
from vermilion.apps.conduct.models import FaceToFace, SuspicionState
from vermilion.apps.notices import queries as notices
from vermilion.apps.notices.models import NoticeState
from vermilion.apps.parties.models import StaffMember
from vermilion.apps.parties.scoping import scope_of
from vermilion.apps.policies import servicing
from vermilion.apps.policies.models import Endorsement, EndorsementState, Policy
from vermilion.apps.products.definition import ProductDefinition
from vermilion.apps.signing import applying, not_me
from vermilion.apps.signing.group import queries as group
from vermilion.apps.signing.models import TaskState
from vermilion.apps.tracing.models import PageShown
from vermilion.apps.underwriting import queries as underwriting
from vermilion.base import clock
from vermilion.base.rows import only
from vermilion.base.validation import mask_address, mask_email, mask_id_number, mask_name, mask_phone
from vermilion.web.display import listed

from . import permissions, suspicions, timeline, words

MASKS = {"name": mask_name, "id_number": mask_id_number, "phone": mask_phone, "email": mask_email, "address": mask_address}
#: Kinds of documents that persons sign; the insurer seals the others.
FOR_PERSONS = frozenset({"confirmation", "underwriting_notice", "terms_consent", "policy_acknowledgement", "servicing_application"})
NOTICE_TONES = {"failed": "blocked", "received": "done", "sent": "done", "queued": "waiting"}


def case_context(case: Case, staff: StaffMember, *, revealed: UUID | None = None) -> dict[str, Any]:
    """Return the context of ``console/case.html`` as this member of staff may see it."""
    policy = only(Policy.objects.filter(case=case))
    definition, row = case.product.definition, cases.application(case)
    language = "en" if get_language() == "en" else "zh"
    trail, sent = timeline.of_case(case), notices.of_case(case)
    failing = set(notices.failing().filter(case=case, state=NoticeState.FAILED).values_list("pk", flat=True))
    endorsements = list(policy.endorsements.order_by("-created_at")) if policy else []
    approving = {str(item.id) for item in endorsements if item.state == EndorsementState.APPROVAL}
    papers = list(case.documents.prefetch_related("revisions"))
    copies = archive.newest(papers)
    return {
        "case": case,
        "tone": "blocked" if case.blocked_by else words.TONES.get(case.state, "ended"),
        "product": definition.name.of(language),
        "branch": words.branch_name(case.branch),
        "application": row,
        "next": next_step(case, staff),
        "stopped": not_me.is_stopped(case),
        "withdrawable": case.state in WITHDRAWABLE,
        "owned": case.owner_id == staff.id,
        "colleagues": _colleagues(case, staff) if permissions.may(staff, "case_assign") else [],
        "company": company(row.data),
        "parties": [party_view(party, revealed=party.id == revealed) for party in case.parties.exclude(role=PartyRole.MEMBER)],
        "consents": _consents(case),
        "documents": [document_view(document, approving, copies.get(document.id)) for document in papers],
        "tasks": list(case.signing_tasks.select_related("party", "document").exclude(state=TaskState.VOID)),
        "steps": _steps(case),
        "notices": [(notice, NOTICE_TONES.get(notice.state, "waiting")) for notice in sent],
        "undelivered": next((notice for notice in sent if notice.id in failing), None),
        "orders": list(case.payment_orders.select_related("refunded_by").prefetch_related("callbacks").order_by("-created_at")),
        "decisions": underwriting.decisions(case) if permissions.may(staff, "document") else [],
        "differences": list(case.differences.select_related("explained_by").order_by("path")),
        "checks": list(case.identity_checks.select_related("party")),
        "policy": policy,
        "policy_tone": words.TONES.get(policy.status, "ended") if policy else "",
        "versions": list(policy.versions.select_related("document")) if policy else [],
        "endorsements": [
            (item, _change_name(definition, item.kind), "blocked" if item.last_error else words.TONES.get(item.state, "done"))
            for item in endorsements
        ],
        "follow_up": getattr(policy, "follow_up_call", None) if policy else None,
        "pages_shown": PageShown.objects.filter(case=case).count(),
        "chain": trail,
        "dates": _dates(case),
        "suspicions": [
            (row, suspicions.reason(row), suspicions.TONES[SuspicionState(row.state)])
            for row in case.suspicions.select_related("salesperson", "staff")
        ],
        "meetings": _meetings(case),
    }


def _meetings(case: Case) -> list[tuple[FaceToFace, str, str]]:
    """Return the meetings 面对面 of a case, the newest first, each with how it stands: tone and words."""
    now, found = clock.now(), []
    rows = case.meetings.select_related("salesperson", "party").prefetch_related("confirmations__party", "confirmations__document")
    for meeting in rows:
        labels = (_("进行中"), _("已结束")) if meeting.agreed_at else (_("等待同意"), _("未同意"))
        tones = ("active", "done") if meeting.agreed_at else ("waiting", "ended")
        over = int(not meeting.is_open(now))
        found.append((meeting, tones[over], labels[over]))
    return found


WITHDRAWABLE = frozenset(
    {State.APPLYING, State.SIGNING, State.UNDERWRITING, State.INFORMATION_REQUESTED, State.OFFERED, State.AWAITING_PAYMENT}
)


def next_step(case: Case, staff: StaffMember) -> dict[str, str]:
    """Return what has to happen now (``text``), and the button for it (``label``, ``url``, ``method``) if this person may press one."""
    number = case.number
    if case.blocked_by and case.state in (State.ISSUING, State.SEALED, State.UNDERWRITING, State.SIGNING) and not not_me.is_stopped(case):
        return _button(staff, "case_retry", number, _("系统任务停下了，排除原因后可以重新开始。"), _("重新开始"), post=True)
    remind: dict[str, str] = {
        State.APPLYING: _("等客户填完投保单：%(step)s。") % {"step": _applying_step(case)},
        State.SIGNING: _("等待签署：%(who)s。") % {"who": _open_signers(case)},
        State.INFORMATION_REQUESTED: _("等投保人补充资料。"),
        State.OFFERED: _("等待客户阅读并签署新的承保条件：%(who)s。") % {"who": _open_signers(case)},
        State.AWAITING_PAYMENT: _("等投保人用本人账户缴费。"),
    }
    if case.state in remind:
        return _button(staff, "service_remind", number, remind[case.state], _("提醒客户"), post=True)
    if change := _open_change(case, staff):
        return change
    if case.state == State.HELD:
        return _button(staff, "case_consents", number, _("有被保险人撤回了同意，暂缓出单，等退还保险费。"), _("去办理"))
    if group.endings(case).exists():
        return _button(staff, "case_consents", number, _("有被保险人撤回了同意，等办理终止其保障的批单。"), _("去办理"))
    if case.state == State.DELIVERED and case.product.definition.acknowledgement:
        return _button(staff, "service_remind", number, _("保单已送达，等投保人签收回执。"), _("提醒签收"), post=True)
    if case.state == State.UNDERWRITING:
        return _button(staff, "underwriting_case", number, _("等核保员作出结论。"), _("去核保"))
    if case.state == State.DIFFERENT:
        return {"text": _("保单与客户签署的投保确认书不一致，逐项说明后才能出单。"), "label": "", "url": "", "method": ""}
    if case.state in (State.ISSUING, State.SEALED):
        return {"text": _("系统正在处理，通常几秒钟内完成。"), "label": "", "url": "", "method": ""}
    return {"text": _nothing_to_do(case), "label": "", "url": "", "method": ""}


def _open_change(case: Case, staff: StaffMember) -> dict[str, str] | None:
    """Return what a change of the issued policy waits for, or None without one."""
    change = Endorsement.objects.filter(policy__case=case, state__in=servicing.OPEN_STATES).first()
    if change is None:
        return None
    facts = {"number": change.number, "who": _open_signers(case)}
    if change.state == EndorsementState.CONSENTS:
        asked = group.round_of_change(change.id)
        if asked is None:
            return {"text": _("变更 %(number)s：系统正在处理。") % facts, "label": "", "url": "", "method": ""}
        text = _("变更 %(number)s：等新增的被保险人本人答复。") % facts
        found = _button(staff, "case_consents", case.number, text, _("看答复"))
        return found | ({"url": f"{found['url']}?change={change.id}"} if found["url"] else {})
    if change.state == EndorsementState.SIGNING and case.signing_tasks.filter(state=TaskState.OPEN).exists():
        text = _("变更 %(number)s：等待签署申请书（%(who)s）。") % facts
        return _button(staff, "service_remind", case.number, text, _("提醒客户"), post=True)
    text = _("变更 %(number)s：等审批人批准。") if change.state == EndorsementState.APPROVAL else _("变更 %(number)s：系统正在处理。")
    return {"text": text % facts, "label": "", "url": "", "method": ""}


def _nothing_to_do(case: Case) -> str:
    policy = only(Policy.objects.filter(case=case))
    if policy and case.state in (State.DELIVERED, State.ACKNOWLEDGED, State.ARCHIVED):
        return _("没有待办事项，保单%(status)s。") % {"status": policy.get_status_display()}
    return _("业务已经结束。") if case.state in ENDED else _("没有待办事项。")


def _button(staff: StaffMember, name: str, number: str, text: str, label: str, *, post: bool = False) -> dict[str, str]:
    if not permissions.may(staff, name):
        return {"text": text, "label": "", "url": "", "method": ""}
    return {"text": text, "label": label, "url": reverse(f"console:{name}", args=[number]), "method": "post" if post else "get"}


def _applying_step(case: Case) -> str:
    step = applying.next_step(case)
    return str(words.PAGES.get(step, step)) if step else str(_("待出示投保确认书"))


def _open_signers(case: Case) -> str:
    roles = case.signing_tasks.filter(state=TaskState.OPEN).values_list("party__role", flat=True)
    return listed(str(words.ROLES.get(role, role)) for role in roles) or str(_("无"))


def party_view(party: CaseParty, *, revealed: bool) -> dict[str, Any]:
    """Return one person as the page shows her, masked unless ``revealed``."""
    personal = party.personal
    shown = {name: value if revealed else MASKS[name](value) for name in MASKS if (value := personal.get(name))}
    labels = {"name": _("姓名"), "id_number": _("证件号码"), "phone": _("手机号"), "email": _("邮箱"), "address": _("地址")}
    rows = [(labels[name], value) for name, value in shown.items()]
    if revealed and personal.get("birth_date"):
        rows.insert(2, (_("出生日期"), personal["birth_date"]))
    return {"party": party, "role": party.get_role_display(), "rows": rows, "revealed": revealed}


def _change_name(definition: ProductDefinition, kind: str) -> str:
    rule = definition.servicing_rule(kind)
    return words.text_of(rule.name.model_dump()) if rule else kind


def company(data: dict[str, Any]) -> list[tuple[Any, str]]:
    """Return what a group's page says about the policyholder, who is no person and therefore no party; nothing for a person."""
    holder = data.get("policyholder") or {}
    if holder.get("kind") != "company":
        return []
    rows = [(_("单位名称"), holder.get("name")), (_("统一社会信用代码"), (holder.get("company") or {}).get("uscc"))]
    return [(label, str(value)) for label, value in [*rows, (_("地址"), holder.get("address"))] if value]


def document_view(document: Document, approving: Collection[str] = (), kept: PreservedFile | None = None) -> dict[str, Any]:
    """Return one document with its newest revision, long-term copy and a state word. ``approving``: subjects that wait for an approver."""
    revisions = sorted(document.revisions.all(), key=lambda item: item.number)
    last = revisions[-1] if revisions else None
    if document.void:
        tone, label = "ended", _("已作废")
    elif document.closed_at:
        tone, label = "done", _("已完成")
    else:
        tone = "waiting"
        label = _("待审批") if document.subject in approving else _("待签署") if document.kind in FOR_PERSONS else _("待签章")
    return {"document": document, "last": last, "count": len(revisions), "tone": tone, "label": label, "kept": kept}


def _steps(case: Case) -> list[dict[str, str]]:
    done, current = applying.done_steps(case), applying.next_step(case)
    return [
        {"title": str(words.PAGES.get(step, step)), "state": "done" if step in done else "current" if step == current else "todo"}
        for step in applying.own_steps(case)
    ]


def _dates(case: Case) -> list[tuple[str, Any]]:
    rows = [
        (_("投保"), case.applied_at),
        (_("投保单签署"), case.application_signed_at),
        (_("承保"), case.accepted_at),
        (_("缴费"), case.premium_paid_at),
        (_("出单"), case.issued_at),
        (_("签章"), case.sealed_at),
        (_("送达"), case.delivered_at),
        (_("签收"), case.receipt_signed_at),
    ]
    return [(label, moment) for label, moment in rows if moment]


def _colleagues(case: Case, staff: StaffMember) -> list[StaffMember]:
    people = StaffMember.objects.filter(insurer=case.insurer, active=True).exclude(pk=staff.pk).select_related("insurer").order_by("name")
    return [person for person in people if scope_of(person, permissions.CASES).covers(case.branch_id)]


def _consents(case: Case) -> group.Counts | None:
    """Return how a group's list answered, where its people are asked."""
    asked = group.round_of(case)
    return group.counts(asked) if asked else None

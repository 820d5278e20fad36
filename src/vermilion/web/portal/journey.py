"""Where a customer stands: her steps in order, and the one page that comes next."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vermilion.apps.cases.models import Case, CaseParty
from vermilion.apps.cases.services import done_steps
from vermilion.apps.cases.transitions import CLOSED, State
from vermilion.apps.conduct.models import FaceToFace
from vermilion.apps.identity.models import IdentityCheck
from vermilion.apps.signing import applying
from vermilion.apps.signing.group import queries as group
from vermilion.apps.signing.models import PENDING, SigningTask, TaskState

from .access import Access

TITLES = {
    "notice": gettext_lazy("投保须知"),
    "consents": gettext_lazy("各项同意"),
    "application": gettext_lazy("投保信息"),
    "disclosure": gettext_lazy("健康告知"),
    "application_notice": gettext_lazy("投保提示书"),
    "exemption": gettext_lazy("免责说明"),
    "identity": gettext_lazy("实名认证"),
    "authority": gettext_lazy("单位授权"),
    "insured_consents": gettext_lazy("员工同意"),
    "consent": gettext_lazy("阅读并答复"),
    "confirmation": gettext_lazy("确认并签名"),
    "underwriting": gettext_lazy("核保"),
    "payment": gettext_lazy("缴费"),
    "policy": gettext_lazy("收取保单"),
    "acknowledgement": gettext_lazy("签收回执"),
    "signature": gettext_lazy("阅读并签名"),
}
# State of the case → which of the steps after the confirmation is at hand.
_LATER = {
    State.SIGNING: "confirmation",
    State.UNDERWRITING: "underwriting",
    State.INFORMATION_REQUESTED: "underwriting",
    State.OFFERED: "underwriting",
    State.AWAITING_PAYMENT: "payment",
    State.ISSUING: "policy",
    State.DIFFERENT: "policy",
    State.HELD: "policy",
    State.SEALED: "policy",
    State.DELIVERED: "acknowledgement",
}
# States that only a signed application or an order of the core system reaches.
_ORDERED = frozenset({State.ISSUING, State.DIFFERENT, State.HELD, State.SEALED, State.DELIVERED, State.ACKNOWLEDGED, State.ARCHIVED})
_ISSUED = frozenset({State.DELIVERED, State.ACKNOWLEDGED, State.ARCHIVED})
# The machine or a person of the insurer works; the page asks by itself whether something changed.
WORKING = frozenset({State.UNDERWRITING, State.ISSUING, State.DIFFERENT, State.SEALED})


@dataclass(frozen=True)
class Next:
    """The one thing to do now: an address and the words on its button. Without an address there is nothing to do but wait."""

    url: str = ""
    label: str = ""


def fingerprint(case: Case) -> str:
    """Return a short digest of everything whose change a waiting page must show.

    Take it before you read what the page shows: what changes in between then makes the page load itself anew. The other way round the page
    would show the old and know the new, and wait for ever.
    """
    tasks = SigningTask.objects.filter(case=case).order_by("created_at", "position").values_list("state", flat=True)
    checks = IdentityCheck.objects.filter(case=case).order_by("started_at").values_list("result", flat=True)
    meetings = FaceToFace.objects.filter(case=case, ended_at=None).values_list("agreed_at", "confirmations__confirmed_at")
    parts = [
        case.state,
        case.blocked_by,
        *tasks,
        *checks,
        *(str(one) for one in meetings),
        str(case.documents.filter(closed_at__isnull=False).count()),
    ]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]


def own_task(access: Access) -> SigningTask | None:
    """Return what this person has to sign now, or what is being written for her; None when neither. Signers come one after the other."""
    if access.party is None:
        return None
    waiting = SigningTask.objects.filter(document__void=False, state__in=PENDING)
    before_her = waiting.filter(document=OuterRef("document"), position__lt=OuterRef("position"))
    mine = waiting.filter(case=access.case, party=access.party).exclude(Exists(before_her))
    task = mine.select_related("document").order_by("created_at").first()
    if task is not None:
        task.case, task.party = access.case, access.party
    return task


def steps(access: Access) -> list[dict[str, Any]]:
    """Return this person's steps for the step meter, each ``done``, ``current`` or ``todo``."""
    names, done = _applicant_steps(access) if access.is_applicant else _signer_steps(access)
    current = next((name for name in names if name not in done), None)
    return [
        {"name": name, "title": TITLES[name], "state": "done" if name in done else "current" if name == current else "todo"}
        for name in names
    ]


def _applicant_steps(access: Access) -> tuple[list[str], set[str]]:
    case = access.case
    own = applying.own_steps(case)
    later = ["underwriting", "payment", "policy"] + (["acknowledgement"] if case.product.definition.acknowledgement else [])
    if case.application_signed_at is None and case.state in _ORDERED:
        own, later = [], later[2:]  # concluded and paid in the insurer's core system: nobody took these steps here
    names = own + later
    if case.state == State.APPLYING:
        return names, access.done
    if case.state in CLOSED:
        return names, set(own)
    at = _LATER.get(State(case.state))
    return names, set(names[: names.index(at)] if at in names else names)


def _signer_steps(access: Access) -> tuple[list[str], set[str]]:
    if group.is_member(access.party):
        assert access.party is not None  # noqa: S101 -- somebody
        answer, names = group.answer_of(access.party), ["consents", "identity", "consent"]
        return names, set(names) if answer is None or answer.answered_at else signer_done(access.case, access.party)
    names = ["consents", "identity", "signature"]
    assert access.party is not None  # noqa: S101 -- only the applicant may be unnamed
    done = signer_done(access.case, access.party)
    if own_task(access) is None:
        done = done | set(names)
    return names, done


def signer_done(case: Case, party: CaseParty) -> set[str]:
    """Return the steps that a further signer has done for the present version of the application."""
    return done_steps(case, party)


def next_page(access: Access) -> Next:
    """Return what this person does next."""
    case, number = access.case, access.case.number
    if group.is_member(access.party):
        return _member_next(access)
    task = own_task(access)
    if not access.is_applicant:
        return _signer_next(access, task)
    if case.state == State.APPLYING:
        return Next(applying_url(access), _("继续投保"))
    if case.state in _ISSUED and "insured_consents" in case.product.definition.steps and group.open_change(case):
        return Next(reverse("apply_added_consents", args=[number]), _("查看新增人员的答复"))
    if task is not None:
        url = reverse("apply_sign_status" if task.state == TaskState.ACCEPTED else "apply_sign", args=[number])
        return Next(url, _("阅读并签名"))
    if case.state == State.INFORMATION_REQUESTED:
        return Next(reverse("apply_information", args=[number]), _("补充资料"))
    if case.state == State.AWAITING_PAYMENT:
        return Next(reverse("apply_pay", args=[number]), _("去缴费"))
    if case.state == State.DELIVERED and case.product.definition.acknowledgement:
        return Next(reverse("apply_acknowledge", args=[number]), _("查收保单并签收"))
    return Next()


def applying_url(access: Access) -> str:
    """Return the page of the applicant's next step."""
    case = access.case
    step = applying.next_step(case)
    if step in ("authority", "insured_consents", "confirmation") and not applying.phone_proven(case, access.party):
        step = "phone"
    return reverse(f"apply_{step or 'confirmation'}", args=[case.number])


def _member_next(access: Access) -> Next:
    """Return what an insured person on a company's list does next, while she may still answer."""
    assert access.party is not None  # noqa: S101 -- somebody
    number, answer = access.case.number, group.answer_of(access.party)
    if answer is None or not group.is_answerable(answer):
        return Next()
    done = signer_done(access.case, access.party)
    for step in ("consents", "identity"):
        if step not in done:
            return Next(reverse(f"apply_signer_{step}", args=[number]), _("开始办理"))
    return Next(reverse("apply_consent", args=[number]), _("更改答复") if answer.answered_at else _("阅读并答复"))


def _signer_next(access: Access, task: SigningTask | None) -> Next:
    if task is None:
        return Next()
    assert access.party is not None  # noqa: S101
    number = access.case.number
    if task.state == TaskState.ACCEPTED:
        return Next(reverse("apply_sign_status", args=[number]), _("查看进度"))
    if access.meeting:  # on the salesperson's device she writes her name; all before it is done on her own phone
        return Next(reverse("apply_meeting_sign", args=[number]), _("手写签名"))
    done = signer_done(access.case, access.party)
    for step in ("consents", "identity"):
        if step not in done:
            return Next(reverse(f"apply_signer_{step}", args=[number]), _("开始办理"))
    return Next(reverse("apply_sign", args=[number]), _("阅读并签名"))

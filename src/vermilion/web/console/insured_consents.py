"""The desk's view of a group's consents: counts, the list with masked names, a reminder, and whose cover is to be ended."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vermilion.apps.cases import queries
from vermilion.apps.cases.models import Case
from vermilion.apps.cases.transitions import State
from vermilion.apps.payments.errors import RefundUnknown
from vermilion.apps.policies import held
from vermilion.apps.policies.models import Policy
from vermilion.apps.signing.group import collecting, withdrawing
from vermilion.apps.signing.group import queries as group
from vermilion.apps.signing.group.models import ConsentRound, InsuredConsent
from vermilion.base.validation import mask_name, mask_phone
from vermilion.web.limits import Limit, hit

from . import permissions
from .case import visit
from .frame import page_of, show

REMINDERS = Limit("console.insured_reminders", 6, 3600)
TONES = {"waiting": "waiting", "consented": "done", "refused": "ended", "withdrawn": "ended"}


@require_safe
@permissions.page("case_consents")
def case_consents(request: HttpRequest, number: str) -> HttpResponse:
    """Who of a company's list consented, waits, refused; ``change``: of the people whom that endorsement adds."""
    found = queries.by_number(request.scope, number)  # type: ignore[attr-defined]
    visit(request, found, "case")
    asked = _asked(found, request.GET.get("change", ""))
    endings = [(answer, _masked(answer), [("answer", answer.id)]) for answer in group.endings(found)]
    policy = Policy.objects.filter(case=found).first()
    crumbs = [(found.number, reverse("console:case", args=[found.number])), (_("被保险人同意"), "")]
    if asked is None:
        return show(request, "console/insured_consents.html", {"case": found, "endings": endings, "policy": policy}, crumbs=crumbs)
    state = request.GET.get("state", "")
    rows = group.answers(asked)
    shown = page_of(request, rows.filter(state=state) if state in TONES else rows)
    context = {
        "case": found,
        **group.progress(asked),
        "endings": endings,
        "policy": policy,
        "held": _held(found),
        "state": state,
        "filters": [("", _("全部")), *((one, InsuredConsent.State(one).label) for one in TONES)],
        "shown": shown,
        "rows": [(answer, _masked(answer), TONES[answer.state]) for answer in shown],
    }
    return show(request, "console/insured_consents.html", context, crumbs=crumbs)


@require_POST
@permissions.page("case_consents_remind")
def case_consents_remind(request: HttpRequest, number: str) -> HttpResponse:
    """Ask those again who have not answered; nobody more often than the rule allows."""
    found = queries.by_number(request.scope, number)  # type: ignore[attr-defined]
    asked = _asked(found, request.POST.get("change", ""))
    hit(REMINDERS, str(found.id))
    count = collecting.remind(case_id=found.id, change=asked.change if asked else None)
    messages.success(request, _("正在提醒 %(count)d 人。") % {"count": count})
    return _back(found, asked)


@require_POST
@permissions.page("case_consents_ended")
def case_consents_ended(request: HttpRequest, number: str) -> HttpResponse:
    """Say that the cover of somebody who took her consent back has been ended."""
    found = queries.by_number(request.scope, number)  # type: ignore[attr-defined]
    chosen = next((answer for answer in group.endings(found) if str(answer.id) == request.POST.get("answer")), None)
    if chosen is None:
        messages.info(request, _("这一项已经办结。"))
    else:
        withdrawing.mark_ended(answer_id=chosen.id, staff=request.staff)  # type: ignore[attr-defined]
        messages.success(request, _("已记录办结，本人在自己的页面上可以看到。"))
    return _back(found, None)


@require_POST
@permissions.page("case_consents_refunded")
def case_consents_refunded(request: HttpRequest, number: str) -> HttpResponse:
    """Say that the premium of a held case has been returned; the company goes on from its list without who took her consent back."""
    found = queries.by_number(request.scope, number)  # type: ignore[attr-defined]
    try:
        held.refunded(case_id=found.id, staff=request.staff, reference=request.POST.get("reference", "").strip())  # type: ignore[attr-defined]
    except RefundUnknown as error:
        messages.error(request, f"{error.message}{error.hint}")
    else:
        messages.success(request, _("已登记退还保费，名单已退回投保单位，经办人会收到短信。"))
    return _back(found, None)


def _held(case: Case) -> dict[str, Any] | None:
    """Return what the desk has to do for a paid case that is held: whom it is about, what is to be returned and to whom."""
    order = case.payment_orders.filter(state="paid").first()
    asked = group.round_of(case)
    if case.state != State.HELD or order is None or asked is None:
        return None
    gone = group.answers(asked).filter(state=InsuredConsent.State.WITHDRAWN).order_by("withdrawn_at")
    return {"order": order, "people": [(answer, _masked(answer)) for answer in gone]}


def _asked(case: Case, change: str) -> ConsentRound | None:
    """Return the asking of a change of this case; without one that of the application."""
    try:
        asked = group.round_of_change(UUID(change)) if change else None
    except ValueError:
        asked = None
    return asked if asked and asked.case_id == case.id else group.round_of(case)


def _back(case: Case, asked: ConsentRound | None) -> HttpResponseRedirect:
    query = f"?change={asked.change}" if asked and asked.change else ""
    return HttpResponseRedirect(reverse("console:case_consents", args=[case.number]) + query)


def _masked(answer: InsuredConsent) -> tuple[str, str]:
    personal = answer.party.personal
    return mask_name(personal["name"]), mask_phone(personal["phone"])

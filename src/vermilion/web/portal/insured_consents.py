"""The company's pages of its people's consents: ask, count, remind, reopen, close; for an application, and for people added to a policy."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from vermilion.apps.cases.errors import TransitionRefused
from vermilion.apps.cases.services import application
from vermilion.apps.policies import adding
from vermilion.apps.signing import applying
from vermilion.apps.signing.estimate import estimate
from vermilion.apps.signing.group import collecting, queries
from vermilion.apps.signing.group.errors import ConsentsStillOpen, TooFewConsented
from vermilion.apps.signing.group.models import ConsentRound, InsuredConsent
from vermilion.web.limits import Limit, hit
from vermilion.web.traced import answered, traced

from .access import Access, applicant_only, customer
from .pages import onward, own_step, page, to_status

READ = ["GET", "HEAD", "POST"]
PAGE_SIZE = 50
REMINDERS = Limit("portal.insured_reminders", 12, 3600)
TONES = {"waiting": "waiting", "consented": "done", "refused": "ended", "withdrawn": "ended"}


@own_step("insured_consents")
@require_http_methods(READ)
def collect(request: HttpRequest, access: Access) -> HttpResponse:
    """Who consented, who waits, who refused; closing leaves on the list who consented."""
    case = access.case
    if not applying.phone_proven(case, access.party):
        return HttpResponseRedirect(reverse("apply_phone", args=[case.number]))
    if request.method == "POST" and collecting.STEP not in access.done:
        if "close" in request.POST:
            return _close(request, access)
        _ask(request, access)
        return HttpResponseRedirect(reverse("apply_insured_consents", args=[case.number]))
    if request.method == "POST":
        return onward(access)
    return _page(request, access)


@traced("added_consents")
@customer
@applicant_only
@require_http_methods(READ)
def added(request: HttpRequest, access: Access) -> HttpResponse:
    """The same for people whom an endorsement adds: who is not asked any more has nothing to do here."""
    case = access.case
    asked = queries.open_change(case)
    if asked is None:
        return to_status(request, access, _("新增人员的征集已经结束。") if request.method == "POST" else "")
    if request.method != "POST":
        return page(request, access, "portal/added_consents.html", _listed(request, asked))
    if request.POST.get("change") != str(asked.change):
        messages.warning(request, _("名单已经更新，请核对后再操作。"))
    elif "close" in request.POST:
        return _close_added(request, access, asked)
    else:
        _ask(request, access, asked.change)
    return HttpResponseRedirect(reverse("apply_added_consents", args=[case.number]))


def _close_added(request: HttpRequest, access: Access, asked: ConsentRound) -> HttpResponse:
    assert asked.change is not None  # noqa: S101 -- one of a change
    seen = _seen(request)
    try:
        with transaction.atomic():
            adding.close(change=asked.change, seen=seen)
            answered(request, case=access.case, page="added_consents", answer={"closed": [seen.consented, seen.waiting, seen.refused]})
    except TransitionRefused:
        messages.warning(request, _("刚刚又有人答复，人数有变化。请核对后再截止。"))
        return HttpResponseRedirect(reverse("apply_added_consents", args=[access.case.number]))
    told = _("已截止。批改申请书准备好后会发短信请您签署。") if seen.consented else _("已截止。没有人同意，这次不增加被保险人。")
    return to_status(request, access, told)


def _ask(request: HttpRequest, access: Access, change: UUID | None = None) -> None:
    case = access.case
    if "remind" in request.POST:
        hit(REMINDERS, str(case.id))
        count = collecting.remind(case_id=case.id, change=change)
        told = _("正在提醒 %(count)d 人。") % {"count": count} if count else _("现在没有需要提醒的人：四小时内发过的不重复发送。")
        messages.success(request, told)
    elif "extend" in request.POST:
        try:
            collecting.extend(case_id=case.id, change=change)
        except ConsentsStillOpen as error:
            messages.info(request, error.message)
    elif change is None:
        collecting.open_round(case_id=case.id)
        messages.success(request, _("正在给名单中的每个人发送短信。"))
    answered(
        request,
        case=case,
        page="added_consents" if change else "insured_consents",
        answer={"asked": next((key for key in ("remind", "extend") if key in request.POST), "open")},
    )


def _close(request: HttpRequest, access: Access) -> HttpResponse:
    seen = _seen(request)
    try:
        with transaction.atomic():
            collecting.close(case_id=access.case.id, seen=seen)
            answered(request, case=access.case, page="insured_consents", answer={"closed": [seen.consented, seen.waiting, seen.refused]})
    except TransitionRefused:
        messages.warning(request, _("刚刚又有人答复，人数有变化。请核对后再截止。"))
        return HttpResponseRedirect(reverse("apply_insured_consents", args=[access.case.number]))
    except TooFewConsented as error:
        messages.warning(request, f"{error.message}{error.hint}")
        return HttpResponseRedirect(reverse("apply_insured_consents", args=[access.case.number]))
    return onward(access)


def _seen(request: HttpRequest) -> queries.Counts:
    return queries.Counts(*(_number(request.POST.get(name, "")) for name in ("consented", "waiting", "refused")))


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 else -1


def _page(request: HttpRequest, access: Access) -> HttpResponse:
    case = access.case
    data = application(case).data
    asked = queries.round_of(case)
    context: dict[str, Any] = {"asked": asked, "listed": len(data["insured"]), "done": collecting.STEP in applying.done_steps(case)}
    if asked is not None:
        context |= _listed(request, asked)
        context |= {
            "least": case.product.definition.insured_min,
            "quote": estimate(case, data),
            "after": estimate(case, collecting.covered(data, asked)) if context["counts"].consented else None,
        }
    return page(request, access, "portal/insured_consents.html", context)


def _listed(request: HttpRequest, asked: ConsentRound) -> dict[str, Any]:
    """Return the numbers and the list, narrowed to what was looked for."""
    wanted, state = request.GET.get("q", "").strip()[:60], request.GET.get("state", "")
    # Names are encrypted: a list of at most some hundred is looked through here.
    rows = [answer for answer in queries.answers(asked) if wanted in answer.party.personal["name"] and (not state or answer.state == state)]
    shown = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    found = queries.progress(asked)
    counted = found["counts"]
    fields = [("close", "1"), ("consented", counted.consented), ("waiting", counted.waiting), ("refused", counted.refused)]
    return found | {
        "rows": [(answer, TONES[answer.state]) for answer in shown],
        "shown": shown,
        "wanted": wanted,
        "state": state,
        "states": [choice for choice in InsuredConsent.State.choices if choice[0] != "removed"],
        "close_fields": [*fields, ("change", asked.change)] if asked.change else fields,
    }

"""The desk's view of a group's consents: counts, the list with masked names, a reminder."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vermilion.apps.cases import queries
from vermilion.apps.signing.group import collecting
from vermilion.apps.signing.group import queries as group
from vermilion.apps.signing.group.models import InsuredConsent
from vermilion.base.validation import mask_name, mask_phone
from vermilion.web.limits import Limit, hit

from . import permissions
from .case import visit
from .frame import page_of, show

REMINDERS = Limit("console.insured_reminders", 6, 3600)
TONES = {"waiting": "waiting", "consented": "done", "refused": "ended"}


@require_safe
@permissions.page("case_consents")
def case_consents(request: HttpRequest, number: str) -> HttpResponse:
    """Who of a company's list consented, waits, refused."""
    found = queries.by_number(request.scope, number)  # type: ignore[attr-defined]
    visit(request, found, "case")
    asked = group.round_of(found)
    if asked is None:
        return show(request, "console/insured_consents.html", {"case": found})
    state = request.GET.get("state", "")
    rows = group.answers(asked)
    shown = page_of(request, rows.filter(state=state) if state in TONES else rows)
    context = {
        "case": found,
        "asked": asked,
        "late": group.is_late(asked),
        "counts": group.counts(asked),
        "due": group.due(asked).count(),
        "state": state,
        "shown": shown,
        "rows": [(answer, _masked(answer), TONES[answer.state]) for answer in shown],
    }
    return show(request, "console/insured_consents.html", context)


@require_POST
@permissions.page("case_consents_remind")
def case_consents_remind(request: HttpRequest, number: str) -> HttpResponse:
    """Ask those again who have not answered; nobody more often than the rule allows."""
    found = queries.by_number(request.scope, number)  # type: ignore[attr-defined]
    hit(REMINDERS, str(found.id))
    count = collecting.remind(case_id=found.id)
    messages.success(request, _("正在提醒 %(count)d 人。") % {"count": count})
    return HttpResponseRedirect(reverse("console:case_consents", args=[found.number]))


def _masked(answer: InsuredConsent) -> tuple[str, str]:
    personal = answer.party.personal
    return mask_name(personal["name"]), mask_phone(personal["phone"])

"""面对面 from the salesperson's side: ask, wait for the customer's own phone, hand the device over.

Handing over logs her out here: from then on this browser is the customer's until the meeting ends, and nobody's after it.
"""

from __future__ import annotations

import hashlib
from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vermilion.apps.cases.models import Case
from vermilion.apps.cases.transitions import ENDED
from vermilion.apps.conduct.models import FaceToFace
from vermilion.apps.signing import applying, facing
from vermilion.web import devices, limits
from vermilion.web.portal import access
from vermilion.web.staff.permissions import salesperson_required

from .own import own_case

# Each sends a message to the customer.
ASKED = limits.Limit("sales_meet", 3, 3600)


def context(request: HttpRequest, case: Case) -> dict[str, Any]:
    """Return what the case page says of a meeting: ``meeting``, ``meeting_here`` (begun on this device), ``may_meet``."""
    meeting = facing.open_meeting(case)
    return {
        "meeting": meeting,
        "meeting_here": meeting is not None and meeting.device == devices.of(request),
        "may_meet": case.state not in ENDED and not case.blocked_by and bool(applying.phone_on_record(case)),
        "seen": _seen(meeting),
    }


@require_POST
@salesperson_required
def meet(request: HttpRequest, number: str) -> HttpResponse:
    """Ask the customer, on her own phone, whether she wants to use this device."""
    found = own_case(request, number)
    limits.hit(ASKED, str(found.id))
    facing.ask(case_id=found.id, salesperson=request.salesperson, device=devices.of(request))  # type: ignore[attr-defined]
    messages.success(request, _("已请客户在自己的手机上同意。"))
    return HttpResponseRedirect(reverse("sales:case", args=[found.number]))


@require_safe
@salesperson_required
def progress(request: HttpRequest, number: str) -> HttpResponse:
    """Asked every few seconds by the page that waits for the customer."""
    if request.GET.get("seen") == _seen(facing.open_meeting(own_case(request, number))):
        return HttpResponse(status=204)
    return HttpResponse(headers={"HX-Refresh": "true"})


@require_POST
@salesperson_required
def hand(request: HttpRequest, number: str) -> HttpResponse:
    """The customer has agreed: log the salesperson out, and let this browser act for the customer while the meeting lasts."""
    found = own_case(request, number)
    case = facing.hand_device(case_id=found.id, salesperson=request.salesperson, device=devices.of(request))  # type: ignore[attr-defined]
    get_adapter(request).logout(request)
    access.grant(request, case=case, party=applying.applicant(case), proven=False, seconds=int(facing.LASTS.total_seconds()))
    return HttpResponseRedirect(reverse("apply_status", args=[case.number]))


def _seen(meeting: FaceToFace | None) -> str:
    told = f"{meeting.pk} {meeting.agreed_at}" if meeting else ""
    return hashlib.sha256(told.encode()).hexdigest()[:16]

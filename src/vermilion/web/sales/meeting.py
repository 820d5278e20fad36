"""面对面 from the salesperson's side: ask, wait for the customer's own phone, hand the device over.

Handing over logs her out here: from then on this browser is the customer's until the meeting ends, and nobody's after it.
"""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vermilion.apps.cases.models import Case, CaseParty
from vermilion.apps.conduct.errors import MeetingRefused
from vermilion.apps.conduct.models import APPLICANTS, FaceToFace
from vermilion.apps.signing import applying, facing
from vermilion.base.validation import mask_name
from vermilion.web import devices, limits
from vermilion.web.console import words
from vermilion.web.portal import access
from vermilion.web.staff.permissions import salesperson_required

from .own import own_case

# Each sends a message to the customer.
ASKED = limits.Limit("sales_meet", 3, 3600)


def context(request: HttpRequest, case: Case) -> dict[str, Any]:
    """Return what the case page says of a meeting: ``meeting``, ``meeting_here`` (begun on this device), ``partners`` for another one."""
    meeting = facing.open_meeting(case)
    here = meeting is not None and meeting.device == devices.of(request)
    others = [party for party in ([] if case.blocked_by else facing.partners(case)) if not (here and meeting and meeting.is_of(party))]
    return {
        "meeting": meeting,
        "meeting_here": here,
        "met": _called(case, meeting.party) if meeting else "",
        "partners": [(str(party.pk) if party else "", _called(case, party)) for party in others],
        "seen": _seen(meeting),
    }


def _called(case: Case, party: CaseParty | None) -> str:
    """Return how the salesperson's page calls a signer: her role and her masked name."""
    party = party or applying.applicant(case)
    role = party.role if party else applying.applicant_role(case)
    name = party.personal.get("name", "") if party else ""
    return f"{words.ROLES.get(role, role)} {mask_name(name) if name else ''}".strip()


@require_POST
@salesperson_required
def meet(request: HttpRequest, number: str) -> HttpResponse:
    """Ask a signer, on her own phone, whether she wants to use this device."""
    found = own_case(request, number)
    party_id = _party_id(request.POST.get("party", ""))
    first = applying.applicant(found)
    limits.hit(ASKED, str(found.id), str(party_id or (first.pk if first else "")))
    facing.ask(
        case_id=found.id,
        salesperson=request.salesperson,  # type: ignore[attr-defined]
        device=devices.of(request),
        party_id=party_id,
    )
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
    """She has agreed: log the salesperson out, and let this browser act for the signer while the meeting lasts."""
    found = own_case(request, number)
    meeting = facing.hand_device(case_id=found.id, salesperson=request.salesperson, device=devices.of(request))  # type: ignore[attr-defined]
    get_adapter(request).logout(request)
    case = meeting.case
    party = meeting.party or applying.applicant(case)
    access.grant(request, case=case, party=party, proven=False, seconds=int(facing.LASTS.total_seconds()))
    there = "apply_status" if party is None or party.role in APPLICANTS else "apply_meeting_sign"
    return HttpResponseRedirect(reverse(there, args=[case.number]))


def _party_id(text: str) -> UUID | None:
    """Return whom she chose; none for the applicant. Raises MeetingRefused for nonsense."""
    try:
        return UUID(text) if text else None
    except ValueError:
        raise MeetingRefused() from None


def _seen(meeting: FaceToFace | None) -> str:
    told = f"{meeting.pk} {meeting.agreed_at}" if meeting else ""
    return hashlib.sha256(told.encode()).hexdigest()[:16]

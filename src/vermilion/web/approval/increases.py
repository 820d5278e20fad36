"""An urgent increase of one day's limit on the approver's phone: how much more, why, and two buttons; by passkey only."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vermilion.apps.parties import passkeys
from vermilion.apps.parties.models import StaffMember
from vermilion.apps.parties.scoping import Scope
from vermilion.apps.seals import increasing, resting
from vermilion.apps.seals.models import GrantIncrease
from vermilion.base import clock
from vermilion.web.console import permissions
from vermilion.web.webauthn import request_options, required_party

from .ways import answered, ways


def increases_for(staff: StaffMember, scope: Scope) -> list[GrantIncrease]:
    """Return what waits today and was asked by somebody else, in a branch that she reaches."""
    rows = GrantIncrease.objects.filter(scope.q("requested_by__"), day=clock.today(), state=GrantIncrease.State.WAITING)
    return list(rows.exclude(requested_by=staff).select_related("grant__seal", "requested_by").order_by("requested_at"))


@require_safe
@permissions.page("increase")
def increase(request: HttpRequest, increase_id: UUID) -> HttpResponse:
    """Show one increase."""
    found = _increase(request, increase_id)
    open_now = found.state == GrantIncrease.State.WAITING and found.day == clock.today()
    context = {
        **ways(request, found.pk, here=reverse("approval:increase", args=[found.pk])),
        "item": found,
        "grant": found.grant,
        "open": open_now,
        "own": found.requested_by_id == request.staff.id,  # type: ignore[attr-defined]
        "resting": resting.why(found.grant.seal),
    }
    return TemplateResponse(request, "approval/increase.html", context)


@require_POST
@permissions.page("increase_ask")
def increase_ask(request: HttpRequest, increase_id: UUID, decision: str) -> JsonResponse:
    """Return what the approver's passkey is asked to sign."""
    found, party = _increase(request, increase_id), required_party(request)
    challenge = increasing.ask(increase=found, staff=request.staff, decision=decision, party=party)  # type: ignore[attr-defined]
    return JsonResponse(request_options(challenge, passkeys.usable(request.user)))


@require_POST
@permissions.page("increase_decide")
def increase_decide(request: HttpRequest, increase_id: UUID, decision: str) -> HttpResponse:
    """Approve or refuse."""
    found = _increase(request, increase_id)
    done = increasing.decide(increase_id=found.pk, decision=decision, **answered(request))
    approved = done.state == GrantIncrease.State.APPROVED
    messages.success(request, _("临时增额已批准，今天有效。") if approved else _("临时增额没有批准。"))
    return HttpResponseRedirect(reverse("approval:approvals"))


def _increase(request: HttpRequest, increase_id: UUID) -> GrantIncrease:
    rows = GrantIncrease.objects.select_related("grant__seal__certificate", "requested_by")
    found = rows.filter(request.scope.q("requested_by__"), pk=increase_id).first()  # type: ignore[attr-defined]
    if found is None:
        raise Http404
    return found

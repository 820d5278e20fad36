"""What somebody asked for and how far it is: new seals, uses of seals, grants, urgent increases; and the way to ask for more."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from vermilion.apps.seals.models import GrantIncrease, Seal, SealGrant, SealRequest
from vermilion.base import clock

from . import permissions, seals
from .frame import show
from .grants import GrantForm, grant_view, grants_within
from .seal_request_view import TONES as REQUEST_TONES

INCREASE_TONES = {"waiting": "waiting", "approved": "done", "refused": "blocked"}
MOST = 20
"""Of each kind, the newest; requests for uses have a list of their own."""


@require_safe
@permissions.page("seal_mine")
def seal_mine(request: HttpRequest) -> HttpResponse:
    """Show them."""
    return page(request)


def page(request: HttpRequest, *, form: GrantForm | None = None, status: int = 200) -> HttpResponse:
    """Return the page; ``form``: a grant's that was refused."""
    staff, scope, moment = request.staff, request.scope, clock.now()  # type: ignore[attr-defined]
    increases = GrantIncrease.objects.filter(requested_by=staff).select_related("grant__seal", "decided_by").order_by("-requested_at")
    uses = SealRequest.objects.filter(requested_by=staff).select_related("seal").order_by("-requested_at")
    new = Seal.objects.filter(requested_by=staff).select_related("branch", "reviewed_by").order_by("-created_at")
    reached = grants_within(scope)
    standing = reached.filter(state=SealGrant.State.ACTIVE, seal__state=Seal.State.ACTIVE, valid_from__lte=moment, valid_to__gt=moment)
    context = {
        "uses": [(row, REQUEST_TONES[row.state]) for row in uses[:MOST]],
        "new": [(row, seals.SEAL_TONES[row.state]) for row in new[:MOST]],
        "grants": [grant_view(row) for row in reached.filter(requested_by=staff)[:MOST]],
        "increases": [
            (row, "ended" if row.state == "waiting" and row.day < clock.today() else INCREASE_TONES[row.state]) for row in increases[:MOST]
        ],
        "today": clock.today(),
        "standing": [grant_view(row) for row in standing[:MOST]],
        "form": form or GrantForm(scope=scope),
    }
    return show(request, "console/seal_mine.html", context, status=status, crumbs=[(_("我提交的用印事项"), "")])

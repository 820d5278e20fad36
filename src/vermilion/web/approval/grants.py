"""A grant of a seal on the phone: its exact terms with their digest, who asked, who approved; approve by passkey, or turn it down.

Where there is no passkey and the insurer does not demand one, a code by SMS bound to these terms does; record and page call it weaker.
"""

from __future__ import annotations

from typing import Any
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
from vermilion.apps.policies import sealing_by_code
from vermilion.apps.seals import granting, resting
from vermilion.apps.seals.errors import ApprovalRefused, ApproverMissing, GrantSettled
from vermilion.apps.seals.models import SealGrant
from vermilion.base import clock
from vermilion.web.console import permissions
from vermilion.web.console.grants import grant_view, grants_within
from vermilion.web.console.seals import seal_view
from vermilion.web.limits import client_address
from vermilion.web.webauthn import request_options, required_party

from . import by_code
from .ways import answered, coded, ways


def grants_for(staff: StaffMember, scope: Scope) -> list[SealGrant]:
    """Return the grants that this person may decide now, the oldest first."""
    found = grants_within(scope).filter(state=SealGrant.State.REQUESTED).order_by("requested_at")
    return [grant for grant in found if not _why_not(grant, staff)]


@require_safe
@permissions.page("grant")
def grant(request: HttpRequest, grant_id: UUID) -> HttpResponse:
    """Show one grant."""
    return _page(request, _grant(request, grant_id))


@require_POST
@permissions.page("grant_ask")
def grant_ask(request: HttpRequest, grant_id: UUID) -> JsonResponse:
    """Return what the approver's passkey is asked to sign."""
    found, party = _grant(request, grant_id), required_party(request)
    challenge = granting.ask(grant=found, staff=request.staff, party=party)  # type: ignore[attr-defined]
    return JsonResponse(request_options(challenge, passkeys.usable(request.user)))


@require_POST
@permissions.page("grant_approve")
def grant_approve(request: HttpRequest, grant_id: UUID) -> HttpResponse:
    """Approve exactly the terms that were shown, as the first or second person."""
    found = _grant(request, grant_id)
    if "sms" in request.POST:
        try:
            done = sealing_by_code.approve_grant(grant=found, **coded(request))
        except by_code.FAULTS as error:
            return _page(request, found, sms_error=by_code.words(error), status=422)
        by_code.forget(request)
    else:
        done = granting.decide(grant_id=found.pk, **answered(request))
    active = done.state == SealGrant.State.ACTIVE
    messages.success(request, _("用印授权已生效。") if active else _("已审批，还需要另一位审批。"))
    return HttpResponseRedirect(_back(request))


@require_POST
@permissions.page("grant_code")
def grant_code(request: HttpRequest, grant_id: UUID) -> HttpResponse:
    """Send a code for exactly these terms to the approver's own phone."""
    found = _grant(request, grant_id)
    sent = sealing_by_code.send_for_grant(grant=found, staff=request.staff, ip=client_address(request))  # type: ignore[attr-defined]
    by_code.remember(request, found.pk, sent)
    messages.success(request, _("验证码已发到您登记的手机，5 分钟内有效，只能批准这一份授权。"))
    return HttpResponseRedirect(reverse("approval:grant", args=[found.pk]))


@require_POST
@permissions.page("grant_reject")
def grant_reject(request: HttpRequest, grant_id: UUID) -> HttpResponse:
    """Turn it down with a reason."""
    found, reason = _grant(request, grant_id), request.POST.get("reason", "").strip()
    if not reason:
        return _page(request, found, reason_error=_("请写明不批准的原因，申请人会看到。"), status=422)
    granting.reject_grant(grant_id=found.pk, by=request.staff, reason=reason[:400])  # type: ignore[attr-defined]
    messages.success(request, _("用印授权已驳回。"))
    return HttpResponseRedirect(_back(request))


def _page(request: HttpRequest, found: SealGrant, *, sms_error: str = "", reason_error: str = "", status: int = 200) -> HttpResponse:
    staff: Any = request.staff  # type: ignore[attr-defined]
    context = {
        **grant_view(found),
        **ways(request, found.pk, here=reverse("approval:grant", args=[found.pk])),
        "picture": seal_view(found.seal, clock.now())["picture"],
        "open": found.state == SealGrant.State.REQUESTED,
        "why_not": _why_not(found, staff),
        "resting": resting.why(found.seal),
        "sms_error": sms_error,
        "reason_error": reason_error,
        "back": _back(request),
    }
    return TemplateResponse(request, "approval/grant.html", context, status=status)


def _why_not(found: SealGrant, staff: StaffMember) -> str:
    """Return why this person may not decide it, in words."""
    try:
        granting.right_of(found, staff)
    except (ApprovalRefused, ApproverMissing, GrantSettled) as error:
        return str(error.message)
    return ""


def _grant(request: HttpRequest, grant_id: UUID) -> SealGrant:
    """Return a grant of a seal that she reaches. Raises Http404."""
    found = grants_within(request.scope).filter(pk=grant_id).first()  # type: ignore[attr-defined]
    if found is None:
        raise Http404
    return found


def _back(request: HttpRequest) -> str:
    """Return where she came from: an approver's list, or the seals of who keeps and supervises them."""
    name = "approval:approvals" if permissions.may(request.staff, "approvals") else "console:seals"  # type: ignore[attr-defined]
    return reverse(name)

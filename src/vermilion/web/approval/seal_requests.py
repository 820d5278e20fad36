"""One request for a seal on the approver's phone: the list with each document's digest, every document open to view, two buttons.

Her passkey's answer over the list's digest is what the keeper checks before it signs. Where there is no passkey and the insurer does not
demand one, a code by SMS bound to the list approves and a log-in refuses; record and page call it weaker.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vermilion.apps.parties import passkeys
from vermilion.apps.parties.models import StaffMember
from vermilion.apps.parties.scoping import Scope
from vermilion.apps.policies import sealing_by_code
from vermilion.apps.seals import resting, weaker
from vermilion.apps.seals.errors import NotThisApprover, OwnRequest, RequestExpired
from vermilion.apps.seals.models import SealRequest
from vermilion.apps.seals.requests import approving, making
from vermilion.base import clock
from vermilion.web.console import permissions
from vermilion.web.console.seal_request_view import item_of, item_picture, progress_of, request_among, words_of
from vermilion.web.console.seals import seal_view
from vermilion.web.limits import client_address
from vermilion.web.webauthn import request_options, required_party

from . import by_code
from .ways import answered, coded, ways

RECENT = 5


def waiting_for(staff: StaffMember, scope: Scope) -> list[SealRequest]:
    """Return the requests that this person may decide now, the oldest first."""
    rows = SealRequest.objects.filter(scope.q(), state=SealRequest.State.WAITING, decide_until__gt=clock.now())
    return [row for row in rows.select_related("seal", "requested_by").order_by("requested_at") if not _right(row, staff)[1]]


def decided_by(staff: StaffMember) -> list[SealRequest]:
    """Return what this person decided last."""
    rows = SealRequest.objects.filter(decisions__by=staff, decisions__seat__isnull=False)
    return list(rows.select_related("seal").order_by("-decisions__at")[:RECENT])


@require_safe
@permissions.page("seal_approval")
def seal_approval(request: HttpRequest, asked_id: UUID) -> HttpResponse:
    """Show one request."""
    return _page(request, _request(request, asked_id))


def _page(request: HttpRequest, found: SealRequest, *, sms_error: str = "", reason_error: str = "", status: int = 200) -> HttpResponse:
    staff: Any = request.staff  # type: ignore[attr-defined]
    principal, why_not = _right(found, staff)
    waits, late = found.state == SealRequest.State.WAITING, clock.now() >= found.decide_until
    context = {
        **progress_of(found),
        **words_of(found),
        **ways(request, found.id, here=reverse("approval:seal_approval", args=[found.id])),
        "open": waits and not late,
        "late": RequestExpired() if waits and late else None,  # until the sweep ends it
        "seal_name": found.seal.name,
        "picture": seal_view(found.seal, clock.now())["picture"],
        "principal": principal,
        "why_not": why_not,
        "resting": resting.why(found.seal),
        "sms_error": sms_error,
        "reason_error": reason_error,
    }
    return TemplateResponse(request, "approval/seal.html", context, status=status)


@require_safe
@permissions.page("seal_approval_item")
def seal_approval_item(request: HttpRequest, asked_id: UUID, position: int) -> HttpResponse:
    """Show one document of the list, as it was sent in."""
    found = _request(request, asked_id)
    item, total = item_of(found, position), found.items.count()
    context = {
        "asked": found,
        "item": item,
        "total": total,
        "previous": position - 1,
        "following": position + 1 if position < total else 0,
        "pages": [{"url": reverse("approval:seal_approval_picture", args=[found.id, position, page])} for page in range(1, item.pages + 1)],
    }
    return TemplateResponse(request, "approval/seal_item.html", context)


@require_safe
@permissions.page("seal_approval_picture")
def seal_approval_picture(request: HttpRequest, asked_id: UUID, position: int, page: int) -> HttpResponse:
    """Give one page of a document as it was sent in."""
    return item_picture(item_of(_request(request, asked_id), position), page, sealed=False)


@require_POST
@permissions.page("seal_approval_ask")
def seal_approval_ask(request: HttpRequest, asked_id: UUID, decision: str) -> JsonResponse:
    """Return what the approver's passkey is asked to sign for her decision."""
    found, party = _request(request, asked_id), required_party(request)  # type: ignore[attr-defined]
    reason = request.POST.get("reason", "")
    challenge = approving.ask(request=found, staff=request.staff, decision=decision, reason=reason, party=party)  # type: ignore[attr-defined]
    return JsonResponse(request_options(challenge, passkeys.usable(request.user)))


@require_POST
@permissions.page("seal_approval_code")
def seal_approval_code(request: HttpRequest, asked_id: UUID) -> HttpResponse:
    """Send a code for exactly this list to the approver's own phone."""
    found = _request(request, asked_id)
    sent = sealing_by_code.send_for_request(request=found, staff=request.staff, ip=client_address(request))  # type: ignore[attr-defined]
    by_code.remember(request, found.id, sent)
    messages.success(request, _("验证码已发到您登记的手机，5 分钟内有效，只能批准这一份清单。"))
    return HttpResponseRedirect(reverse("approval:seal_approval", args=[found.id]))


@require_POST
@permissions.page("seal_approve")
def seal_approve(request: HttpRequest, asked_id: UUID) -> HttpResponse:
    """Approve exactly the list that was shown, by passkey or with the code sent for it."""
    found = _request(request, asked_id)
    if "sms" not in request.POST:
        return _by_passkey(request, found, approving.APPROVE)
    try:
        done = sealing_by_code.approve_request(request=found, **coded(request))
    except by_code.FAULTS as error:
        return _page(request, found, sms_error=by_code.words(error), status=422)
    by_code.forget(request)
    return _decided(request, done, approving.APPROVE)


@require_POST
@permissions.page("seal_refuse")
def seal_refuse(request: HttpRequest, asked_id: UUID) -> HttpResponse:
    """Send it back with a reason, by passkey or, where that is not demanded, by the log-in."""
    found, reason = _request(request, asked_id), request.POST.get("reason", "")
    if request.POST.get("challenge") or request.staff.insurer.passkeys_required:  # type: ignore[attr-defined]
        return _by_passkey(request, found, approving.REFUSE)
    if not reason.strip():
        return _page(request, found, reason_error=_("请写明不批准的原因，申请人会看到。"), status=422)
    done = approving.decide_weakly(
        request_id=found.id,
        staff=request.staff,  # type: ignore[attr-defined]
        shown_digest=request.POST.get("shown_digest", ""),
        decision=approving.REFUSE,
        reason=reason,
        proof={"method": weaker.SESSION},
    )
    return _decided(request, done, approving.REFUSE)


@require_POST
@permissions.page("seal_approval_comment")
def seal_approval_comment(request: HttpRequest, asked_id: UUID) -> HttpResponse:
    """Add a remark."""
    found = _request(request, asked_id)
    making.comment(request_id=found.id, by=request.staff, text=request.POST.get("text", ""))  # type: ignore[attr-defined]
    return HttpResponseRedirect(reverse("approval:seal_approval", args=[found.id]))


def _request(request: Any, asked_id: UUID) -> SealRequest:
    """Return a request within what she reaches as an approver, or by who lent her that. Raises Http404."""
    return request_among(SealRequest.objects.filter(request.scope.q()), asked_id)


def _by_passkey(request: HttpRequest, found: SealRequest, decision: str) -> HttpResponse:
    done = approving.decide(request_id=found.id, decision=decision, reason=request.POST.get("reason", ""), **answered(request))
    return _decided(request, done, decision)


def _decided(request: HttpRequest, done: SealRequest, decision: str) -> HttpResponse:
    if decision == approving.REFUSE:
        messages.success(request, _("%(number)s 没有批准，申请人会看到原因。") % {"number": done.number})
    elif done.state == SealRequest.State.APPROVED:
        messages.success(request, _("%(number)s 已批准，系统正在用印。") % {"number": done.number})
    else:
        messages.success(request, _("%(number)s 您已批准，还需要其他人批准。") % {"number": done.number})
    return HttpResponseRedirect(reverse("approval:approvals"))


def _right(found: SealRequest, staff: StaffMember) -> tuple[Any, str]:
    """Return for whom she would decide (None: herself), and why she may not, in words."""
    try:
        with transaction.atomic():
            return approving.seat_of(found, staff).principal, ""
    except (OwnRequest, NotThisApprover) as error:
        return None, str(error.message)

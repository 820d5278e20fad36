"""面对面: on her own phone the customer agrees, reads and confirms; on the salesperson's device she only writes her name."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vermilion.apps.cases.services import STOPPED
from vermilion.apps.conduct.errors import OwnPhoneMissing
from vermilion.apps.identity.errors import CodeRefused, IdentityLapsed
from vermilion.apps.identity.services import seconds_to_resend
from vermilion.apps.policies import reminding
from vermilion.apps.signing import facing
from vermilion.apps.signing import services as signing
from vermilion.apps.signing.models import SigningTask, TaskState
from vermilion.apps.signing.proofs import Proof
from vermilion.base.errors import VermilionError
from vermilion.core.typeset import HandwritingError
from vermilion.web import devices
from vermilion.web.limits import Limit, client_address, hit
from vermilion.web.traced import answered, traced

from . import ceremony, journey, signing_pages
from .access import Access, customer, withdraw
from .pages import onward, page, to_status
from .with_task import is_outdated, outdated

READ = ["GET", "HEAD", "POST"]
LINKS = Limit("portal.own_phone", 5, 3600)


@traced("meeting")
@customer
@require_http_methods(READ)
def meeting(request: HttpRequest, access: Access) -> HttpResponse:
    """On her own phone: who asks, agree or decline; then read and confirm what is signed on the other device."""
    seen = journey.fingerprint(access.case)
    case, open_now = access.case, facing.meeting_of(access.case, access.party)
    if open_now is None:
        return to_status(request, access, _("面对面办理已经结束。"))
    if not access.proven:
        return to_status(request, access, _("请打开我们发到您手机的短信链接，同意或拒绝面对面办理。"))
    device, visit = devices.of(request), {"ip": client_address(request), "user_agent": request.headers.get("User-Agent", "")}
    if request.method == "POST" and "agree" in request.POST:
        with transaction.atomic():
            answered(request, case=case, page="meeting", answer={"agreed": True})
            facing.agree(case_id=case.id, party=access.party, device=device, **visit)
        messages.success(request, _("已同意。请在对方的设备上继续，需要确认时回到本页。"))
        return HttpResponseRedirect(reverse("apply_meeting", args=[case.number]))
    if request.method == "POST" and "decline" in request.POST:
        answered(request, case=case, page="meeting", answer={"agreed": False})
        facing.end(case_id=case.id, party=access.party, by=access.role)
        return to_status(request, access, _("已结束面对面办理，您可以在自己的手机上继续。"))
    task = _task(access)
    if is_outdated(request, task):
        return outdated(request, access, task, there="apply_meeting")
    context: dict[str, Any] = {"meeting": open_now, "task": task, "seen": seen}
    if open_now.agreed_at is None or task is None:
        return page(request, access, "portal/meeting.html", context)
    sent = request.session.get(_code_key(task), "")
    context |= {
        # A further signer consents and proves who she is before she reads.
        "prepared": access.is_applicant or {"consents", "identity"} <= journey.signer_done(case, task.party),
        "read": task.read_at is not None,
        "confirmed": facing.confirmed(task, open_now),
        "sent": bool(sent),
        "seconds": seconds_to_resend(sent),
        "wording": signing.wording(task),
        "phone": task.party.personal["phone"],
    }
    if request.method != "POST" or task.read_at is None:
        return page(request, access, "portal/meeting.html", context)
    which: dict[str, Any] = {"task_id": task.id, "party_id": task.party_id, "shown_digest": task.shown_digest}
    try:
        if "send" in request.POST:
            code = facing.send_code(**which, device=device, ip=visit["ip"])
            request.session[_code_key(task)] = str(code.id)
        else:
            code_id = UUID(request.session.get(_code_key(task), signing_pages.NO_CODE))
            given: dict[str, Any] = {"code_id": code_id, "code": request.POST.get("code", ""), "device": device, **visit}
            facing.confirm(**which, **given)
            answered(request, case=case, page="meeting", answer={"confirmed": task.shown_digest})
            request.session.pop(_code_key(task), None)
    except CodeRefused as error:
        messages.warning(request, error.message)
    except VermilionError as error:
        if not error.code.startswith("code_"):
            raise
        return page(request, access, "portal/meeting.html", {**context, "error": error}, status=error.status)
    return HttpResponseRedirect(reverse("apply_meeting", args=[case.number]))


@traced("meeting.sign")
@customer
@require_http_methods(READ)
def sign(request: HttpRequest, access: Access) -> HttpResponse:
    """On the salesperson's device: wait for the confirmation on her own phone, then take the handwriting."""
    seen, task = journey.fingerprint(access.case), _task(access)
    if access.meeting is None:
        return onward(access)
    if is_outdated(request, task):
        return outdated(request, access, task, there="apply_meeting_sign")
    if task is None:
        return onward(access)
    if task.state == TaskState.ACCEPTED:
        return HttpResponseRedirect(reverse("apply_sign_status", args=[access.case.number]))
    context: dict[str, Any] = {
        "task": task,
        "confirmed": facing.confirmed(task, access.meeting),
        "seen": seen,
        "signer_name": task.party.personal["name"],
        "wording": signing.wording(task),
    }
    if request.method != "POST":
        return page(request, access, "portal/meeting_sign.html", context)
    try:
        signing.accept_signature(
            task_id=task.id,
            party_id=task.party_id,
            shown_digest=task.shown_digest,
            proof=Proof(),
            strokes=ceremony.strokes(request.POST.get("strokes", "")),
            sheet=ceremony.sheet(request),
            session_hash=ceremony.session_hash(request),
            ip=client_address(request),
            user_agent=request.headers.get("User-Agent", ""),
            device=devices.of(request),
        )
    except HandwritingError as error:
        context["drawing_error"] = signing_pages.drawing_hint(error)
        return page(request, access, "portal/meeting_sign.html", context, status=422)
    except (OwnPhoneMissing, IdentityLapsed) as error:
        return page(request, access, "portal/meeting_sign.html", {**context, "error": error, "confirmed": None}, status=error.status)
    answered(request, case=access.case, page="meeting.sign", answer={"signed": task.shown_digest, "method": "face_to_face"})
    return HttpResponseRedirect(reverse("apply_sign_status", args=[access.case.number]))


@customer
@require_POST
def end(request: HttpRequest, access: Access) -> HttpResponse:
    """End the meeting; the salesperson's device forgets the case at once."""
    facing.end(case_id=access.case.id, party=access.party, by=access.role)
    if access.proven:
        return to_status(request, access, _("已结束面对面办理，您可以在自己的手机上继续。"))
    withdraw(request)
    return TemplateResponse(request, "portal/meeting_ended.html", {})


@customer
@require_POST
def own_phone(request: HttpRequest, access: Access) -> HttpResponse:
    """Send the way in to the phone on record, never to another: somebody stands before the wrong device."""
    hit(LINKS, str(access.case.id))
    if access.case.blocked_by != STOPPED:
        reminding.remind(case_id=access.case.id, by=access.role)
    return TemplateResponse(request, "portal/resent.html", {"case_code": access.case.number})


def _task(access: Access) -> SigningTask | None:
    task = journey.own_task(access)
    return None if task is None or task.document.kind in facing.NOT_HERE else task


def _code_key(task: SigningTask) -> str:
    return f"portal.meeting.{task.id}"

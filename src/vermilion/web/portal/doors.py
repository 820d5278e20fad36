"""/s/: pick-up codes and links. A GET consumes nothing and tells nothing; a POST exchanges; then the phone on record is proven.

Between exchange and proof the session holds only which link it was. A link of a case that names nobody yet (a salesperson's share) opens
for the first browser that uses it, and for any other one only once a phone is on record.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vermilion.apps.cases.services import application
from vermilion.apps.identity import services as identity
from vermilion.apps.identity.errors import CodeBoundElsewhere, CodeRefused
from vermilion.apps.signing import applying, facing, links, resuming
from vermilion.apps.signing.errors import LinkExpired, LinkUnknown
from vermilion.apps.signing.models import AccessLink
from vermilion.base.errors import VermilionError
from vermilion.web.limits import Limit, TooManyRequests, client_address, hit, limited

from . import access

PICKUPS = Limit("portal.pickup", 60, 600)  # 30 bits of code: one address would guess for centuries, and the phone is asked for after it
WRONG = Limit("portal.wrong_pickup", 10, 600)  # more than typing errors: it goes on record
RESENDS = Limit("portal.resend", 10, 3600)
LONGEST_PICKUP = 8
PENDING, EXPIRED, CODE = "portal.link", "portal.expired_link", "portal.device_code"


@limited(PICKUPS)
@require_http_methods(["GET", "HEAD", "POST"])
def pickup(request: HttpRequest) -> HttpResponse:
    """Take the six characters of a message."""
    if request.method != "POST":
        return TemplateResponse(request, "portal/pickup.html", {})
    try:
        return _exchange(request, links.find_by_pickup(request.POST.get("pickup", "")[:20]))
    except LinkUnknown as error:
        _count_wrong(request)
        return TemplateResponse(request, "portal/pickup.html", {"error": error}, status=422)
    except LinkExpired as error:
        return _expired(request, error)


@limited(PICKUPS)
@require_http_methods(["GET", "HEAD", "POST"])
def token(request: HttpRequest, token: str) -> HttpResponse:
    """Show a neutral page for every token or pick-up code, right or wrong; exchange it when its button is pressed."""
    if request.method != "POST":
        return TemplateResponse(request, "portal/open_link.html", {})
    try:
        # The address in a message ends in the pick-up code, so that one tap is enough.
        return _exchange(request, links.find_by_pickup(token) if len(token) <= LONGEST_PICKUP else links.find_by_token(token))
    except LinkUnknown:
        _count_wrong(request)
        raise
    except LinkExpired as error:
        return _expired(request, error)


def _count_wrong(request: HttpRequest) -> None:
    address = client_address(request)
    try:
        hit(WRONG, address)
    except TooManyRequests:
        links.note_guessing(ip=address)


def _exchange(request: HttpRequest, link: AccessLink) -> HttpResponse:
    phone = applying.phone_on_record(link.case, link.party)
    if link.purpose == links.RESUME:
        resuming.take(link, ip=client_address(request), user_agent=request.headers.get("User-Agent", ""))
    elif not phone and link.used_at and application(link.case).data and request.session.get(PENDING) != str(link.id):
        # Somebody else is filling it in, and there is no phone by which we could tell whether that is the same person.
        resuming.refuse(link, ip=client_address(request), user_agent=request.headers.get("User-Agent", ""))
        raise LinkUnknown(
            _("这个链接已经在另一台设备上打开，并且填写了内容。"), hint=_("请在原来的设备上继续；如果不方便，请让销售人员重新发起。")
        )
    links.use(link)
    request.session[PENDING] = str(link.id)
    if not phone:
        access.grant(request, case=link.case, party=link.party, proven=False)
        return HttpResponseRedirect(reverse("apply_status", args=[link.case.number]))
    return HttpResponseRedirect(reverse("door_phone"))


def _expired(request: HttpRequest, error: LinkExpired) -> HttpResponse:
    request.session[EXPIRED] = error.facts["link"]
    return TemplateResponse(request, "portal/expired.html", {"error": error}, status=error.status)


@require_safe
def resent(request: HttpRequest) -> HttpResponse:
    """Say that a new code is on its way."""
    return TemplateResponse(request, "portal/resent.html", {})


@limited(RESENDS)
@require_POST
def resend(request: HttpRequest) -> HttpResponse:
    """One tap: the link that this browser found expired is sent anew to the phone on record, never to another."""
    link_id = request.session.pop(EXPIRED, None)
    if link_id is None:
        return HttpResponseRedirect(reverse("door_pickup"))
    links.resend(link_id=link_id)
    return HttpResponseRedirect(reverse("door_resent"))


def _pending(request: HttpRequest) -> AccessLink:
    link_id = request.session.get(PENDING)
    link = (
        AccessLink.objects.select_related("case__insurer", "case__product", "party")
        .defer("case__product__data")
        .filter(pk=link_id, revoked=False)
        .first()
        if link_id
        else None
    )
    if link is None:
        raise LinkUnknown()
    return link


@require_http_methods(["GET", "HEAD", "POST"])
def phone(request: HttpRequest) -> HttpResponse:
    """Prove the phone on record; until then nothing of the case is shown but the last digits of that phone."""
    link = _pending(request)
    request.insurer = link.case.insurer  # type: ignore[attr-defined]
    sent = request.session.get(CODE, "")
    context: dict[str, Any] = {
        "tail": applying.phone_on_record(link.case, link.party)[-2:],
        "sent": bool(sent),
        "seconds": identity.seconds_to_resend(sent),
    }
    if request.method != "POST":
        return TemplateResponse(request, "portal/device_code.html", context)
    if "send" in request.POST:
        return _send(request, link)
    try:
        code = identity.check_code(
            code_id=UUID(request.session.get(CODE, "") or str(UUID(int=0))), value=request.POST.get("code", ""), purpose="device"
        )
        if code.case_id != link.case_id:
            raise CodeBoundElsewhere()
    except VermilionError as error:
        return TemplateResponse(request, "portal/device_code.html", {**context, "error": error}, status=error.status)
    for key in (PENDING, CODE):
        request.session.pop(key, None)
    request.session.cycle_key()
    access.grant(request, case=link.case, party=link.party, proven=True)
    page = "apply_meeting" if link.purpose == facing.PURPOSE else "apply_status"
    return HttpResponseRedirect(reverse(page, args=[link.case.number]))


def _send(request: HttpRequest, link: AccessLink) -> HttpResponse:
    hit(RESENDS, "device", str(link.id))
    try:
        party = link.party or applying.applicant(link.case)
        code = identity.send_code(
            purpose="device", phone=applying.phone_on_record(link.case, link.party), case=link.case, party=party, ip=client_address(request)
        )
        request.session[CODE] = str(code.id)
        messages.success(request, _("验证码已发送。"))
    except CodeRefused as error:
        messages.warning(request, error.message)
    return HttpResponseRedirect(reverse("door_phone"))

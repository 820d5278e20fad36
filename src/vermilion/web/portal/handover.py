"""换一台设备继续: a QR code that takes the case to another device, and what the first device sees of it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from vermilion.apps.signing import resuming
from vermilion.base import clock
from vermilion.base.config import config
from vermilion.web.limits import Limit, client_address, hit

from . import ceremony
from .access import Access, customer
from .pages import page

OFFERS = Limit("portal.resume", 20, 3600)


# Not traced: the page holds a token, which is kept nowhere.
@customer
@require_http_methods(["GET", "HEAD", "POST"])
def resume(request: HttpRequest, access: Access) -> HttpResponse:
    """Show a fresh QR code when asked for one."""
    if request.method != "POST":
        return page(request, access, "portal/resume.html")
    hit(OFFERS, str(access.case.id))
    token = resuming.offer(case=access.case, party=access.party, session_hash=ceremony.session_hash(request), ip=client_address(request))
    address = f"{config().base_url}{reverse('door_token', args=[token])}"
    minutes = int(resuming.LASTS.total_seconds()) // 60
    return page(request, access, "portal/resume.html", {"address": address, "minutes": minutes})


@customer
@require_safe
def state(request: HttpRequest, access: Access) -> HttpResponse:
    """Asked by the page that shows the code: 204 while it waits, else what became of it."""
    link = resuming.newest(access.case, ceremony.session_hash(request))
    lapsed = link is None or link.revoked or link.expires_at <= clock.now()
    if link is not None and link.used_at is None and not lapsed:
        return HttpResponse(status=204)
    return TemplateResponse(request, "portal/resume_state.html", {"link": link, "case": access.case, "used": link and link.used_at})

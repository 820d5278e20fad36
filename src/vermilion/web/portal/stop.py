"""非本人操作: the button on every page of a case, and what is shown of a case that was stopped."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from vermilion.apps.signing import not_me
from vermilion.web.limits import client_address

from .access import Access, customer


@customer
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, access: Access) -> HttpResponse:
    """Ask once, then stop the case."""
    came_from = re.sub(r"[^a-z_]", "", request.GET.get("from", ""))[:40]
    if request.method != "POST":
        return TemplateResponse(request, "portal/stop.html", {"case_code": access.case.number, "case_number": access.case.number})
    not_me.report(
        case_id=access.case.id,
        party=access.party,
        page=came_from,
        ip=client_address(request),
        user_agent=request.headers.get("User-Agent", ""),
    )
    return HttpResponseRedirect(reverse("apply_stopped", args=[access.case.number]))


@customer
@require_safe
def stopped(request: HttpRequest, access: Access) -> HttpResponse:
    """Say that the case is stopped and whom to call; nothing else of it is shown."""
    if not not_me.is_stopped(access.case):
        return HttpResponseRedirect(reverse("apply_status", args=[access.case.number]))
    return TemplateResponse(request, "portal/stopped.html", {"case_code": access.case.number})

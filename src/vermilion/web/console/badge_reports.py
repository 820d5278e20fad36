"""举报: what people said of badges, for compliance."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vermilion.apps.conduct import reporting
from vermilion.apps.conduct.errors import DecisionIncomplete
from vermilion.apps.parties.queries import BadgeState

from . import permissions
from .frame import page_of, show


@require_safe
@permissions.page("badge_reports")
def badge_reports(request: HttpRequest) -> HttpResponse:
    """List them, those that nobody handled first."""
    rows = reporting.reports(request.scope).order_by(F("handled_at").asc(nulls_first=True), "-at")  # type: ignore[attr-defined]
    page = page_of(request, rows)
    states = {**dict(BadgeState.choices), "unknown": _("查不到")}
    context = {"page_obj": page, "rows": [(row, states.get(row.badge_state, row.badge_state)) for row in page]}
    return show(request, "console/badge_reports.html", context, crumbs=[(_("工作证举报"), "")])


@require_POST
@permissions.page("badge_report_handle")
def badge_report_handle(request: HttpRequest, badge_report_id: UUID) -> HttpResponse:
    """Note what was found."""
    scope = request.scope  # type: ignore[attr-defined]
    if not reporting.reports(scope).filter(pk=badge_report_id).exists():
        raise Http404
    try:
        reporting.handle(report_id=badge_report_id, note=request.POST.get("note", ""), by=request.staff, scope=scope)  # type: ignore[attr-defined]
    except DecisionIncomplete as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("核查结果已记录。"))
    return HttpResponseRedirect(reverse("console:badge_reports"))

"""存证报告: the evidence of a case as one printable file."""

from __future__ import annotations

from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from vermilion.apps.archive import reporting
from vermilion.apps.cases import queries
from vermilion.apps.chronicle.queries import EventView

from . import permissions, timeline, words


@require_POST
@permissions.page("case_evidence")
def case_evidence(request: HttpRequest, number: str) -> HttpResponse:
    """Give the report as a file; who took it and what for is on record."""
    found = queries.by_number(request.scope, number)  # type: ignore[attr-defined]
    purpose = " ".join(request.POST.get("purpose", "").split())
    if not purpose:
        messages.error(request, _("请填写报告的用途，报告没有出具。"))
        return HttpResponseRedirect(reverse("console:case", args=[found.number]))
    made = reporting.report(case=found, staff=request.staff, purpose=purpose, told=_told)  # type: ignore[attr-defined]
    response = HttpResponse(made, content_type="application/pdf")
    name = _("%(case)s-存证报告.pdf") % {"case": found.number}
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response


def _told(event: EventView) -> str:
    """Return what happened, of whom and on which page, as the case page words it."""
    entry = timeline.entry(event)
    page = words.PAGES.get(event.public.get("page", ""), "") if event.type in timeline.PAGES else ""
    return " · ".join(str(part) for part in (entry.title, page, entry.who, entry.text) if part)

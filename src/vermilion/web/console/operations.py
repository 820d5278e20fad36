"""Today at a glance: what was issued, what waits, what failed. Every figure leads to its queue."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from vermilion.apps.parties.models import Salesperson
from vermilion.apps.policies import queues
from vermilion.base import jobs
from vermilion.base.rows import counted

from . import lists, permissions
from .frame import show

LATEST = 8


def landing(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    """Lead a salesperson, who comes here from the log-in, to her own page; everybody else sees the operations."""
    if request.user.is_authenticated and Salesperson.objects.filter(user_id=request.user.pk).exists():
        return HttpResponseRedirect(reverse("sales:home"))
    return operations(request, *args, **kwargs)


@require_safe
@permissions.page("operations")
def operations(request: HttpRequest) -> HttpResponse:
    """Show the figures of the insurer, and what is in trouble with its true reason."""
    insurer, scope = request.insurer, request.scope  # type: ignore[attr-defined]
    counts = counted(queues.within(scope, queues.BY_NAME.keys() - {"all"}))
    opens = permissions.may(request.staff, "queue")  # type: ignore[attr-defined]

    def figures(group: str) -> list[dict[str, Any]]:
        return [
            {
                "title": queue.title,
                "count": counts[queue.name],
                "url": reverse("console:queue", args=[queue.name]) if opens else "",
                "hot": queue.alarm and counts[queue.name] > 0,
            }
            for queue in queues.QUEUES
            if queue.group == group and queue.name in counts
        ]

    trouble = [row for name in ("sealing-failed", "different", "delivery-failed") for row in queues.select(scope, name)[:LATEST]]
    context = {
        "headline": figures("all") + figures("trouble"),
        "steps": figures("step"),
        "after": figures("after"),
        "trouble": lists.case_rows(insurer, list({case.pk: case for case in trouble}.values())[:LATEST]) if opens else [],
        "failed_jobs": jobs.counts().get("failed", 0) if permissions.may(request.staff, "jobs") else None,  # type: ignore[attr-defined]
        "page_title": _("今日运营"),
    }
    return show(request, "console/operations.html", context)


landing.page = "operations"  # type: ignore[attr-defined]

"""签名证据摘要: one signature on one page that can be printed."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from vermilion.apps.archive.signature_summary import summary
from vermilion.apps.cases import queries
from vermilion.apps.cases.errors import CaseNotFound
from vermilion.apps.signing.models import SigningTask, TaskState
from vermilion.base import clock
from vermilion.base.config import config
from vermilion.base.rows import only

from . import permissions
from .case import visit
from .frame import show


@require_safe
@permissions.page("case_signature")
def case_signature(request: HttpRequest, number: str, task_id: UUID) -> HttpResponse:
    """Show what is on record about one signature; the look is on record too."""
    found = queries.by_number(request.scope, number)  # type: ignore[attr-defined]
    rows = SigningTask.objects.select_related("case__insurer", "party", "document", "willingness", "acted_by__party")
    task = only(rows.filter(pk=task_id, case=found).exclude(state=TaskState.VOID))
    if task is None:
        raise CaseNotFound(_("没有找到这次签署的记录。"))
    visit(request, found, "signature", str(task.id))
    crumbs = [(found.number, reverse("console:case", args=[found.number])), (_("签名证据摘要"), "")]
    context = {"case": found, "told": summary(task), "now": clock.now(), "verify_url": f"{config().base_url}/verify/"}
    return show(request, "console/signature.html", context, crumbs=crumbs)

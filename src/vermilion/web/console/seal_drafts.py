"""Notices to holders after a revocation: drafted by the machine, sent or discarded by compliance, one by one."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vermilion.apps.notices.catalogue import TEMPLATES
from vermilion.apps.policies import doubts
from vermilion.apps.seals import doubting
from vermilion.apps.seals.models import DoubtDraft

from . import permissions
from .frame import page_of, show
from .seal_scope import seal_of

TONES = {"draft": "waiting", "sent": "done", "discarded": "ended"}


@require_safe
@permissions.page("seal_drafts")
def seal_drafts(request: HttpRequest, seal_id: UUID) -> HttpResponse:
    """Show the drafts of a seal, those that wait first."""
    found = seal_of(request, seal_id)
    mine = DoubtDraft.objects.filter(request.scope.q("case__"), seal=found)  # type: ignore[attr-defined]
    rows = mine.select_related("case", "certificate", "decided_by")
    page = page_of(request, rows.order_by("decided_at", "drafted_at", "case__number"))
    words = TEMPLATES["seal_doubt"]
    context = {
        "seal": found,
        "page_obj": page,
        "rows": [(row, TONES[row.state]) for row in page.object_list],
        "zh": words.zh,
        "en": words.en,
    }
    crumbs = [
        (_("印章与授权"), reverse("console:seals")),
        (found.name, reverse("console:seal", args=[found.pk])),
        (_("告知客户"), ""),
    ]
    return show(request, "console/seal_drafts.html", context, crumbs=crumbs)


@require_POST
@permissions.page("seal_draft")
def seal_draft(request: HttpRequest, draft_id: UUID, decision: str) -> HttpResponse:
    """Send one, or discard it."""
    found = DoubtDraft.objects.filter(request.scope.q("case__"), pk=draft_id).first()  # type: ignore[attr-defined]
    act = {"send": doubts.send_draft, "discard": doubting.discard}.get(decision)
    if found is None or act is None:
        raise Http404
    act(draft_id=found.pk, by=request.staff)  # type: ignore[attr-defined]
    messages.success(request, _("告知已发送。") if decision == "send" else _("不发送，已记录。"))
    return HttpResponseRedirect(reverse("console:seal_drafts", args=[found.seal_id]))

"""Notices to holders after a revocation: drafted by the machine, sent or discarded by compliance, one by one or as a list."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vermilion.apps.notices.catalogue import TEMPLATES
from vermilion.apps.parties.models import Insurer
from vermilion.apps.policies import doubts
from vermilion.apps.seals import doubting
from vermilion.apps.seals.errors import DraftSettled, HolderUnknown
from vermilion.apps.seals.models import DoubtDraft

from . import permissions
from .frame import page_of, show
from .seal_scope import seal_of

MOST = 500
"""Drafts of one go; more take another."""
TONES = {"draft": "waiting", "sent": "done", "discarded": "ended"}


@require_safe
@permissions.page("seal_drafts")
def seal_drafts(request: HttpRequest, seal_id: UUID) -> HttpResponse:
    """Show the drafts of a seal, those that wait first."""
    found = seal_of(request, seal_id)
    mine = DoubtDraft.objects.filter(request.scope.q("case__"), seal=found)  # type: ignore[attr-defined]
    rows = mine.select_related("case", "certificate", "decided_by")
    page = page_of(request, rows.order_by("decided_at", "drafted_at", "case__number"))
    context = {
        "seal": found,
        "page_obj": page,
        "rows": [(row, TONES[row.state]) for row in page.object_list],
        "open": mine.filter(state=DoubtDraft.State.DRAFT).count(),
        **_texts(found.insurer),
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


@require_POST
@permissions.page("seal_drafts_decide")
def seal_drafts_decide(request: HttpRequest, seal_id: UUID) -> HttpResponse:
    """Show what was selected, to be confirmed; when it was, decide each by itself and tell the true state of each. Safe to repeat."""
    found, given = seal_of(request, seal_id), request.POST
    act = {"send": doubts.send_draft, "discard": doubting.discard}.get(given.get("decision", ""))
    if act is None:
        raise Http404
    mine = DoubtDraft.objects.filter(request.scope.q("case__"), seal=found).select_related("case")  # type: ignore[attr-defined]
    if "all" in given:
        mine = mine.filter(state=DoubtDraft.State.DRAFT)
    else:
        mine = mine.filter(pk__in=[one for one in given.getlist("draft") if _is_id(one)])
    chosen = list(mine.order_by("drafted_at", "case__number")[:MOST])
    if not chosen:
        messages.error(request, _("没有选择告知，什么都没有改变。"))
        return HttpResponseRedirect(reverse("console:seal_drafts", args=[found.pk]))
    done, problems = "confirmed" in given, {}
    for draft in chosen if done else ():
        try:
            act(draft_id=draft.pk, by=request.staff)  # type: ignore[attr-defined]
        except (DraftSettled, HolderUnknown) as error:
            problems[draft.pk] = str(error.message)
    if done:
        for draft in chosen:
            draft.refresh_from_db(fields=["state"])
    counts = {state: sum(draft.state == state for draft in chosen) for state in DoubtDraft.State.values}
    context = {
        "seal": found,
        "done": done,
        "send": given["decision"] == "send",
        "decision": given["decision"],
        "rows": [(draft, TONES[draft.state], problems.get(draft.pk, "")) for draft in chosen],
        "counts": counts,
        **_texts(found.insurer),
    }
    crumbs = [
        (_("印章与授权"), reverse("console:seals")),
        (found.name, reverse("console:seal", args=[found.pk])),
        (_("告知客户"), reverse("console:seal_drafts", args=[found.pk])),
        (_("结果") if done else _("确认"), ""),
    ]
    return show(request, "console/seal_drafts_decide.html", context, crumbs=crumbs)


def _texts(insurer: Insurer) -> dict[str, str]:
    """Return the message in both languages, as holders get it; each gets a link of her own."""
    words, link = TEMPLATES["seal_doubt"], _("〔各自的链接〕")
    return {name: text.format(link=link, hotline=insurer.hotline) for name, text in (("zh", words.zh), ("en", words.en))}


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True

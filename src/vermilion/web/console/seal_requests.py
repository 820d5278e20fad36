"""用印申请 at the desk: sending documents in, what became of each, comments, taking back, trying again."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from vermilion.apps.parties.models import Role, StaffMember
from vermilion.apps.parties.scoping import scope_of
from vermilion.apps.seals import kinds, weaker
from vermilion.apps.seals.models import Seal, SealRequest, SealRequestDecision, SealRequestItem
from vermilion.apps.seals.requests import making, rules, sealing
from vermilion.apps.seals.requests.making import Incoming
from vermilion.apps.templates.services import page_pictures
from vermilion.base import blobs
from vermilion.base.errors import VermilionError

from . import permissions
from .frame import page_of, picture, show
from .papers import DPI

TONES = {"waiting": "waiting", "approved": "active", "done": "done", "refused": "blocked", "withdrawn": "ended", "expired": "ended"}
ITEM_TONES = {"waiting": "active", "sealed": "done", "failed": "blocked", "dropped": "ended"}
CORNERS = [
    ("bottom-right", gettext_lazy("右下角")),
    ("bottom-left", gettext_lazy("左下角")),
    ("bottom-centre", gettext_lazy("下方居中")),
    ("top-right", gettext_lazy("右上角")),
]


class Files(forms.ClearableFileInput):
    """A field for several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, as a list."""

    widget = Files

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Return every file. Raises ValidationError."""
        return [super(FilesField, self).clean(one, initial) for one in data or [None]]


class RequestForm(forms.Form):
    """Documents that shall be sealed."""

    seal = forms.ModelChoiceField(label=gettext_lazy("印章"), queryset=Seal.objects.none(), empty_label=gettext_lazy("请选择"))
    document_kind = forms.ChoiceField(label=gettext_lazy("单证"), choices=kinds.REQUESTED)
    title = forms.CharField(label=gettext_lazy("标题"), max_length=80, help_text=gettext_lazy("请不要写客户姓名。"))
    reason = forms.CharField(label=gettext_lazy("事由"), max_length=400, widget=forms.Textarea(attrs={"rows": 3}))
    documents = FilesField(
        label=gettext_lazy("文件"),
        widget=Files(attrs={"accept": "application/pdf"}),
        help_text=gettext_lazy("PDF，可一次选择多份，最多 200 份、合计 50 MB；批准的是整份清单。"),
    )
    amount_yuan = forms.IntegerField(
        label=gettext_lazy("最大金额"),
        required=False,
        min_value=0,
        max_value=10**10,
        help_text=gettext_lazy("清单中金额最大的一份；决定由谁审批。"),
    )
    page = forms.ChoiceField(label=gettext_lazy("盖章页"), choices=[("last", gettext_lazy("最后一页")), ("first", gettext_lazy("第一页"))])
    corner = forms.ChoiceField(label=gettext_lazy("位置"), choices=CORNERS)
    cross_page = forms.BooleanField(label=gettext_lazy("加盖骑缝章"), required=False, initial=True)
    days = forms.IntegerField(label=gettext_lazy("审批期限（天）"), min_value=1, max_value=making.LONGEST_DAYS, initial=7)

    def __init__(self, *args: Any, staff: StaffMember, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seals = Seal.objects.filter(insurer=staff.insurer_id, state=Seal.State.ACTIVE)
        mine = seals.filter(Q(branch=None) | Q(branch__in=rules.lineage(staff.branch)))
        self.fields["seal"].queryset = mine.order_by("name")  # type: ignore[attr-defined]


class FilterForm(forms.Form):
    """Search of the list."""

    q = forms.CharField(label=gettext_lazy("申请号或标题"), required=False, max_length=80)
    state = forms.ChoiceField(label=gettext_lazy("状态"), required=False, choices=[("", gettext_lazy("全部")), *SealRequest.State.choices])


@require_safe
@permissions.page("seal_requests")
def seal_requests(request: HttpRequest) -> HttpResponse:
    """List the requests that this person may see."""
    form = FilterForm(request.GET)
    form.is_valid()
    wanted = getattr(form, "cleaned_data", {})
    rows = visible(request).select_related("seal", "requested_by")
    if text := wanted.get("q", "").strip():
        rows = rows.filter(Q(number__iexact=text) | Q(title__icontains=text))
    if wanted.get("state"):
        rows = rows.filter(state=wanted["state"])
    sealed = Count("items", filter=Q(items__state=SealRequestItem.State.SEALED))
    page = page_of(request, rows.annotate(total=Count("items"), sealed=sealed).order_by("-requested_at"))
    context = {"form": form, "page_obj": page, "rows": [(row, TONES[row.state]) for row in page.object_list]}
    return show(request, "console/seal_requests.html", context, crumbs=[(_("用印申请"), "")])


@permissions.page("seal_request_new")
def seal_request_new(request: HttpRequest) -> HttpResponse:
    """Send documents in."""
    staff: Any = request.staff  # type: ignore[attr-defined]
    form = RequestForm(request.POST or None, request.FILES or None, staff=staff)
    fault: VermilionError | None = None
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            made = making.make(
                seal_id=asked["seal"].id,
                by=staff,
                title=asked["title"],
                reason=asked["reason"],
                document_kind=asked["document_kind"],
                files=[Incoming(PurePath(one.name).stem, one.read()) for one in asked["documents"]],
                amount=(asked["amount_yuan"] or 0) * 100,
                corner=asked["corner"],
                page=asked["page"],
                cross_page=asked["cross_page"],
                days=asked["days"],
            )
        except VermilionError as error:
            if error.status >= 500:
                raise
            fault = error
        else:
            messages.success(request, _("%(number)s 已提交，审批人已收到通知。") % {"number": made.number})
            return HttpResponseRedirect(reverse("console:seal_request", args=[made.id]))
    context = {"form": form, "fault": fault}
    crumbs = [(_("用印申请"), reverse("console:seal_requests")), (_("新申请"), "")]
    wrong = request.method == "POST"
    return show(request, "console/seal_request_new.html", context, status=422 if wrong else 200, crumbs=crumbs)


@require_safe
@permissions.page("seal_request")
def seal_request(request: HttpRequest, asked_id: UUID) -> HttpResponse:
    """Show one request: how far it is, each document, what people said."""
    found = _request(request, asked_id)
    context = {
        **progress_of(found),
        **words_of(found),
        "own": found.requested_by_id == request.staff.id,  # type: ignore[attr-defined]
    }
    crumbs = [(_("用印申请"), reverse("console:seal_requests")), (found.number, "")]
    return show(request, "console/seal_request.html", context, crumbs=crumbs)


@require_safe
@permissions.page("seal_request_progress")
def seal_request_progress(request: HttpRequest, asked_id: UUID) -> HttpResponse:
    """Give the part of the page that changes while documents are sealed."""
    found = _request(request, asked_id)
    may = {name for name in permissions.PAGES if permissions.may(request.staff, name)}  # type: ignore[attr-defined]
    own = found.requested_by_id == request.staff.id  # type: ignore[attr-defined]
    return TemplateResponse(request, "console/seal_request_progress.html", {**progress_of(found), "own": own, "may": may})


@require_safe
@permissions.page("seal_request_item")
def seal_request_item(request: HttpRequest, asked_id: UUID, position: int) -> HttpResponse:
    """Show one document, as sent in until it is sealed."""
    found = _request(request, asked_id)
    item = item_of(found, position)
    pages = [
        {"url": reverse("console:seal_request_picture", args=[found.id, position, page]) + f"?v={item.state}"}
        for page in range(1, item.pages + 1)
    ]
    context = {
        "asked": found,
        "item": item,
        "tone": ITEM_TONES[item.state],
        "pages": pages,
        "digest": item.sealed_digest or item.shown_digest,
    }
    context["download_url"] = reverse("console:seal_request_file", args=[found.id, position])
    address = reverse("console:seal_request", args=[found.id])
    crumbs = [(_("用印申请"), reverse("console:seal_requests")), (found.number, address), (item.content["title"], "")]
    return show(request, "console/seal_request_item.html", context, crumbs=crumbs)


@require_safe
@permissions.page("seal_request_picture")
def seal_request_picture(request: HttpRequest, asked_id: UUID, position: int, page: int) -> HttpResponse:
    """Give one page as a picture."""
    return item_picture(item_of(_request(request, asked_id), position), page, sealed=True)


@require_safe
@permissions.page("seal_request_file")
def seal_request_file(request: HttpRequest, asked_id: UUID, position: int) -> HttpResponse:
    """Give the file, byte for byte: sealed, or as it was sent in."""
    item = item_of(_request(request, asked_id), position)
    response = HttpResponse(file_of(item, sealed=True), content_type="application/pdf")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(item.content['title'])}.pdf"
    return response


@require_POST
@permissions.page("seal_request_comment")
def seal_request_comment(request: HttpRequest, asked_id: UUID) -> HttpResponse:
    """Add a remark."""
    found = _request(request, asked_id)
    making.comment(request_id=found.id, by=request.staff, text=request.POST.get("text", ""))  # type: ignore[attr-defined]
    return _back(found)


@require_POST
@permissions.page("seal_request_withdraw")
def seal_request_withdraw(request: HttpRequest, asked_id: UUID) -> HttpResponse:
    """Take an own request back."""
    found = _request(request, asked_id)
    if found.requested_by_id != request.staff.id:  # type: ignore[attr-defined]
        raise Http404
    making.withdraw(request_id=found.id, by=request.staff, reason=request.POST.get("reason", ""))  # type: ignore[attr-defined]
    messages.success(request, _("%(number)s 已撤回，尚未用印的文件不再用印。") % {"number": found.number})
    return _back(found)


@require_POST
@permissions.page("seal_request_retry")
def seal_request_retry(request: HttpRequest, asked_id: UUID, position: int) -> HttpResponse:
    """Try a failed document again."""
    found = _request(request, asked_id)
    sealing.retry(request_id=found.id, item_id=item_of(found, position).id)
    return _back(found)


def progress_of(found: SealRequest) -> dict[str, Any]:
    """Return each document's true state, the counts, and what stops the list now."""
    items = list(found.items.order_by("position"))
    stopped, hint = sealing.why_stopped(found)
    counts = {state: sum(item.state == state for item in items) for state in SealRequestItem.State.values}
    return {
        "asked": found,
        "tone": TONES[found.state],
        "rows": [
            {"item": item, "tone": ITEM_TONES[item.state], "error": sealing.in_words(item.error) if item.error else ""} for item in items
        ],
        "counts": counts,
        "total": len(items),
        "share": 100 * (len(items) - counts["waiting"]) // max(len(items), 1),
        "settled": len(items) - counts["waiting"],
        "running": found.state == SealRequest.State.APPROVED,
        "stopped": stopped,
        "stopped_hint": hint,
        "retriable": found.state in (SealRequest.State.APPROVED, SealRequest.State.DONE),
    }


def words_of(found: SealRequest) -> dict[str, Any]:
    """Return who is to decide, who did, and what was said."""
    people = {str(one.pk): one.name for one in StaffMember.objects.filter(pk__in=found.rule["approvers"])}
    said = list(found.decisions.select_related("by"))
    waiting = set(making.open_seats(found)) if found.state == SealRequest.State.WAITING else set()
    decided = {str(one.seat): one for one in said if one.seat}
    return {
        "mode": found.rule["mode"],
        "seats": [
            {"name": people.get(seat, "—"), "said": decided.get(seat), "weaker": _way(decided.get(seat)), "waiting": seat in waiting}
            for seat in found.rule["approvers"]
        ],
        "said": [
            {"it": one, "text": one.content.get("text", ""), "for": people.get(str(one.seat), "") if one.delegation else ""} for one in said
        ],
        "reason": found.content["reason"],
        "ended": found.content.get("ended", ""),
    }


def _way(said: SealRequestDecision | None) -> str:
    """Return how an approval was given where that was weaker than a passkey."""
    weakly = said is not None and said.decision == "approve" and weaker.is_weaker(said.proof)
    return str(weaker.NAMES[(said.proof or {})["method"]]) if weakly and said else ""


def visible(request: HttpRequest) -> QuerySet[SealRequest]:
    """Return the requests that the visitor may see: her own; who keeps or audits seals, all of her branches."""
    staff: Any = request.staff  # type: ignore[attr-defined]
    overseers = (*permissions.SEALS, Role.AUDITOR)
    own = Q(requested_by=staff)
    return SealRequest.objects.filter(own | scope_of(staff, overseers).q() if staff.has(*overseers) else own)


def item_of(found: SealRequest, position: int) -> SealRequestItem:
    """Return a document of a request. Raises Http404."""
    item = found.items.filter(position=position).first()
    if item is None:
        raise Http404
    item.request = found
    return item


def file_of(item: SealRequestItem, *, sealed: bool) -> bytes:
    """Return a document's bytes: what was sent in or, when asked and there, what was sealed."""
    if sealed and item.sealed_key:
        return blobs.get(item.sealed_key, expected_sha256=item.sealed_digest)
    return blobs.get(item.shown_key, expected_sha256=item.shown_digest)


def item_picture(item: SealRequestItem, page: int, *, sealed: bool) -> HttpResponse:
    """Give one page of a document as a picture, drawn in a confined child. Raises Http404."""
    drawn = page_pictures(file_of(item, sealed=sealed), dpi=DPI, pages=(page, page))
    if not drawn:
        raise Http404
    return picture(drawn[0])


def request_among(rows: QuerySet[SealRequest], asked_id: UUID) -> SealRequest:
    """Return one of ``rows``. Raises Http404."""
    found = rows.select_related("insurer", "seal__certificate", "seal__branch", "requested_by", "branch").filter(pk=asked_id).first()
    if found is None:
        raise Http404
    return found


def _request(request: HttpRequest, asked_id: UUID) -> SealRequest:
    return request_among(visible(request), asked_id)


def _back(found: SealRequest) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("console:seal_request", args=[found.id]))

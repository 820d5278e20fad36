"""用印申请 at the desk: sending documents in, what became of each, comments, taking back, trying again."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vermilion.apps.seals.models import SealRequest, SealRequestItem
from vermilion.apps.seals.requests import making, sealing
from vermilion.apps.seals.requests.making import Incoming
from vermilion.base.errors import VermilionError

from . import permissions
from .frame import page_of, show
from .seal_request_forms import FilterForm, RequestForm
from .seal_request_view import ITEM_TONES, TONES, file_of, item_of, item_picture, progress_of, request_among, visible, words_of


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


def _request(request: HttpRequest, asked_id: UUID) -> SealRequest:
    return request_among(visible(request), asked_id)


def _back(found: SealRequest) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("console:seal_request", args=[found.id]))

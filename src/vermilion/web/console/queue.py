"""The queues: search, filters, pages, export; and the search box of every page."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from vermilion.apps.policies import queues
from vermilion.base import clock

from . import lists, permissions
from .frame import EXPORT_LIMIT, csv_file, page_of, show


def _queue(name: str) -> queues.Queue:
    if name not in queues.BY_NAME:
        raise Http404
    return queues.BY_NAME[name]


@require_http_methods(["GET", "HEAD", "POST"])
@permissions.page("queue")
def queue(request: HttpRequest, name: str) -> HttpResponse:
    """Show one queue; a posted search becomes an address without personal data."""
    known, insurer, scope = _queue(name), request.insurer, request.scope  # type: ignore[attr-defined]
    if request.method == "POST":
        return HttpResponseRedirect(lists.FilterForm(request.POST, scope=scope).address(request.path, scope))
    form = lists.FilterForm(request.GET, scope=scope)
    found = queues.narrow(queues.select(scope, name), form.filters())
    page = page_of(request, found)
    query = request.GET.urlencode()
    export = reverse("console:queue_csv", args=[name]) + (f"?{query}" if query else "")
    context = {
        "queue": known,
        "form": form,
        "page_obj": page,
        "rows": lists.case_rows(insurer, page.object_list),
        "export_url": export if permissions.may(request.staff, "queue_csv") else "",  # type: ignore[attr-defined]
    }
    return show(request, "console/queue.html", context, crumbs=[(str(known.title), "")])


@require_safe
@permissions.page("queue_csv")
def queue_csv(request: HttpRequest, name: str) -> HttpResponseBase:
    """Give the queue as a file: numbers, states and dates; whose case it is stays in the console."""
    _queue(name)
    insurer, scope = request.insurer, request.scope  # type: ignore[attr-defined]
    found = queues.narrow(queues.select(scope, name), lists.FilterForm(request.GET, scope=scope).filters())[:EXPORT_LIMIT]
    header = [
        _("业务号"),
        _("保单号"),
        _("产品"),
        _("机构"),
        _("销售人员"),
        _("状态"),
        _("进入时间"),
        _("期限"),
        _("受阻原因"),
        _("处理人"),
    ]
    rows = (
        [
            row.number, row.policy_number, row.product, row.branch, row.salesperson, row.state,
            _local(row.since), _local(row.deadline) if row.deadline else "", row.blocked, row.owner,
        ]
        for row in lists.case_rows(insurer, found, named=False)
    )  # fmt: skip
    return csv_file(f"{name}-{clock.today():%Y%m%d}", header, rows)


def _local(moment: object) -> str:
    return moment.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M")  # type: ignore[attr-defined, no-any-return]


@require_http_methods(["GET", "HEAD", "POST"])
@permissions.page("search")
def search(request: HttpRequest) -> HttpResponse:
    """Go to the one case that fits, else to the list of all that do. A log-in on the way comes back by GET, without what was sought."""
    text, scope = request.POST.get("q", "").strip()[:100], request.scope  # type: ignore[attr-defined]
    listing = reverse("console:queue", args=["all"])
    if not text:
        return HttpResponseRedirect(listing)
    by, key = queues.seek(scope, text)
    found = list(queues.narrow(queues.select(scope, "all"), queues.Filters(by=by, key=key))[:2])
    if len(found) == 1:
        return HttpResponseRedirect(reverse("console:case", args=[found[0].number]))
    return HttpResponseRedirect(f"{listing}?{urlencode({'by': by, 'key': key})}")

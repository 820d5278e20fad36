"""What surrounds every console page: navigation by role with what waits, crumbs; and the helpers that all lists share."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from vermilion.apps.archive import queries as archive
from vermilion.apps.conduct import deciding, reporting
from vermilion.apps.identity import reviewing
from vermilion.apps.parties import second_person
from vermilion.apps.parties.scoping import scope_of
from vermilion.apps.policies import queues
from vermilion.apps.policies.models import Endorsement, EndorsementState
from vermilion.base.rows import counted
from vermilion.web.limits import client_address

from . import permissions

ROWS = 25
# A spreadsheet takes a cell that begins like this for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
EXPORT_LIMIT = 10_000


def show(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, status: int = 200, crumbs: Iterable[tuple[str, str]] = ()
) -> TemplateResponse:
    """Return a console page with navigation; ``crumbs`` are (title, address) pairs below the operations page."""
    staff: Any = request.staff  # type: ignore[attr-defined]
    lent: frozenset[str] = request.lent  # type: ignore[attr-defined]
    trail = [{"title": title, "url": url} for title, url in crumbs]
    full = {
        "nav": navigation(request, lent),
        "crumbs": [{"title": _("今日运营"), "url": reverse("console:operations")}, *trail] if trail else [],
        "may": {name for name in permissions.PAGES if permissions.may(staff, name, lent=lent)},
        "staff": staff,
        **(context or {}),
    }
    return TemplateResponse(request, template, full, status=status)


def navigation(request: HttpRequest, lent: frozenset[str] = frozenset()) -> list[dict[str, Any]]:
    """Return the groups of links that this person may follow, with what waits behind them. ``lent``: the roles that colleagues lend her."""
    staff: Any = request.staff  # type: ignore[attr-defined]

    def may(name: str) -> bool:
        return permissions.may(staff, name, lent=lent)

    names = (
        ("payment", "unacknowledged", "sealing-failed", "delivery-failed", "different", "cover-endings", "endorsements")
        if may("queue")
        else ()
    )
    scope, reach = scope_of(staff, permissions.PAGES["case"]), scope_of(staff, permissions.PAGES["suspicions"])
    found: dict[str, QuerySet[Any, Any]] = {**queues.within(scope, (*names, "underwriting") if may("underwriting") else names)}
    if may("preserving"):
        found["unkept"] = archive.faults(scope).filter(looked_at=None)
    if may("account_requests"):
        found["unlooked"] = second_person.waiting(scope_of(staff, second_person.CONFIRMERS))
    if may("identity_reviews"):
        found["unproven"] = reviewing.waiting(scope_of(staff, reviewing.REVIEWERS))
    if may("suspicions"):
        found["suspected"] = deciding.waiting(reach)
    if may("badge_reports"):
        found["reported"] = reporting.reports(reach).filter(handled_at=None)
    if may("approvals"):
        found["approvals"] = Endorsement.objects.filter(scope.q("policy__case__"), state=EndorsementState.APPROVAL)
    waiting = Counter(counted(found))

    def queue(name: str, icon: str) -> tuple[str, str, str, str, int, bool]:
        known, count = queues.BY_NAME[name], waiting[name]
        return ("queue", reverse("console:queue", args=[name]), str(known.title), icon, count, known.alarm and count > 0)

    def link(name: str, title: str, icon: str, count: int | None = None) -> tuple[str, str, str, str, int | None, bool]:
        return (name, reverse(f"approval:{name}" if name == "approvals" else f"console:{name}"), title, icon, count, False)

    groups: list[tuple[str, list[Any]]] = [
        ("", [link("operations", _("今日运营"), "home")]),
        (
            _("待处理"),
            [
                link("underwriting", _("核保台"), "pen", waiting["underwriting"]),
                link("approvals", _("批单审批"), "check-circle", waiting["approvals"]),
                link("identity_reviews", _("实名人工审核"), "users", waiting["unproven"]),
                link("suspicions", _("疑似代签"), "alert", waiting["suspected"]),
                link("badge_reports", _("工作证举报"), "shield", waiting["reported"]),
                queue("different", "alert"),
                queue("cover-endings", "users"),
                queue("sealing-failed", "seal"),
                queue("delivery-failed", "send"),
                queue("payment", "money"),
                queue("unacknowledged", "inbox"),
                queue("endorsements", "document"),
            ],
        ),
        (
            _("业务"),
            [("queue", reverse("console:queue", args=["all"]), _("全部业务"), "list", None, False), link("service", _("客服台"), "phone")],
        ),
        (_("档案"), [("preserving", reverse("console:preserving"), _("长期保存"), "document", waiting["unkept"], waiting["unkept"] > 0)]),
        (_("单证"), [link("templates", _("单证模板"), "document"), link("clauses", _("条款库"), "list")]),
        (
            _("印章"),
            [
                link("seal_desk", _("印章台"), "inbox"),
                link("seal_requests", _("用印申请"), "pen"),
                link("seal_mine", _("我提交的用印事项"), "clock"),
                link("seals", _("印章与授权"), "seal"),
                link("seal_uses", _("用印记录"), "list"),
            ],
        ),
        (
            _("管理"),
            [
                link("users", _("账户"), "users"),
                link("account_requests", _("账户复核"), "check-circle", waiting["unlooked"]),
                link("organisation", _("机构与认证"), "list"),
                link("notices", _("消息"), "mail"),
                link("jobs", _("失败任务"), "refresh"),
            ],
        ),
    ]
    shown = []
    for title, links in groups:
        items = [
            {"url": url, "title": text, "icon": icon, "count": count, "hot": hot}
            for name, url, text, icon, count, hot in links
            if may(name)
        ]
        if items:
            shown.append({"title": title, "links": items})
    return shown


def page_of(request: HttpRequest, rows: Any) -> Page[Any]:
    """Return the page of a list that ``?page=`` names, the nearest one for nonsense."""
    return Paginator(rows, ROWS).get_page(request.GET.get("page"))


def csv_file(name: str, header: list[str], rows: Iterable[list[Any]]) -> StreamingHttpResponse:
    """Return a list as a CSV file that spreadsheet programs read: UTF-8 with byte order mark, formulas disarmed."""

    class Echo:
        def write(self, value: str) -> str:
            return value

    writer = csv.writer(Echo())

    def lines() -> Iterator[str]:
        yield "\ufeff"
        yield writer.writerow(header)
        for row in rows:
            yield writer.writerow([_tame(value) for value in row])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _tame(value: Any) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def address(request: HttpRequest) -> str:
    """Return where the request came from, for the evidence chain."""
    return client_address(request)


def picture(data: bytes) -> HttpResponse:
    """Return a page picture; only this browser may keep it for a while."""
    return HttpResponse(data, content_type="image/webp", headers={"Cache-Control": "private, max-age=3600"})

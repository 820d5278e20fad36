"""The case page and its buttons."""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vermilion.apps.cases import queries, services
from vermilion.apps.cases.access import record_access
from vermilion.apps.cases.errors import CaseNotFound
from vermilion.apps.cases.models import Case
from vermilion.apps.parties.models import Role, StaffMember
from vermilion.apps.parties.scoping import scope_of
from vermilion.apps.policies import issuing, retrying
from vermilion.apps.signing import not_me

from . import case_view, permissions
from .frame import address, show

# One visit is one entry in the evidence chain, however often the page is loaded again.
VISIT_SECONDS = 1800


@require_safe
@permissions.page("case")
def case(request: HttpRequest, number: str) -> HttpResponse:
    """Show everything about a case that this person may see."""
    found = queries.by_number(request.scope, number)  # type: ignore[attr-defined]
    visit(request, found, "case")
    return _page(request, found)


def visit(request: HttpRequest, found: Case, what: str, subject: str = "") -> None:
    """Record that this person looks at the case, once a visit."""
    seen: dict[str, int] = request.session.get("console.seen", {})
    now, key = int(time.time()), f"{what}:{subject or found.id}"
    seen = {name: at for name, at in seen.items() if now - at < VISIT_SECONDS}
    if key not in seen:
        record_access(case_id=found.id, staff=request.staff, what=what, subject=subject, ip=address(request))  # type: ignore[attr-defined]
        seen[key] = now
        request.session["console.seen"] = seen


@require_POST
@permissions.page("case_take")
def case_take(request: HttpRequest, number: str) -> HttpResponse:
    """Make myself the owner, or give the case back."""
    found = queries.by_number(request.scope, number)  # type: ignore[attr-defined]
    mine = found.owner_id == request.staff.id  # type: ignore[attr-defined]
    services.assign(case_id=found.id, staff=None if mine else request.staff)  # type: ignore[attr-defined]
    messages.success(request, _("已退回待领取。") if mine else _("已由您处理。"))
    return _back(number)


@require_POST
@permissions.page("case_assign")
def case_assign(request: HttpRequest, number: str) -> HttpResponse:
    """Hand the case to a colleague."""
    found = queries.by_number(request.scope, number)  # type: ignore[attr-defined]
    colleague = _uuid(request.POST.get("staff", ""))
    staff = StaffMember.objects.filter(pk=colleague, insurer=found.insurer, active=True).first() if colleague else None
    if staff is None or not scope_of(staff, permissions.CASES).covers(found.branch_id):
        raise CaseNotFound(_("没有找到这位同事，业务没有分派。"), hint=_("请从名单中选择。"))
    services.assign(case_id=found.id, staff=staff)
    messages.success(request, _("已分派给 %(name)s。") % {"name": staff.name})
    return _back(number)


@require_POST
@permissions.page("case_reveal")
def case_reveal(request: HttpRequest, number: str, party_id: UUID) -> HttpResponse:
    """Show one person's data in clear; who looked is on record."""
    found = queries.by_number(request.scope, number)  # type: ignore[attr-defined]
    party = found.parties.filter(pk=party_id).first()
    if party is None:
        raise CaseNotFound(_("没有找到这位当事人。"))
    record_access(case_id=found.id, staff=request.staff, what="party", subject=str(party.id), ip=address(request))  # type: ignore[attr-defined]
    if request.headers.get("HX-Request") == "true":
        return render(request, "console/party.html", {"party": case_view.party_view(party, revealed=True)})
    return _page(request, found, revealed=party.id)


@require_POST
@permissions.page("case_explain")
def case_explain(request: HttpRequest, number: str) -> HttpResponse:
    """Explain every difference between policy and application; the policy is then issued."""
    found = queries.by_number(request.scope, number)  # type: ignore[attr-defined]
    rows = found.differences.filter(explained_at=None)
    texts = {row.path: request.POST.get(f"explanation-{row.id}", "") for row in rows}
    issuing.explain_differences(case_id=found.id, staff=request.staff, explanations=texts)  # type: ignore[attr-defined]
    messages.success(request, _("说明已保存，系统继续出单。"))
    return _back(number)


@require_POST
@permissions.page("case_retry")
def case_retry(request: HttpRequest, number: str) -> HttpResponse:
    """Start the stopped machine parts again."""
    found = queries.by_number(request.scope, number)  # type: ignore[attr-defined]
    retrying.retry(case_id=found.id, staff=request.staff)  # type: ignore[attr-defined]
    messages.success(request, _("已重新开始，几秒钟后刷新查看结果。"))
    return _back(number)


@require_POST
@permissions.page("case_withdraw")
def case_withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Take the application back at the customer's wish."""
    found = queries.by_number(request.scope, number)  # type: ignore[attr-defined]
    reason = request.POST.get("reason", "").strip()
    if not reason:
        messages.error(request, _("请填写客户撤回的原因，业务没有撤回。"))
        return _back(number)
    services.withdraw(case_id=found.id, actor=_actor(request.staff), reason=reason[:400])  # type: ignore[attr-defined]
    messages.success(request, _("业务已撤回。"))
    return _back(number)


@require_POST
@permissions.page("case_lift")
def case_lift(request: HttpRequest, number: str) -> HttpResponse:
    """Compliance has looked into the customer's report 非本人操作: let the case go on."""
    found = queries.by_number(request.scope, number)  # type: ignore[attr-defined]
    reason = request.POST.get("reason", "").strip()
    if not reason:
        messages.error(request, _("请写明核查经过和结论，业务仍然暂停。"))
        return _back(number)
    not_me.lift(case_id=found.id, staff=request.staff, reason=reason)  # type: ignore[attr-defined]
    messages.success(request, _("业务已恢复办理。"))
    return _back(number)


def _page(request: HttpRequest, found: Case, *, revealed: UUID | None = None) -> HttpResponse:
    staff: Any = request.staff  # type: ignore[attr-defined]
    context = case_view.case_context(found, staff, revealed=revealed)
    crumbs = [(_("全部业务"), reverse("console:queue", args=["all"])), (found.number, "")]
    return show(request, "console/case.html", context, crumbs=crumbs)


def _back(number: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("console:case", args=[number.upper()]))


def _actor(staff: StaffMember) -> str:
    return str(Role.CLERK if staff.has(Role.CLERK) else Role.SERVICE_DESK)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None

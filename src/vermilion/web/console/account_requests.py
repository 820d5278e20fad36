"""账户复核: what administrators (a rule: compliance) asked for and a second person agrees to.

The first password is shown to who asked, this one time.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vermilion.apps.parties import second_person
from vermilion.apps.parties.models import AccountRequest, Role
from vermilion.web.display import listed

from . import permissions, suspicions, users, words
from .frame import show


@require_safe
@permissions.page("account_requests")
def account_requests(request: HttpRequest) -> HttpResponse:
    """List what waits."""
    rows = [_row(request, item) for item in second_person.waiting(request.scope)]  # type: ignore[attr-defined]
    return show(request, "console/account_requests.html", {"rows": rows}, crumbs=[(_("账户复核"), "")])


@require_POST
@permissions.page("account_request_confirm")
def account_request_confirm(request: HttpRequest, account_request_id: UUID) -> HttpResponse:
    """Agree as the second person."""
    found = _found(request, account_request_id)
    done = second_person.confirm(request_id=found.pk, by=request.staff, scope=request.scope)  # type: ignore[attr-defined]
    if done.state == AccountRequest.State.DONE:
        done_now = {
            AccountRequest.Kind.PASSKEYS: _("已同意，不再要求通行密钥。"),
            AccountRequest.Kind.CONDUCT: _("已同意，新规则立即生效。"),
        }
        messages.success(request, done_now.get(AccountRequest.Kind(done.kind), _("已同意，权限立即生效。")))
    else:
        messages.success(request, _("已同意。提交人现在可以办理并领取一次性显示的初始密码。"))
    return _back()


@require_POST
@permissions.page("account_request_reject")
def account_request_reject(request: HttpRequest, account_request_id: UUID) -> HttpResponse:
    """Turn it down, or take it back."""
    second_person.reject(request_id=_found(request, account_request_id).pk, by=request.staff)  # type: ignore[attr-defined]
    messages.success(request, _("申请已结束，没有改变任何内容。"))
    return _back()


@require_POST
@permissions.page("account_request_carry_out")
def account_request_carry_out(request: HttpRequest, account_request_id: UUID) -> HttpResponse:
    """Make or reset the account that was agreed to; the first password is shown once."""
    password = users.new_password()
    person = second_person.carry_out(
        request_id=_found(request, account_request_id).pk,
        by=request.staff,  # type: ignore[attr-defined]
        password=password,
        forget=users.forget,
    )
    return users.once(request, person, password)


def _found(request: HttpRequest, request_id: UUID) -> AccountRequest:
    found = AccountRequest.objects.filter(request.scope.q(), pk=request_id).first()  # type: ignore[attr-defined]
    if found is None:
        raise Http404
    return found


def _row(request: HttpRequest, item: AccountRequest) -> dict[str, Any]:
    staff: Any = request.staff  # type: ignore[attr-defined]
    content, labels = item.content, dict(Role.choices)
    mine, changes = item.requested_by_id == staff.pk, permissions.may_change(staff, "account_request_confirm")
    confirmed = item.state == AccountRequest.State.CONFIRMED
    return {
        "item": item,
        "name": item.person.name if item.person else content.get("name", ""),
        "username": item.person.user.get_username() if item.person else content.get("username", ""),
        "branch": words.branch_name(item.branch),
        "roles": listed(str(labels.get(role, role)) for role in content.get("roles", [])),
        "changes": suspicions.changed(content) if item.kind == AccountRequest.Kind.CONDUCT else [],
        "before": listed(str(labels.get(role, role)) for role in item.person.roles) if item.person else "",
        "may_confirm": changes and not mine and not confirmed and item.person_id != staff.pk,
        "may_reject": changes and item.person_id != staff.pk,
        "may_carry_out": mine and confirmed and permissions.may_change(staff, "account_request_carry_out"),
        "mine": mine,
        "tone": "active" if confirmed else "waiting",
    }


def _back() -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("console:account_requests"))

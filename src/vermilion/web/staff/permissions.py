"""Who may open a staff page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from vermilion.apps.parties import access, passkeys
from vermilion.apps.parties.delegating import lenders
from vermilion.apps.parties.models import Role, Salesperson
from vermilion.apps.parties.scoping import scope_of
from vermilion.base import clock
from vermilion.base.errors import VermilionError
from vermilion.web import limits
from vermilion.web.display import listed

from . import first_password, log_ins
from .visitor import Visitor

View = Callable[..., HttpResponseBase]
NOTED = limits.Limit("forbidden", 20, 3600)


class StaffForbidden(VermilionError):
    """Logged in, but without the role that the page needs."""

    code = "staff_forbidden"
    status = 403


def staff_required(*roles: str, lent: frozenset[str] = frozenset()) -> Callable[[View], View]:
    """Decorate a view for members of staff who hold one of ``roles`` (any active member when none is named).

    ``lent``: those of the roles that a colleague may lend for this page.

    The view finds ``request.staff`` (StaffMember), ``request.insurer``, ``request.lent`` (the roles that colleagues lend her now) and
    ``request.scope``: what those roles reach. Strangers go to the log-in, others get a 403 page that names the roles, and the attempt is on
    their record.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            visitor: Visitor = request.visitor  # type: ignore[attr-defined]
            staff = visitor.staff
            if staff is None:
                raise StaffForbidden(_("这个账户不是在职员工账户，不能打开运营台。"), hint=_("请联系管理员确认您的账户状态。"))
            if change := first_password.to_change(request):
                return change
            lending_all = lenders(staff) if visitor.lent else {}
            lending = {role: people for role, people in lending_all.items() if role in lent}
            if roles and not staff.has(*roles) and not lending:
                _note_refusal(request)
                names = listed(str(Role(role).label) for role in roles)
                raise StaffForbidden(
                    _("这个页面需要“%(roles)s”角色，您的账户没有。") % {"roles": names}, hint=_("如果工作需要，请联系管理员为您开通。")
                )
            if access.needs_passkey(staff) and not log_ins.proven_by_passkey(request):
                return _to_passkeys(request)
            request.staff = staff  # type: ignore[attr-defined]
            request.lent = frozenset(lending_all)  # type: ignore[attr-defined]
            request.insurer = staff.insurer  # type: ignore[attr-defined]
            request.scope = scope_of(staff, roles, lending=lending)  # type: ignore[attr-defined]
            return view(request, *args, **kwargs)

        return wrapper

    return decorate


def _to_passkeys(request: HttpRequest) -> HttpResponseBase:
    """Lead whoever came without a passkey, where the insurer demands one, to where she adds her first or hears how to come."""
    owned = bool(passkeys.usable(request.user))
    come, add = _("贵公司要求使用通行密钥：请退出后用通行密钥登录。"), _("贵公司要求使用通行密钥：请先在这里添加一个，再继续。")
    messages.info(request, come if owned else add)
    back = request.get_full_path() if request.method in ("GET", "HEAD") else ""
    return HttpResponseRedirect(f"{reverse('account_security')}?{urlencode({'next': back})}")


def _note_refusal(request: HttpRequest) -> None:
    """Put the attempt on her record. Twenty an hour are enough to see it by; the log has them all."""
    match = request.resolver_match
    try:
        limits.hit(NOTED, str(request.user.pk))
    except limits.TooManyRequests:
        return
    place = match.view_name if match else ""
    visit = {"ip": limits.client_address(request), "agent": request.headers.get("User-Agent", "")}
    access.note(access.FORBIDDEN, user=request.user, page=place, method=str(request.method), **visit)


def salesperson_required(view: View) -> View:
    """Decorate a view for salespeople whose registration is valid today; it finds ``request.salesperson`` and ``request.insurer``."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        today = clock.today()
        person = (
            Salesperson.objects.select_related("insurer", "branch")
            .filter(user_id=request.user.pk, active=True, valid_from__lte=today, valid_to__gte=today)
            .first()
        )
        if person is None:
            _note_refusal(request)
            raise StaffForbidden(_("这个账户不是有效的销售人员账户。"), hint=_("执业登记到期或停用的，请联系所属机构办理。"))
        if change := first_password.to_change(request):
            return change
        request.salesperson = person  # type: ignore[attr-defined]
        request.insurer = person.insurer  # type: ignore[attr-defined]
        return view(request, *args, **kwargs)

    return wrapper

"""Accounts of staff and salespeople, for the administrator: she makes them and takes them back, and decides nothing else."""

from __future__ import annotations

import secrets
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from vermilion.apps.conduct import reassigning
from vermilion.apps.parties import access, linking, passkeys, second_person, services
from vermilion.apps.parties.models import Role, Salesperson, StaffMember
from vermilion.apps.parties.scoping import Scope, scope_of
from vermilion.apps.parties.services import PersonRefused
from vermilion.base import clock
from vermilion.base.config import config
from vermilion.web.display import listed
from vermilion.web.staff import log_ins, totp
from vermilion.web.staff.permissions import StaffForbidden

from . import permissions, words
from .frame import show
from .person_forms import PersonForm, RolesForm, SellerForm, StaffForm

ASKED = gettext_lazy("已提交。须由另一位管理员或合规人员在 72 小时内复核。")


@require_http_methods(["GET", "HEAD", "POST"])
@permissions.page("users")
def users(request: HttpRequest) -> HttpResponse:
    """List everybody with an account; a name is searched by POST, because names do not belong into addresses."""
    scope, text = request.scope, request.POST.get("q", "").strip()  # type: ignore[attr-defined]
    people = StaffMember.objects.filter(scope.q()).select_related("user", "branch__insurer").order_by("-active", "name")
    sellers = Salesperson.objects.filter(scope.q()).select_related("user", "branch__insurer").order_by("-active", "name")
    if text:
        people, sellers = people.filter(name__contains=text), sellers.filter(name__contains=text)
    labels, today = dict(Role.choices), clock.today()
    enrolled = totp.enrolled_among([person.user_id for person in people] + [seller.user_id for seller in sellers])
    context = {
        "people": [
            (person, words.branch_name(person.branch), listed(str(labels[role]) for role in person.roles), person.user_id in enrolled)
            for person in people
        ],
        "sellers": [
            (seller, words.branch_name(seller.branch), seller.valid_from <= today <= seller.valid_to, seller.user_id in enrolled)
            for seller in sellers
        ],
        "text": text,
        "changes": permissions.may_change(request.staff, "user"),  # type: ignore[attr-defined]
    }
    return show(request, "console/users.html", context, crumbs=[(_("账户"), "")])


@require_http_methods(["GET", "POST"])
@permissions.page("user_new")
def user_new(request: HttpRequest) -> HttpResponse:
    """Make a member of staff; the first password is shown once."""
    form = StaffForm(request.POST if request.method == "POST" else None, scope=request.scope)  # type: ignore[attr-defined]
    return _new(request, form, services.create_staff, _("新建员工账户"))


@require_http_methods(["GET", "POST"])
@permissions.page("seller_new")
def seller_new(request: HttpRequest) -> HttpResponse:
    """Make a salesperson; the first password is shown once."""
    form = SellerForm(request.POST if request.method == "POST" else None, scope=request.scope)  # type: ignore[attr-defined]
    return _new(request, form, services.create_salesperson, _("新建销售人员账户"))


@require_http_methods(["GET", "POST"])
@permissions.page("user")
def user(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Show and change the roles of a member of staff; more power waits for a second person."""
    staff = _staff(request.scope, person_id)  # type: ignore[attr-defined]
    places = {f"place_{row.role}": str(row.branch_id) for row in staff.bindings.all()}
    initial = {"roles": staff.roles, "underwriting_level": staff.underwriting_level, **places}
    form = RolesForm(request.POST if request.method == "POST" else None, initial=initial, scope=request.scope)  # type: ignore[attr-defined]
    if request.method == "POST":
        _within(request, staff)
    if form.is_valid():
        wanted, by = form.cleaned_data, request.staff  # type: ignore[attr-defined]
        try:
            if second_person.needed(roles=wanted["roles"], places=wanted["places"], staff=staff):
                second_person.ask_roles(by=by, staff=staff, **wanted)
                messages.success(request, ASKED)
                return HttpResponseRedirect(reverse("console:account_requests"))
            services.set_staff(staff=staff, active=staff.active, by=by, **wanted)
        except PersonRefused as error:
            refuse(form, error)
        else:
            messages.success(request, _("已保存。"))
            return HttpResponseRedirect(reverse("console:user", args=[staff.id]))
    return person_page(request, staff, form)


@require_POST
@permissions.page("user_reset")
def user_reset(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Ask for a new first password without code, passkeys and log-ins, for somebody who lost her phone.

    A second person agrees first; a salesperson, who approves nothing, gets it at once.
    """
    person, by = _anybody(request, person_id), request.staff  # type: ignore[attr-defined]
    if isinstance(person, StaffMember):
        second_person.ask_reset(by=by, staff=person)
        messages.success(request, ASKED)
        return HttpResponseRedirect(reverse("console:account_requests"))
    password = new_password()
    with transaction.atomic():
        services.set_password(person=person, password=password, by=by)
        forget(person.user)
    return once(request, person, password)


def forget(user: Any) -> None:
    """Take what proves somebody away, and end where she is logged in."""
    totp.forget(user)
    passkeys.end_all(user)
    log_ins.end(user)


@require_POST
@permissions.page("user_active")
def user_active(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Deactivate an account, or let it in again."""
    person, active = _anybody(request, person_id), request.POST.get("active") == "1"  # type: ignore[attr-defined]
    by: StaffMember = request.staff  # type: ignore[attr-defined]
    if isinstance(person, StaffMember):
        services.set_staff(staff=person, roles=person.roles, active=active, underwriting_level=person.underwriting_level, by=by)
    else:
        services.set_salesperson_active(seller=person, active=active, by=by)
        if not active and (waiting := reassigning.open_cases(person).count()):
            messages.warning(request, _("还有 %(count)s 笔在办业务，请改派给同机构的其他销售人员。") % {"count": waiting})
    messages.success(request, _("账户已启用。") if active else _("账户已停用，立即不能再登录。"))
    return HttpResponseRedirect(_address(person))


@require_POST
@permissions.page("user_sign_on")
def user_sign_on(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Say which account of the OpenID provider is this person's."""
    person, issuer = _anybody(request, person_id), config().oidc_issuer  # type: ignore[attr-defined]
    if issuer is None or person.pk == request.staff.pk:  # type: ignore[attr-defined]
        raise Http404
    linking.link(person=person, issuer=issuer, account=request.POST.get("account", ""), by=request.staff)  # type: ignore[attr-defined]
    messages.success(request, _("已保存。"))
    return HttpResponseRedirect(_address(person))


@require_POST
@permissions.page("user_log_ins")
def user_log_ins(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """End every log-in of an account; password and second factor stay."""
    person = _anybody(request, person_id)  # type: ignore[attr-defined]
    with transaction.atomic():
        ended = log_ins.end(person.user)
        access.note(access.ENDED, user=person.user, count=str(ended), by=str(request.staff.id))  # type: ignore[attr-defined]
    messages.success(request, _("已结束 %(count)s 处登录。") % {"count": ended})
    return HttpResponseRedirect(_address(person))


def _new(request: HttpRequest, form: PersonForm, create: Any, title: str) -> HttpResponse:
    status = 200
    if request.method == "POST":
        if form.is_valid():
            password = new_password()
            try:
                if create is services.create_staff and second_person.needed(
                    roles=form.cleaned_data["roles"], places=form.cleaned_data["places"]
                ):
                    second_person.ask_create(by=request.staff, **form.cleaned_data)  # type: ignore[attr-defined]
                    messages.success(request, ASKED)
                    return HttpResponseRedirect(reverse("console:account_requests"))
                person = create(password=password, by=request.staff, **form.cleaned_data)  # type: ignore[attr-defined]
            except PersonRefused as error:
                refuse(form, error)
            else:
                return once(request, person, password)
        status = 422
    crumbs = [(_("账户"), reverse("console:users")), (title, "")]
    return show(request, "console/user_new.html", {"form": form, "heading": title}, crumbs=crumbs, status=status)


def once(request: HttpRequest, person: StaffMember | Salesperson, password: str) -> HttpResponse:
    """Show a first password, this one time."""
    crumbs = [(_("账户"), reverse("console:users")), (person.name, _address(person))]
    return show(request, "console/user_password.html", {"person": person, "password": password, "back": _address(person)}, crumbs=crumbs)


def person_page(
    request: HttpRequest,
    person: StaffMember | Salesperson,
    form: RolesForm | None,
    more: dict[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """Return the page of an account; ``more``: what a salesperson's page shows besides."""
    context = {
        "person": person,
        "form": form,
        "is_seller": isinstance(person, Salesperson),
        "enrolled": totp.is_enrolled(person.user),
        "passkeys": len(passkeys.usable(person.user)),
        "log_ins": log_ins.of(person.user),
        "sign_on": config().oidc_issuer,
        "sign_on_account": linking.account_of(person.user),
        "own": person.pk == request.staff.pk or not permissions.may_change(request.staff, "user"),  # type: ignore[attr-defined]
    }
    status = 422 if form is not None and form.errors else status
    return show(
        request,
        "console/user.html",
        {**context, **(more or {})},
        status=status,
        crumbs=[(_("账户"), reverse("console:users")), (person.name, "")],
    )


def refuse(form: forms.Form, error: PersonRefused) -> None:
    """Put what was refused beside its field."""
    for name, sentence in error.fields.items():
        form.add_error(name if name in form.fields else None, str(sentence))
    if not error.fields:
        form.add_error(None, str(error.message))


def new_password() -> str:
    """Return a fresh first password."""
    # 15 bytes in base 64: above every rule, short enough to read out once.
    return secrets.token_urlsafe(15)


def _within(request: HttpRequest, person: StaffMember | Salesperson) -> None:
    """See that nobody changes a person whose roles reach beyond her own. Raises StaffForbidden."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    if isinstance(person, StaffMember) and person.roles and not scope.holds(scope_of(person, person.roles)):
        raise StaffForbidden(_("这位同事的角色超出您管辖的机构，您不能修改。"), hint=_("请由上级机构的管理员办理。"))


def _staff(scope: Scope, person_id: UUID) -> StaffMember:
    found = StaffMember.objects.select_related("user", "branch", "insurer").filter(scope.q(), pk=person_id).first()
    if found is None:
        raise Http404
    return found


def seller_of(scope: Scope, person_id: UUID) -> Salesperson:
    """Return a salesperson within somebody's reach. Raises Http404."""
    found = Salesperson.objects.select_related("user", "branch", "insurer").filter(scope.q(), pk=person_id).first()
    if found is None:
        raise Http404
    return found


def _anybody(request: HttpRequest, person_id: UUID) -> StaffMember | Salesperson:
    """Return the person, whom the asker may change. Raises Http404, StaffForbidden."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    found = StaffMember.objects.select_related("user", "insurer").filter(scope.q(), pk=person_id).first() or seller_of(scope, person_id)
    _within(request, found)
    return found


def uuid_of(text: str) -> UUID | None:
    """Return what a form sent as an id, None for nonsense."""
    try:
        return UUID(text)
    except ValueError:
        return None


def _address(person: StaffMember | Salesperson) -> str:
    return reverse("console:seller" if isinstance(person, Salesperson) else "console:user", args=[person.id])

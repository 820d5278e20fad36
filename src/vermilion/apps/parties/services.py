"""Making and changing the insurer's people. Every change is on the record of the person it concerns."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vermilion.apps.chronicle.services import record
from vermilion.base import clock
from vermilion.base.errors import VermilionError
from vermilion.base.validation import InvalidValue, validate_licence_no, validate_name, validate_phone

from .models import Branch, FirstPassword, Role, RoleBinding, Salesperson, StaffMember

#: Where roles hold: a branch with all below it by role; None, like no entry, is the whole company.
Places = Mapping[str, Branch | None]
ALONE_BECAUSE = {
    Role.ADMINISTRATOR: _("管理员不能兼任其他角色。"),
    Role.AUDITOR: _("审计只查看，不能兼任其他角色。"),
    Role.OPERATOR: _("运维不能兼任其他角色。"),
}


OWN = _("不能修改自己的账户。")


class PersonRefused(VermilionError):
    """The account cannot be made as asked; ``fields`` says why."""

    code = "person_refused"
    status = 422
    message = _("不能这样建立或修改人员。")
    hint = _("请按提示修改后重试。")


@transaction.atomic
def create_staff(
    *,
    branch: Branch,
    username: str,
    password: str,
    name: str,
    phone: str,
    roles: Collection[str],
    underwriting_level: int = 0,
    places: Places | None = None,
    by: StaffMember | None = None,
    handed: bool = False,
) -> StaffMember:
    """Make a member of staff with an account. ``places``: where a role holds, with what is below; the company where none is named.

    ``handed``: the operator chose the password and hands it over. Like one that ``by`` saw it must be changed before any page opens.
    Raises PersonRefused.
    """
    if not roles:
        raise PersonRefused(fields={"roles": _("请选择角色。")})
    check_roles(roles)
    staff = StaffMember.objects.create(
        user=_account(username, password),
        insurer=branch.insurer,
        branch=branch,
        name=_checked("name", validate_name, name),
        phone=_checked("phone", validate_phone, phone),
        roles=sorted(roles),
        underwriting_level=underwriting_level,
    )
    if by is not None or handed:
        _first_password(staff.user)
    bound = _bind(staff, roles, places or {})
    _note(staff, "staff.created", by, roles=sorted(roles), places=bound)
    return staff


def check_new(*, username: str, name: str, phone: str, roles: Collection[str]) -> None:
    """See that such an account could be made. Raises PersonRefused."""
    if not roles:
        raise PersonRefused(fields={"roles": _("请选择角色。")})
    check_roles(roles)
    if get_user_model().objects.filter(username=username).exists():
        raise PersonRefused(fields={"username": _("这个用户名已经存在。")})
    _checked("name", validate_name, name)
    _checked("phone", validate_phone, phone)


def check_roles(roles: Collection[str]) -> None:
    """See that one person may hold all of ``roles``. Raises PersonRefused with the rule that forbids it."""
    held = set(roles)
    if not held <= set(Role.values):
        raise PersonRefused(fields={"roles": _("请选择角色。")})
    # Whoever administers accounts must not decide cases or use seals: she could make herself a second pair of eyes.
    for role, sentence in ALONE_BECAUSE.items():
        if role in held and len(held) > 1:
            raise PersonRefused(fields={"roles": sentence})
    if {Role.CUSTODIAN, Role.APPROVER} <= held:
        raise PersonRefused(fields={"roles": _("印章保管人不能兼任审批人：保管印章的人不能批准用印。")})


@transaction.atomic
def create_salesperson(
    *,
    branch: Branch,
    username: str,
    password: str,
    name: str,
    phone: str,
    licence_no: str,
    valid_from: date,
    valid_to: date,
    products: Collection[str],
    by: StaffMember | None = None,
) -> Salesperson:
    """Make a salesperson with an account. Raises PersonRefused."""
    licence_no = check_registration(licence_no=licence_no, valid_from=valid_from, valid_to=valid_to)
    seller = Salesperson.objects.create(
        user=_account(username, password),
        insurer=branch.insurer,
        branch=branch,
        name=_checked("name", validate_name, name),
        licence_no=licence_no,
        phone=_checked("phone", validate_phone, phone),
        valid_from=valid_from,
        valid_to=valid_to,
        products=sorted(products),
    )
    if by is not None:
        _first_password(seller.user)
    record(stream="staff", stream_id=seller.id, type="salesperson.created", private={"licence": licence_no, "by": by.name if by else None})
    return seller


def check_registration(*, licence_no: str, valid_from: date, valid_to: date, own: Salesperson | None = None) -> str:
    """Return the number of a practice certificate in its normal form. Raises PersonRefused for a wrong or taken one, or a period that
    ends before it begins."""
    try:
        number = validate_licence_no(licence_no)
    except InvalidValue as error:
        raise PersonRefused(fields={"licence_no": error.message}) from None
    others = Salesperson.objects.exclude(pk=own.pk) if own else Salesperson.objects.all()
    if others.filter(licence_no=number).exists():
        raise PersonRefused(fields={"licence_no": _("这个执业证编号已经登记。")})
    if valid_to < valid_from:
        raise PersonRefused(fields={"valid_to": _("止期不能早于起期。")})
    return number


@transaction.atomic
def set_staff(
    *,
    staff: StaffMember,
    roles: Collection[str],
    active: bool,
    underwriting_level: int,
    by: StaffMember,
    places: Places | None = None,
) -> StaffMember:
    """Change what a member of staff may do. ``places`` as in :func:`create_staff`; None leaves them as they are.

    Raises PersonRefused; nobody changes her own account.
    """
    if staff.pk == by.pk:
        raise PersonRefused(OWN)
    check_roles(roles)
    staff.roles, staff.active, staff.underwriting_level = sorted(roles), active, underwriting_level
    staff.save(update_fields=["roles", "active", "underwriting_level"])
    staff.user.is_active = active
    staff.user.save(update_fields=["is_active"])
    kept = {row.role: row.branch for row in staff.bindings.select_related("branch")}
    bound = _bind(staff, roles, kept if places is None else places)
    _note(staff, "staff.changed", by, roles=sorted(roles), places=bound, active=active)
    return staff


@transaction.atomic
def set_salesperson_active(*, seller: Salesperson, active: bool, by: StaffMember, reason: str = "") -> Salesperson:
    """Suspend or reinstate a salesperson; the badge page says so at once, and her open cases wait to be handed to a colleague."""
    seller.active = active
    seller.save(update_fields=["active"])
    seller.user.is_active = active
    seller.user.save(update_fields=["is_active"])
    record(
        stream="staff",
        stream_id=seller.id,
        type="salesperson.changed",
        public={"active": active},
        private={"by": by.name, "reason": reason[:200]},
    )
    return seller


@transaction.atomic
def set_password(*, person: StaffMember | Salesperson, password: str, by: StaffMember) -> None:
    """Give an account a new password, which ends its sessions. Raises PersonRefused; nobody resets her own."""
    if person.pk == by.pk:
        raise PersonRefused(_("不能重置自己的账户，请在“修改密码”中修改。"))
    person.user.set_password(password)
    person.user.save(update_fields=["password"])
    _first_password(person.user)
    record(stream="staff", stream_id=person.id, type="account.reset", private={"name": person.name, "by": by.name})


def has_first_password(user: Any) -> bool:
    """Tell whether somebody else knows this account's password, so that its owner must choose another one."""
    return FirstPassword.objects.filter(user=user).exists()


def password_chosen(user: Any) -> None:
    """The owner chose a password of her own. In the caller's transaction."""
    FirstPassword.objects.filter(user=user).delete()


def _first_password(user: Any) -> None:
    FirstPassword.objects.update_or_create(user=user, defaults={"given_at": clock.now()})


def _bind(staff: StaffMember, roles: Collection[str], places: Places) -> dict[str, str]:
    """Write where the roles hold; return it by role, codes of branches."""
    bound = {role: branch for role, branch in places.items() if role in roles and branch is not None}
    if any(branch.insurer_id != staff.insurer_id for branch in bound.values()):
        raise PersonRefused(fields={"roles": _("机构必须属于同一家公司。")})
    RoleBinding.objects.filter(staff=staff).delete()
    RoleBinding.objects.bulk_create(RoleBinding(staff=staff, role=role, branch=branch) for role, branch in bound.items())
    return {str(role): branch.code for role, branch in sorted(bound.items())}


def _checked(field: str, validate: Callable[[str], str], value: str) -> str:
    try:
        return validate(value)
    except InvalidValue as error:
        raise PersonRefused(fields={field: error.message}) from None


def _account(username: str, password: str):  # type: ignore[no-untyped-def]
    users = get_user_model()
    if users.objects.filter(username=username).exists():
        raise PersonRefused(fields={"username": _("这个用户名已经存在。")})
    try:
        validate_password(password)
    except ValidationError as error:
        raise PersonRefused(fields={"password": " ".join(error.messages)}) from None
    return users.objects.create_user(username=username, password=password)


def _note(staff: StaffMember, type: str, by: StaffMember | None, **public: object) -> None:
    record(stream="staff", stream_id=staff.id, type=type, public=dict(public), private={"name": staff.name, "by": by.name if by else None})

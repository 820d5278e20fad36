"""A second person for what gives power: a new account or more rights of approvers, custodians, compliance, administrators; any reset;
that passkeys are no longer demanded; another rule of the whole company.

Asked by an administrator (a rule: by who keeps it), agreed to by another one or by compliance, within 72 hours. What shows a
password is then done by who asked, since she has the person before her; more rights and a rule stand at once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from vermilion.apps.chronicle.services import record
from vermilion.base import clock, vault

from . import organising, services
from .errors import AccountRequestGone, SecondPersonRefused
from .models import AccountRequest, Branch, Insurer, Role, StaffMember
from .scoping import Scope, scope_of
from .services import PersonRefused, Places

POWERS = frozenset({Role.ADMINISTRATOR.value, Role.APPROVER.value, Role.CUSTODIAN.value, Role.COMPLIANCE.value})
CONFIRMERS = (Role.ADMINISTRATOR, Role.COMPLIANCE)
LASTS = timedelta(hours=72)
Kind, State = AccountRequest.Kind, AccountRequest.State
OPEN = (State.REQUESTED, State.CONFIRMED)
#: They hold for the whole company, concern no account, and stand at once.
WHOLE = (Kind.PASSKEYS, Kind.CONDUCT)
# Kind → called in the transaction in which the second person agrees.
_agreed: dict[str, Callable[[AccountRequest, StaffMember], None]] = {}


def on_agreed(kind: str, handler: Callable[[AccountRequest, StaffMember], None]) -> None:
    """Register what a rule's new wording does once a second person has agreed to it (site/wiring.py)."""
    _agreed[kind] = handler


def needed(*, roles: Collection[str], places: Places, staff: StaffMember | None = None) -> bool:
    """Tell whether these roles are more power than ``staff`` has (None: a new account), so that a second person must agree."""
    if staff is None:
        return bool(POWERS & set(roles))
    kept = {row.role: row.branch_id for row in staff.bindings.all()}
    wider = {role for role in POWERS & set(roles) & set(staff.roles) if kept.get(role) != getattr(places.get(role), "pk", None)}
    return bool((POWERS & set(roles)) - set(staff.roles)) or bool(wider)


@transaction.atomic
def ask_create(
    *,
    by: StaffMember,
    branch: Branch,
    username: str,
    name: str,
    phone: str,
    roles: Collection[str],
    underwriting_level: int,
    places: Places,
) -> AccountRequest:
    """Ask for a new account. Raises PersonRefused for what could not be made anyway."""
    services.check_new(username=username, name=name, phone=phone, roles=roles)
    facts = {"username": username, "name": name, "phone": phone, **_rights(roles, underwriting_level, places)}
    return _ask(Kind.CREATE, by, branch, None, facts)


@transaction.atomic
def ask_roles(*, by: StaffMember, staff: StaffMember, roles: Collection[str], underwriting_level: int, places: Places) -> AccountRequest:
    """Ask for more rights of an account. Raises PersonRefused; nobody asks for herself."""
    if staff.pk == by.pk:
        raise PersonRefused(services.OWN)
    services.check_roles(roles)
    return _ask(Kind.ROLES, by, staff.branch, staff, _rights(roles, underwriting_level, places))


@transaction.atomic
def ask_reset(*, by: StaffMember, staff: StaffMember) -> AccountRequest:
    """Ask for an account's reset. Raises PersonRefused; nobody asks for her own."""
    if staff.pk == by.pk:
        raise PersonRefused(services.OWN)
    return _ask(Kind.RESET, by, staff.branch, staff, {})


@transaction.atomic
def ask_passkeys_off(*, by: StaffMember) -> AccountRequest:
    """Ask that passkeys be demanded no longer. A newer wish replaces the older one."""
    return ask_rule(kind=Kind.PASSKEYS, by=by, content={})


@transaction.atomic
def ask_rule(*, kind: str, by: StaffMember, content: dict[str, Any]) -> AccountRequest:
    """Ask for another rule of the whole company. A newer wish replaces the older one."""
    # Who asks waits for who asks at the same moment, so that one wish stays.
    Insurer.objects.select_for_update(no_key=True).get(pk=by.insurer_id)
    open_now = AccountRequest.objects.filter(insurer=by.insurer, kind=kind, state__in=OPEN)
    open_now.update(state=State.REJECTED, decided_by=by, decided_at=clock.now())
    return _ask(kind, by, by.branch, None, content)


@transaction.atomic
def confirm(*, request_id: UUID, by: StaffMember, scope: Scope) -> AccountRequest:
    """Agree, as a second person whose reach is ``scope``; more rights stand at once. Raises SecondPersonRefused, AccountRequestGone."""
    asked = _open(request_id, State.REQUESTED)
    if by.pk == asked.requested_by_id:
        raise SecondPersonRefused("asker")
    if by.pk == asked.person_id:
        raise SecondPersonRefused("person")
    whole = asked.kind in WHOLE or any(place is None for place in asked.content.get("places", {}).values())
    wide = whole and scope.branches is not None
    beyond = asked.person is not None and not scope.holds(scope_of(asked.person, asked.person.roles))
    if by.insurer_id != asked.insurer_id or not by.has(*CONFIRMERS) or not scope.covers(asked.branch_id) or wide or beyond:
        raise SecondPersonRefused("scope")
    asked.state, asked.decided_by, asked.decided_at = State.CONFIRMED, by, clock.now()
    if asked.kind == Kind.ROLES:
        assert asked.person is not None  # noqa: S101 - the database says so
        rights = {**asked.content, "places": _places(asked)}
        services.set_staff(staff=asked.person, active=asked.person.active, by=asked.requested_by, **rights)
        asked.state, asked.done_at = State.DONE, clock.now()
    elif asked.kind == Kind.PASSKEYS:
        organising.require_passkeys(insurer=asked.insurer, required=False, by=asked.requested_by, second=by)
        asked.state, asked.done_at = State.DONE, clock.now()
    elif asked.kind in _agreed:
        _agreed[asked.kind](asked, by)
        asked.state, asked.done_at = State.DONE, clock.now()
    asked.save()
    _note(asked, "account.request_confirmed", by)
    return asked


@transaction.atomic
def reject(*, request_id: UUID, by: StaffMember) -> AccountRequest:
    """Turn a request down, or take one's own back. Raises AccountRequestGone."""
    asked = _open(request_id, *OPEN)
    asked.state, asked.decided_by, asked.decided_at = State.REJECTED, by, clock.now()
    asked.save()
    _note(asked, "account.request_rejected", by)
    return asked


@transaction.atomic
def carry_out(*, request_id: UUID, by: StaffMember, password: str, forget: Callable[[Any], None]) -> StaffMember:
    """Make or reset the account that was agreed to, with a first ``password``, as who asked for it.

    ``forget``: takes the account's second factors and log-ins away. Raises AccountRequestGone, SecondPersonRefused, PersonRefused.
    """
    asked = _open(request_id, State.CONFIRMED)
    if asked.requested_by_id != by.pk:
        raise SecondPersonRefused("scope")
    if asked.kind == Kind.CREATE:
        made = {**asked.content, "places": _places(asked)}
        asked.person = services.create_staff(branch=asked.branch, password=password, by=by, **made)
    else:
        assert asked.person is not None  # noqa: S101 - the database says so
        services.set_password(person=asked.person, password=password, by=by)
        forget(asked.person.user)
    asked.state, asked.done_at = State.DONE, clock.now()
    asked.save()
    _note(asked, "account.request_done", by)
    return asked.person


def waiting(scope: Scope) -> QuerySet[AccountRequest]:
    """Return what waits for a second person, or for who asked to carry it out, within somebody's reach."""
    rows = AccountRequest.objects.filter(scope.q(), state__in=OPEN, expires_at__gt=clock.now())
    return rows.select_related("person__user", "branch__insurer", "requested_by", "decided_by")


def _ask(kind: str, by: StaffMember, branch: Branch, person: StaffMember | None, content: dict[str, Any]) -> AccountRequest:
    moment = clock.now()
    if person is not None:
        # A newer wish replaces the older one, and nothing lies about agreed to for ever.
        AccountRequest.objects.filter(person=person, kind=kind, state__in=OPEN).update(
            state=State.REJECTED, decided_by=by, decided_at=moment
        )
    made = AccountRequest(
        kind=kind,
        insurer=by.insurer,
        branch=branch,
        person=person,
        data_key_id=vault.new_data_key("account").pk,
        requested_by=by,
        requested_at=moment,
        expires_at=moment + LASTS,
    )
    made.content = content
    made.save(force_insert=True)
    _note(made, "account.requested", by)
    return made


def _open(request_id: UUID, *states: str) -> AccountRequest:
    rows = AccountRequest.objects.select_for_update(of=("self",), no_key=True).select_related("person__user", "branch", "requested_by")
    asked = rows.filter(pk=request_id).first()
    if asked is None or asked.state not in states or asked.expires_at <= clock.now():
        raise AccountRequestGone()
    return asked


def _rights(roles: Collection[str], level: int, places: Places) -> dict[str, Any]:
    bound = {role: str(branch.pk) if branch else None for role in roles for branch in [places.get(role)]}
    return {"roles": sorted(roles), "underwriting_level": level, "places": bound}


def _places(asked: AccountRequest) -> Places:
    branches = {str(branch.pk): branch for branch in Branch.objects.filter(insurer=asked.insurer)}
    return {role: branches[key] if key else None for role, key in asked.content["places"].items()}


def _note(asked: AccountRequest, type: str, by: StaffMember) -> None:
    """Put it on the record of who asked, and of whom it concerns."""
    facts = {"request": str(asked.pk), "kind": str(asked.kind), "by": str(by.pk), "roles": asked.content.get("roles", [])}
    concerned = {asked.requested_by_id, *([asked.person_id] if asked.person_id else [])}
    for person_id in concerned:
        record(stream="staff", stream_id=person_id, type=type, public=facts, private={"by": by.name})

"""Lending an authority to a colleague for a period, and by what right somebody acts now.

Other apps ask :func:`standing` in the transaction of what it permits; it holds the delegation until that commits, so that nothing is
decided after a withdrawal. A delegation counts only while its giver holds the role herself and both are active: it can't be lent on.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from vermilion.apps.chronicle.services import record
from vermilion.base import clock

from . import scoping
from .errors import DelegationGone, DelegationRefused
from .models import ALONE, Delegation, StaffMember

LONGEST = timedelta(days=90)
"""Longer absences are a change of roles, for which an administrator and a second person stand."""
BARRED = frozenset(role.value for role in ALONE)
"""Whoever holds one of these roles is lent nothing."""


@dataclass(frozen=True)
class Standing:
    """By what right somebody acts: her own role (``principal`` None), or the role of ``principal``, by ``delegation``."""

    person: StaffMember
    principal: StaffMember | None = None
    delegation: Delegation | None = None

    @property
    def people(self) -> frozenset[UUID]:
        """Return the ids of all whose word this is: who has one of them on the other side of a rule of two persons is the same side."""
        return frozenset({self.person.pk, *([self.principal.pk] if self.principal else [])})

    def facts(self) -> dict[str, str]:
        """Return what a record names besides the person who acted; empty when she acted by her own role."""
        if self.principal is None or self.delegation is None:
            return {}
        return {"for": self.principal.name, "delegation": str(self.delegation.pk)}


def standing(
    *,
    person: StaffMember,
    role: str,
    branch: UUID | None = None,
    barred: Collection[UUID | None] = (),
    principal: UUID | None = None,
) -> Standing | None:
    """Return by what right ``person`` may act as ``role`` now, None when she may not. Her own role goes before a colleague's.

    ``branch``: the id of the branch whose matter it is, None for the whole company's; a role bound to a branch counts there and below.
    ``barred``: ids of staff who must not be behind this act, neither as the person nor as who delegated to her (who asked, who approved
    already). ``principal``: the id of whom she must act for, where one certain person's decision is needed; her own id asks for her own
    role. Call it in the transaction of the act.
    """
    if not person.active or person.pk in barred:
        return None
    if principal in (None, person.pk) and person.has(role) and _reaches(person, role, branch):
        return Standing(person)
    for delegation in _in_force(receiver=person, role=role).select_for_update(of=("self",), no_key=True):
        giver = delegation.giver
        if giver.pk not in barred and principal in (None, giver.pk) and _reaches(giver, role, branch):
            return Standing(person, giver, delegation)
    return None


def lenders(person: StaffMember) -> dict[str, list[StaffMember]]:
    """Return the roles that colleagues lend to ``person`` now, each with who does."""
    found: dict[str, list[StaffMember]] = {}
    if person.active and not person.has(*BARRED):
        for row in Delegation.objects.filter(_now(), receiver=person, giver__active=True).select_related("giver__insurer"):
            if row.giver.has(row.authority):
                found.setdefault(row.authority, []).append(row.giver)
    return found


def stand_ins(role: str, givers: Collection[StaffMember]) -> list[StaffMember]:
    """Return who acts for any of ``givers`` now, to be told what waits for them."""
    rows = Delegation.objects.filter(_now(), authority=role, giver__in=givers, receiver__active=True).select_related("giver", "receiver")
    return list({row.receiver.pk: row.receiver for row in rows if row.giver.has(role) and not row.receiver.has(*BARRED)}.values())


@transaction.atomic
def delegate(
    *, giver: StaffMember, receiver: StaffMember, authority: str, valid_from: datetime, valid_to: datetime, reason: str
) -> Delegation:
    """Lend ``authority`` (of Delegation.Authority) to ``receiver`` for a period. Raises DelegationRefused."""
    # Both rows rest until this is done, so that nobody becomes an administrator, or loses the role, meanwhile.
    locked = {
        row.pk: row for row in StaffMember.objects.select_for_update(no_key=True).filter(pk__in=[giver.pk, receiver.pk]).order_by("pk")
    }
    giver, receiver, moment, reason = locked[giver.pk], locked[receiver.pk], clock.now(), reason.strip()[:200]
    if giver.pk == receiver.pk:
        raise DelegationRefused("self")
    if authority not in Delegation.Authority.values or not giver.has(authority):
        raise DelegationRefused("not_held")
    if receiver.insurer_id != giver.insurer_id or not receiver.active:
        raise DelegationRefused("other_insurer")
    if receiver.has(*BARRED):
        raise DelegationRefused("administrator")
    if not reason:
        raise DelegationRefused("reason")
    if valid_to <= max(moment, valid_from) or valid_to - max(valid_from, moment) > LONGEST:
        raise DelegationRefused("period")
    same = Delegation.objects.filter(giver=giver, receiver=receiver, authority=authority, withdrawn_at=None)
    if same.filter(valid_from__lt=valid_to, valid_to__gt=max(valid_from, moment)).exists():
        raise DelegationRefused("overlap")
    made = Delegation.objects.create(
        authority=authority,
        giver=giver,
        receiver=receiver,
        valid_from=valid_from,
        valid_to=valid_to,
        reason=reason,
        created_at=moment,
    )
    _note(made, "delegation.given", {"from": clock.rfc3339(valid_from), "to": clock.rfc3339(valid_to)}, {"reason": reason})
    return made


@transaction.atomic
def withdraw(*, delegation_id: UUID, by: StaffMember) -> Delegation:
    """End a delegation at once: its giver takes it back, or its receiver lays it down. Raises DelegationGone."""
    rows = Delegation.objects.select_for_update(of=("self",), no_key=True).select_related("giver", "receiver")
    found = rows.filter(Q(giver=by) | Q(receiver=by), pk=delegation_id).first()
    if found is None or found.withdrawn_at is not None or found.valid_to <= clock.now():
        raise DelegationGone()
    found.withdrawn_at, found.withdrawn_by = clock.now(), by
    found.save(update_fields=["withdrawn_at", "withdrawn_by"])
    _note(found, "delegation.withdrawn", {"by": str(by.pk)}, {})
    return found


def of(person: StaffMember) -> QuerySet[Delegation]:
    """Return all that ``person`` gave and received, the latest first."""
    return Delegation.objects.filter(Q(giver=person) | Q(receiver=person)).select_related("giver", "receiver")


def _in_force(*, receiver: StaffMember, role: str) -> QuerySet[Delegation]:
    if receiver.has(*BARRED):
        return Delegation.objects.none()
    rows = Delegation.objects.filter(_now(), receiver=receiver, authority=role, giver__active=True, giver__roles__contains=[role])
    return rows.select_related("giver").order_by("valid_from", "pk")


def _reaches(person: StaffMember, role: str, branch: UUID | None) -> bool:
    reach = scoping.reach(person, role)
    return reach is None or branch in reach


def _now() -> Q:
    moment = clock.now()
    return Q(withdrawn_at=None, valid_from__lte=moment, valid_to__gt=moment)


def _note(delegation: Delegation, type: str, public: dict[str, str], private: dict[str, str]) -> None:
    """Put it on the record of both."""
    facts = {"delegation": str(delegation.pk), "authority": delegation.authority, **public}
    people = {"giver": delegation.giver.name, "receiver": delegation.receiver.name, **private}
    for person in (delegation.giver, delegation.receiver):
        record(stream="staff", stream_id=person.pk, type=type, public=facts, private=people)

"""What somebody's roles reach: the whole company, or a branch and all below it. Every look-up of a desk asks within a :class:`Scope`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from .models import Branch, Insurer, RoleBinding, StaffMember


@dataclass(frozen=True)
class Scope:
    """One insurer's data, or those of some of its branches; ``branches`` None: all."""

    insurer: Insurer
    branches: frozenset[UUID] | None = None

    def q(self, prefix: str = "") -> Q:
        """Return the condition that a row, or what its path ``prefix`` (``case__``) leads to, belongs here; it has insurer and branch."""
        own = Q(**{f"{prefix}insurer": self.insurer})
        return own if self.branches is None else own & Q(**{f"{prefix}branch__in": self.branches})

    def covers(self, branch_id: UUID | None) -> bool:
        """Tell whether what belongs to this branch (None: to the company as a whole) lies within."""
        return self.branches is None or branch_id in self.branches

    def holds(self, other: Scope) -> bool:
        """Tell whether all of ``other`` lies within."""
        return self.branches is None or (other.branches is not None and other.branches <= self.branches)


def scope_of(staff: StaffMember, roles: Collection[str], *, lending: Mapping[str, Collection[StaffMember]] | None = None) -> Scope:
    """Return what ``staff`` reaches by those of ``roles`` that she holds, and by those that colleagues lend her (``delegating.lenders``).

    Without ``roles`` nothing is asked of her, and it is the whole company.
    """
    held = [(staff, role) for role in roles if staff.has(role)]
    held += [(person, role) for role, people in (lending or {}).items() for person in people]
    reaches = [reach(person, role) for person, role in held]
    if not roles or any(found is None for found in reaches):
        return Scope(staff.insurer)
    return Scope(staff.insurer, frozenset().union(*(found for found in reaches if found is not None)))


def reach(staff: StaffMember, role: str) -> frozenset[UUID] | None:
    """Return the branches in which ``staff`` holds ``role``, None for the whole company. Her holding it is not asked here."""
    place = _places(staff).get(role)
    return None if place is None else below(staff.insurer, place)


def below(insurer: Insurer, branch_id: UUID) -> frozenset[UUID]:
    """Return a branch and all that are under it."""
    children: dict[UUID | None, list[UUID]] = {}
    for key, parent in Branch.objects.filter(insurer=insurer).values_list("pk", "parent"):
        children.setdefault(parent, []).append(key)
    found, waiting = set(), [branch_id]
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            waiting += children.get(key, [])
    return frozenset(found)


def know(staff: StaffMember, places: Iterable[tuple[str, UUID]]) -> None:
    """Keep with this object where her roles hold, (role, branch) each: one request looks many times."""
    staff._places = dict(places)  # type: ignore[attr-defined]


def _places(staff: StaffMember) -> dict[str, UUID]:
    """Return the branch of each role that holds in one only, asked once for each object."""
    if not hasattr(staff, "_places"):
        know(staff, RoleBinding.objects.filter(staff=staff).values_list("role", "branch_id"))
    return staff._places  # type: ignore[attr-defined, no-any-return]

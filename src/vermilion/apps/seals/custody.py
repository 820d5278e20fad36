"""Who keeps a seal: the custodians that it names, else the company's. Any custodian of the company may freeze it in an emergency."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from vermilion.apps.chronicle.services import record
from vermilion.apps.parties.models import Role, StaffMember

from .errors import SealNotUsable, SealUnsuitable
from .models import Seal


def candidates(insurer_id: UUID) -> list[StaffMember]:
    """Return the custodians of a company, by name."""
    return list(StaffMember.objects.filter(insurer=insurer_id, active=True, roles__contains=[Role.CUSTODIAN]).order_by("name", "pk"))


def custodians_of(seal: Seal) -> list[StaffMember]:
    """Return who keeps a seal now: whom it names, as far as they still are custodians; else the company's custodians."""
    everybody = candidates(seal.insurer_id)
    named = set(seal.custodians.values_list("pk", flat=True))
    return [person for person in everybody if person.pk in named] or everybody


@transaction.atomic
def name_custodians(*, seal_id: UUID, people: Collection[UUID], by: StaffMember) -> Seal:
    """Let a seal name its custodians; nobody: the company's keep it. On record. Raises SealNotUsable, SealUnsuitable."""
    seal = Seal.objects.select_for_update(no_key=True).filter(pk=seal_id).first()
    if seal is None or seal.ended:
        raise SealNotUsable()
    chosen = [person for person in candidates(seal.insurer_id) if person.pk in people]
    if len(chosen) != len(set(people)):
        raise SealUnsuitable()
    before = sorted(str(one) for one in seal.custodians.values_list("pk", flat=True))
    seal.custodians.set(chosen)
    facts = {"before": before, "after": sorted(str(person.pk) for person in chosen), "by": str(by.pk)}
    record(stream="seal", stream_id=seal.pk, type="seal.custodians_named", private=facts)
    return seal

"""Compliance decides about 疑似代签: cleared with a reason, or confirmed. A decision may be revised; each stays on the case's record."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from vermilion.apps.cases import services as cases
from vermilion.apps.chronicle.services import record
from vermilion.apps.parties.models import StaffMember
from vermilion.apps.parties.scoping import Scope
from vermilion.base import clock

from .errors import DecisionIncomplete, SuspicionUnknown
from .models import Suspicion, SuspicionState

LONGEST_NOTE = 400


def suspicions(scope: Scope) -> QuerySet[Suspicion]:
    """Return those within somebody's reach."""
    return Suspicion.objects.filter(scope.q("case__")).select_related(
        "case__branch__insurer", "case__salesperson", "party", "salesperson", "staff", "decided_by"
    )


def waiting(scope: Scope) -> QuerySet[Suspicion]:
    """Return what nobody has decided."""
    return suspicions(scope).filter(state=SuspicionState.OPEN)


def decide(*, suspicion_id: UUID, state: str, note: str, by: StaffMember) -> Suspicion:
    """Clear or confirm one, with the reason. Raises DecisionIncomplete, SuspicionUnknown."""
    note = note.strip()[:LONGEST_NOTE]
    if state not in (SuspicionState.CLEARED, SuspicionState.CONFIRMED) or not note:
        raise DecisionIncomplete()
    with transaction.atomic():
        found = Suspicion.objects.filter(pk=suspicion_id, insurer_id=by.insurer_id).first()
        if found is None:
            raise SuspicionUnknown()
        cases.lock(found.case_id)
        found = Suspicion.objects.select_related("case").get(pk=suspicion_id)
        before = found.state
        found.state, found.decided_by, found.decided_at, found.content = state, by, clock.now(), {"note": note}
        found.save(update_fields=["state", "decided_by", "decided_at", "content"])
        record(
            stream="case",
            stream_id=found.case_id,
            type=f"suspicion.{state}",
            public={"suspicion": str(found.pk), "kind": str(found.kind), "before": str(before)},
            private={"by": by.name, "reason": note},
        )
    return found

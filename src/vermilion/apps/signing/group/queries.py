"""How far the asking of a list is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from vermilion.apps.cases.models import Case, CaseParty, PartyRole
from vermilion.apps.cases.services import application
from vermilion.apps.cases.transitions import State as CaseState
from vermilion.base import clock

from .models import ConsentRound, InsuredConsent

#: A person who has not answered is asked again after so long at the earliest, and so often in all.
AGAIN_AFTER = timedelta(hours=4)
MOST_MESSAGES = 6
State = InsuredConsent.State


@dataclass(frozen=True)
class Counts:
    """How many of a list have answered what. ``withdrawn``: how many of those who refuse had consented before the list was closed."""

    consented: int
    waiting: int
    refused: int
    withdrawn: int = field(default=0, compare=False)

    @property
    def total(self) -> int:
        """Return how many are on the list."""
        return self.consented + self.waiting + self.refused


def round_of(case: Case) -> ConsentRound | None:
    """Return the asking of the application that counts, open or closed."""
    rows = ConsentRound.objects.select_related("document").filter(case=case, change=None)
    return rows.exclude(state=ConsentRound.State.VOID).first()


def round_of_change(change: UUID) -> ConsentRound | None:
    """Return the asking of the people whom an endorsement adds."""
    return ConsentRound.objects.select_related("document", "case").filter(change=change).exclude(state=ConsentRound.State.VOID).first()


def open_change(case: Case) -> ConsentRound | None:
    """Return the asking of added people that is under way."""
    return ConsentRound.objects.select_related("document").filter(case=case, state=ConsentRound.State.OPEN).exclude(change=None).first()


def counts(asked: ConsentRound) -> Counts:
    """Return how many of the list consented, wait, refused. Who took her consent back refuses."""
    rows = dict(asked.answers.exclude(state=State.REMOVED).values_list("state").annotate(Count("id")))
    withdrawn = rows.get(State.WITHDRAWN, 0)
    return Counts(rows.get(State.CONSENTED, 0), rows.get(State.WAITING, 0), rows.get(State.REFUSED, 0) + withdrawn, withdrawn)


def progress(asked: ConsentRound) -> dict[str, Any]:
    """Return what every page of an asking shows of it."""
    counted = counts(asked)
    return {
        "asked": asked,
        "counts": counted,
        "percent": 100 * (counted.total - counted.waiting) // max(counted.total, 1),
        "late": is_late(asked),
        "open": asked.state == ConsentRound.State.OPEN,
        "due": due(asked).count(),
        "unsent": asked.answers.filter(wanted_at__isnull=False, state=State.WAITING).count(),
    }


def company_of(asked: ConsentRound) -> str:
    """Return the name of the company that asks."""
    return str(application(asked.case).data["policyholder"]["name"])


def is_late(asked: ConsentRound) -> bool:
    """Tell whether the cut-off is past."""
    return clock.now() >= asked.closes_at


def answers(asked: ConsentRound) -> QuerySet[InsuredConsent]:
    """Return the answers of who is on the list, in its order."""
    return asked.answers.exclude(state=State.REMOVED).select_related("party__case", "round__case").order_by("party__position")


def due(asked: ConsentRound) -> QuerySet[InsuredConsent]:
    """Return who may be reminded now."""
    rows = asked.answers.filter(state=State.WAITING, times_asked__lt=MOST_MESSAGES, asked_at__lt=clock.now() - AGAIN_AFTER)
    return rows.exclude(wanted_at__isnull=False)


def is_answerable(answer: InsuredConsent) -> bool:
    """Tell whether she may still answer."""
    return answer.round.state == ConsentRound.State.OPEN and not is_late(answer.round) and may_ask(answer.round)


def may_ask(asked: ConsentRound) -> bool:
    """Tell whether the case is where its list is asked; the asking of a change is closed or void as soon as the change goes on or ends."""
    return asked.change is not None or asked.case.state == CaseState.APPLYING


def endings(case: Case) -> QuerySet[InsuredConsent]:
    """Return who took her consent back when she was on the policy already, and whose cover nobody has ended yet."""
    rows = InsuredConsent.objects.filter(round__case=case, ending_wanted=True, ended_at=None)
    return rows.select_related("party__case", "round__case").order_by("withdrawn_at")


def is_member(party: CaseParty | None) -> bool:
    """Tell whether somebody is of a case only as one of a company's insured."""
    return party is not None and party.role == PartyRole.MEMBER


def answer_of(party: CaseParty) -> InsuredConsent | None:
    """Return the answer of a member of a list; None when she was taken off it."""
    rows = InsuredConsent.objects.select_related("round__case__product", "round__case__insurer", "round__document", "party").defer(
        "round__case__product__data"
    )
    gone = Q(round__state=ConsentRound.State.VOID) & ~Q(state=State.WITHDRAWN)
    return rows.filter(party=party).exclude(state=State.REMOVED).exclude(gone).first()

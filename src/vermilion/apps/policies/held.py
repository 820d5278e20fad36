"""A paid policy that is not sealed because somebody on a company's list took her consent back: the desk has the premium returned.

Nothing is issued on a list that holds her, and what was paid was paid for that list. So it is returned whole, and the company goes on
from its list without her: confirmation, underwriting, premium and policy are made anew; the others' consents stay.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from vermilion.apps.cases import services as cases
from vermilion.apps.cases.errors import CaseStopped, TransitionRefused
from vermilion.apps.cases.models import Case
from vermilion.apps.cases.transitions import State
from vermilion.apps.parties.models import StaffMember
from vermilion.apps.payments import services as payments
from vermilion.apps.seals import services as seals
from vermilion.apps.signing import applying, links
from vermilion.apps.signing.group import queries, withdrawing

from . import events
from .issuing import KIND
from .models import Policy, PolicyStatus


def tell(case: Case) -> None:
    """Let the insurer's systems know that no policy comes for now. Called by signing, case locked."""
    events.tell(case, "policy.failed", {"reason": "consent_withdrawn"})


def refunded(*, case_id: UUID, staff: StaffMember, reference: str) -> Case:
    """A clerk has had the premium of a held case returned, found by ``reference``; the company goes on from its list.

    Raises TransitionRefused when the case is not held, CaseStopped, RefundUnknown.
    """
    with transaction.atomic():
        case = cases.lock(case_id)
        asked = queries.round_of(case)
        if case.state != State.HELD or asked is None:
            raise TransitionRefused(state=case.state, event="premium.refunded")
        if case.blocked_by == cases.STOPPED:
            raise CaseStopped()
        payments.record_refund(case=case, staff=staff, reference=reference)
        case.premium_paid_at = None
        case.save(update_fields=["premium_paid_at"])
        _forget(case)
        withdrawing.give_back(case, asked, event="premium.refunded", actor="clerk")
        agent = applying.applicant(case)
        if agent is not None:
            links.send_link(case=case, party=agent, purpose="apply", template="premium_returned")
    return case


def _forget(case: Case) -> None:
    """Drop the policy that was numbered and never sealed; that it was is in the evidence. The next one compares anew."""
    for policy in Policy.objects.filter(case=case, status=PolicyStatus.PREPARING):
        policy.versions.all().delete()
        policy.delete()
    case.differences.all().delete()
    for document in case.documents.filter(kind=KIND, closed_at=None):
        document.void = True
        document.save(update_fields=["void"])
        seals.abandon(document_id=document.id)

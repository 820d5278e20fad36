"""A leader's decision proven by her passkey: its challenge binds the endorsement, the shown digest, the decision and its reason.

Answer and decision stand in one transaction, the answer with all that is needed to check it again in the decision's EvidenceEvent. An
answer that proves nothing, or comes too late, is burnt and on the record of the person whose log-in it was.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction

from vermilion.apps.parties import passkeys
from vermilion.apps.parties.models import PasskeyChallenge, StaffMember
from vermilion.apps.parties.passkeys import Assertion, Bound, RelyingParty
from vermilion.apps.seals.requests import judging

from . import endorsing
from .errors import ApprovalRefused
from .models import Endorsement, EndorsementState

APPROVE, REFUSE = "approve", "refuse"
METHOD = "passkey"
LONGEST_REASON = 400


def ask(*, endorsement: Endorsement, staff: StaffMember, decision: str, reason: str, party: RelyingParty) -> PasskeyChallenge:
    """Make the challenge for a decision.

    Raises ApprovalRefused when there is nothing to decide, or a refusal has no reason; SelfApproval, NotApprover.
    """
    reason = _reason(decision, reason)
    with transaction.atomic():
        endorsing.standing_for(endorsement, staff)
    if endorsement.state != EndorsementState.APPROVAL or not endorsement.shown_digest:
        raise ApprovalRefused()
    return passkeys.ask(party=party, bound=_bound(endorsement.id, endorsement.shown_digest, decision, reason), user=staff.user)


def decide(
    *,
    endorsement_id: UUID,
    staff: StaffMember,
    shown_digest: str,
    decision: str,
    reason: str = "",
    challenge_id: UUID,
    answer: Assertion,
    visit: dict[str, str] | None = None,
) -> Endorsement:
    """Approve or refuse by passkey exactly the document of ``shown_digest``.

    Raises PasskeyFailed, ApprovalRefused, SelfApproval, NotApprover, PolicyNotFound. Not inside a transaction.
    """
    reason = _reason(decision, reason)
    bound = _bound(endorsement_id, shown_digest, decision, reason)
    with passkeys.spending(challenge_id=challenge_id, user=staff.user, visit=visit):
        proven = passkeys.prove(challenge_id=challenge_id, answer=answer, bound=bound, user=staff.user)
        judging.check_known(proven)
        proof: dict[str, Any] = {"passkey": passkeys.evidence(proven)}
        if decision == APPROVE:
            return endorsing.approve(endorsement_id=endorsement_id, staff=staff, shown_digest=shown_digest, method=METHOD, proof=proof)
        return endorsing.refuse(endorsement_id=endorsement_id, staff=staff, reason=reason, method=METHOD, proof=proof)


def _bound(endorsement_id: UUID, shown_digest: str, decision: str, reason: str) -> Bound:
    return Bound(PasskeyChallenge.Purpose.APPROVAL, str(endorsement_id), shown_digest, decision, reason)


def _reason(decision: str, reason: str) -> str:
    """Return the reason as it is kept: a form's line breaks are two characters in one browser, one in another."""
    reason = "\n".join(reason.split("\r\n")).strip()[:LONGEST_REASON] if decision == REFUSE else ""
    if decision not in (APPROVE, REFUSE) or (decision == REFUSE and not reason):
        raise ApprovalRefused()
    return reason

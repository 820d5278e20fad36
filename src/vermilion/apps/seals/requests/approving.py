"""Deciding a request by passkey: the challenge binds the request, the digest of its whole list, the decision and the reason.

Where the insurer does not demand passkeys, a code by SMS that the keeper made approves as well, and a log-in refuses; both stand as weaker.

The last approval that the rule asks for makes one recorded permission for each document's digest, in the same transaction; the keeper
signs only with these, and judges request, list and passkeys again (:mod:`.judging`).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from vermilion.apps.parties import passkeys
from vermilion.apps.parties.delegating import Standing, standing
from vermilion.apps.parties.errors import PasskeyDemanded
from vermilion.apps.parties.models import PasskeyChallenge, Role, StaffMember
from vermilion.apps.parties.passkeys import Assertion, Bound, RelyingParty
from vermilion.apps.seals import resting
from vermilion.apps.seals.errors import (
    NotThisApprover,
    OwnRequest,
    ReasonMissing,
    RequestExpired,
    RequestSettled,
    ShownListChanged,
)
from vermilion.apps.seals.models import SealPermission, SealRequest, SealRequestDecision
from vermilion.base.clock import now

from . import judging, making

APPROVE, REFUSE = "approve", "refuse"
LONGEST_REASON = 400
USE_WITHIN = timedelta(days=7)
"""What was approved is sealed at once; where a keeper or a seal rests meanwhile, it may go on for so long without asking again."""
State = SealRequest.State


def ask(*, request: SealRequest, staff: StaffMember, decision: str, reason: str, party: RelyingParty) -> PasskeyChallenge:
    """Make the challenge for a decision. Raises RequestSettled, RequestExpired, OwnRequest, NotThisApprover, ReasonMissing."""
    reason = _reason(decision, reason)
    may_decide(request, staff)
    if decision == APPROVE:
        resting.check(request.seal)
    return passkeys.ask(party=party, bound=_bound(request.id, request.list_digest, decision, reason), user=staff.user)


def decide(
    *,
    request_id: UUID,
    staff: StaffMember,
    shown_digest: str,
    decision: str,
    reason: str = "",
    challenge_id: UUID,
    answer: Assertion,
    visit: dict[str, str] | None = None,
) -> SealRequest:
    """Approve or refuse by passkey exactly the list of ``shown_digest``. ``visit``: network address and browser, kept as evidence.

    Raises PasskeyFailed, PasskeyUnknown, RequestSettled, RequestExpired, OwnRequest, NotThisApprover, ShownListChanged, SealNotUsable. Not
    inside a transaction.
    """
    reason = _reason(decision, reason)
    bound = _bound(request_id, shown_digest, decision, reason)
    with passkeys.spending(challenge_id=challenge_id, user=staff.user, visit=visit):
        proven = passkeys.prove(challenge_id=challenge_id, answer=answer, bound=bound, user=staff.user)
        judging.check_known(proven)
        return _decided(request_id, staff, shown_digest, decision, reason, passkeys.evidence(proven), visit or {})


@transaction.atomic
def decide_weakly(
    *, request_id: UUID, staff: StaffMember, shown_digest: str, decision: str, reason: str = "", proof: dict[str, Any]
) -> SealRequest:
    """Approve or refuse in the weaker way that ``proof["method"]`` names; the database refuses an approval that nothing vouches for.

    Raises PasskeyDemanded, and as :func:`decide` does.
    """
    if staff.insurer.passkeys_required:
        raise PasskeyDemanded()
    return _decided(request_id, staff, shown_digest, decision, _reason(decision, reason), {**proof, "shown": shown_digest}, {})


def may_decide(request: SealRequest, staff: StaffMember) -> None:
    """Let pass who may decide it now. Raises RequestSettled, RequestExpired, OwnRequest, NotThisApprover."""
    with transaction.atomic():
        _check_open(request)
        seat_of(request, staff)


def seat_of(request: SealRequest, staff: StaffMember) -> Standing:
    """Return by what right ``staff`` decides now: her own seat of the rule, or that of a colleague who lent it to her.

    Call it in the transaction of the decision. Raises OwnRequest, NotThisApprover.
    """
    if staff.pk == request.requested_by_id:
        raise OwnRequest()
    spoke = set(request.decisions.exclude(decision="comment").values_list("by", flat=True))
    for seat in sorted(making.open_seats(request), key=lambda one: one != str(staff.pk)):
        # Nobody fills two seats, and nobody decides for who asked: two approvals are two people's.
        found = standing(
            person=staff,
            role=Role.APPROVER,
            branch=request.branch_id,
            barred={request.requested_by_id, *spoke},
            principal=UUID(seat),
        )
        if found is not None:
            return found
    raise NotThisApprover()


def _decided(
    request_id: UUID, staff: StaffMember, shown_digest: str, decision: str, reason: str, proof: dict[str, Any], visit: dict[str, str]
) -> SealRequest:
    """Keep a decision and do what follows from it, in the caller's transaction."""
    request = making.locked(request_id)
    _check_open(request)
    if request.list_digest != shown_digest:
        raise ShownListChanged()
    if decision == APPROVE:
        resting.check(request.seal)
    right = seat_of(request, staff)
    seat = right.principal or staff
    said = SealRequestDecision(
        request=request,
        decision=decision,
        by=staff,
        seat=seat.pk,
        delegation=right.delegation.pk if right.delegation else None,
        list_digest=shown_digest,
        proof=proof,
        at=now(),
    )
    said.content = {"text": reason}
    said.save(force_insert=True)
    facts = {"decision": decision, "list": shown_digest, "seat": str(seat.pk), **right.facts(), "proof": proof, **visit}
    making.note(request, f"seal.request_{'approved' if decision == APPROVE else 'refused'}", staff, facts)
    if decision == REFUSE:
        request.decided_at = said.at
        request.save(update_fields=["decided_at"])
        making.close(request, State.REFUSED)
    elif not making.open_seats(request):
        _permit(request, staff)
    elif request.rule["mode"] == "order":
        making.tell(request, making.deciders(request))
    return request


def _permit(request: SealRequest, last: StaffMember) -> None:
    """Make one permission for each document and let the job begin, in the caller's transaction."""
    from vermilion.apps.seals.tasks import seal_later

    moment = now()
    request.state, request.decided_at, request.use_until = State.APPROVED, moment, moment + USE_WITHIN
    request.save(update_fields=["state", "decided_at", "use_until"])
    SealPermission.objects.bulk_create(
        SealPermission(
            kind=SealPermission.Kind.REQUEST,
            seal=request.seal,
            request=request,
            document=item.pk,
            document_kind=request.document_kind,
            amount=request.amount,
            basis=request.pk,
            approved_by=last.pk,
            shown_digest=item.shown_digest,
            expires_at=request.use_until,
        )
        for item in request.items.all()
    )
    seal_later(request.pk)


def _check_open(request: SealRequest) -> None:
    if request.state != State.WAITING:
        raise RequestSettled()
    if now() >= request.decide_until:
        raise RequestExpired()


def _bound(request_id: UUID, digest: str, decision: str, reason: str) -> Bound:
    return Bound(PasskeyChallenge.Purpose.APPROVAL, str(request_id), digest, decision, reason)


def _reason(decision: str, reason: str) -> str:
    """Return the words as they are kept: a form's line breaks are two characters in one browser, one in another."""
    reason = "\n".join(reason.split("\r\n")).strip()[:LONGEST_REASON]
    if decision not in (APPROVE, REFUSE) or (decision == REFUSE and not reason):
        raise ReasonMissing()
    return reason

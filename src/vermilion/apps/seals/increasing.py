"""临时增额: one day more uses of a grant than its limit, asked in a hurry, approved on the phone by one approver's passkey.

Read by the keeper too (:func:`added`), which believes only what a passkey proves.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from vermilion.apps.chronicle.services import record
from vermilion.apps.parties import passkeys
from vermilion.apps.parties.delegating import Standing, stand_ins, standing
from vermilion.apps.parties.models import PasskeyChallenge, Role, StaffMember
from vermilion.apps.parties.passkeys import Assertion, Bound, RelyingParty
from vermilion.apps.parties.scoping import scope_of
from vermilion.base.canonical import digest
from vermilion.base.clock import SHANGHAI, now, today

from . import resting
from .errors import GrantMissing, IncreaseRefused, ReasonMissing
from .models import GrantIncrease, SealGrant
from .requests import judging

State = GrantIncrease.State
APPROVE, REFUSE = "approve", "refuse"
MOST = 10
"""An increase adds at most so many times the daily limit; who needs more needs another grant."""

_waiting: list[Callable[[GrantIncrease, list[StaffMember]], None]] = []


def on_waiting(handler: Callable[[GrantIncrease, list[StaffMember]], None]) -> None:
    """Call ``handler`` with an increase that waits and whom to tell, in the transaction that asked for it."""
    if handler not in _waiting:
        _waiting.append(handler)


def increase_digest(increase: GrantIncrease) -> str:
    """Return the SHA-256 (hex) that stands for what is approved."""
    facts = {"form": "vermilion-grant-increase-1", "increase": increase.pk, "grant": increase.grant_id, "day": increase.day}
    return digest({**facts, "extra": increase.extra, "reason": increase.reason, "requested_by": increase.requested_by_id})


@transaction.atomic
def ask_increase(*, grant_id: UUID, extra: int, reason: str, by: StaffMember) -> GrantIncrease:
    """Ask for ``extra`` more uses today. One that waits is returned instead. Raises GrantMissing, ReasonMissing, IncreaseRefused."""
    grant = SealGrant.objects.select_for_update(of=("self",), no_key=True).select_related("seal").filter(pk=grant_id).first()
    moment = now()
    if grant is None or grant.state != SealGrant.State.ACTIVE or not grant.valid_from <= moment < grant.valid_to:
        raise GrantMissing()
    if not reason.strip():
        raise ReasonMissing()
    if not 1 <= extra <= MOST * grant.daily_limit:
        raise IncreaseRefused()
    waiting = grant.increases.filter(day=today(), state=State.WAITING).first()
    if waiting is not None:
        return waiting
    increase = GrantIncrease(grant=grant, day=today(), extra=extra, reason=reason.strip()[:200], requested_by=by, requested_at=moment)
    increase.digest = increase_digest(increase)
    increase.save(force_insert=True)
    _note(increase, "grant.increase_requested", by, {"extra": extra})
    approvers = StaffMember.objects.filter(insurer=by.insurer_id, active=True, roles__contains=[Role.APPROVER]).exclude(pk=by.pk)
    reached = [one for one in approvers.order_by("pk") if scope_of(one, [Role.APPROVER]).covers(by.branch_id)]
    people = {one.pk: one for one in [*reached, *stand_ins(Role.APPROVER, reached)] if one.pk != by.pk}
    for handler in _waiting:
        handler(increase, list(people.values()))
    return increase


def ask(*, increase: GrantIncrease, staff: StaffMember, decision: str, party: RelyingParty) -> PasskeyChallenge:
    """Make the challenge for a decision. Raises IncreaseRefused."""
    with transaction.atomic():
        _right(increase, staff)
    return passkeys.ask(party=party, bound=_bound(increase.pk, increase.digest, decision), user=staff.user)


def decide(
    *, increase_id: UUID, staff: StaffMember, shown_digest: str, decision: str, challenge_id: UUID, answer: Assertion, visit: dict[str, str]
) -> GrantIncrease:
    """Approve or refuse by passkey. Raises PasskeyFailed, PasskeyUnknown, IncreaseRefused, SealNotUsable. Not inside a transaction."""
    with passkeys.spending(challenge_id=challenge_id, user=staff.user, visit=visit):
        bound = _bound(increase_id, shown_digest, decision)
        proven = passkeys.prove(challenge_id=challenge_id, answer=answer, bound=bound, user=staff.user)
        judging.check_known(proven)
        rows = GrantIncrease.objects.select_for_update(of=("self",), no_key=True).select_related("grant__seal__certificate", "requested_by")
        increase = rows.get(pk=increase_id)
        right = _right(increase, staff)
        if decision == APPROVE:
            resting.check(increase.grant.seal)
        if increase.digest != shown_digest or decision not in (APPROVE, REFUSE):
            raise IncreaseRefused()
        increase.state = State.APPROVED if decision == APPROVE else State.REFUSED
        increase.decided_by, increase.decided_at, increase.proof = staff, now(), passkeys.evidence(proven)
        increase.save(update_fields=["state", "decided_by", "decided_at", "proof"])
        _note(increase, f"grant.increase_{increase.state}", staff, {"passkey": increase.proof, **right.facts(), **visit})
    return increase


def added(grant_id: UUID, moment: datetime) -> int:
    """Return how many uses approvers added for the day of ``moment``, as far as their passkeys prove it."""
    found = GrantIncrease.objects.filter(grant_id=grant_id, day=moment.astimezone(SHANGHAI).date(), state=State.APPROVED)
    return sum(one.extra for one in found if _proven(one))


def _proven(increase: GrantIncrease) -> bool:
    if increase.decided_by_id is None or increase.decided_by_id == increase.requested_by_id:
        return False
    about = (str(increase.pk), increase_digest(increase), APPROVE)
    return judging.proves(increase.proof or {}, by=increase.decided_by_id, about=about)


def _right(increase: GrantIncrease, staff: StaffMember) -> Standing:
    """Return by what right she decides it. Raises IncreaseRefused."""
    if increase.state != State.WAITING or increase.day != today():
        raise IncreaseRefused()
    # The branch that asks answers for its day, also where the seal is the company's.
    branch = increase.requested_by.branch_id
    found = standing(person=staff, role=Role.APPROVER, branch=branch, barred={increase.requested_by_id})
    if found is None:
        raise IncreaseRefused()
    return found


def _bound(increase_id: UUID, shown_digest: str, decision: str) -> Bound:
    return Bound(PasskeyChallenge.Purpose.APPROVAL, str(increase_id), shown_digest, decision)


def _note(increase: GrantIncrease, type: str, by: StaffMember, private: dict[str, object]) -> None:
    facts = {"increase": str(increase.pk), "grant": str(increase.grant_id), "by": str(by.pk), **private}
    record(stream="seal", stream_id=increase.grant.seal_id, type=type, private=facts)

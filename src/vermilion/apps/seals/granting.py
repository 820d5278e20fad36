"""Standing grants: asked for by one, approved by two others of whom one is an approver, each over the digest of the exact terms.

A passkey's answer is the way (ADR 0029 says why); where an insurer does not demand passkeys, a code by SMS that the keeper made will do,
and stands as weaker in record and page (:mod:`.weaker`). The keeper asks :func:`holds` before it signs under a grant.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from vermilion.apps.chronicle.services import record
from vermilion.apps.parties import passkeys
from vermilion.apps.parties.models import PasskeyChallenge, Role, StaffMember
from vermilion.apps.parties.passkeys import Assertion, Bound, RelyingParty
from vermilion.apps.parties.scoping import scope_of
from vermilion.base.canonical import digest
from vermilion.base.clock import now

from . import resting, weaker
from .errors import ApprovalRefused, ApproverMissing, GrantMissing, GrantSettled, ShownListChanged
from .models import SealGrant
from .requests import judging
from .weaker import OPERATOR, WEAKER

FORM = "vermilion-seal-grant-1"
APPROVE = "approve"
PASSKEY = "passkey"
WEAKER_ROWS = Q(first_proof__method__in=WEAKER) | Q(second_proof__method__in=WEAKER)
DECIDERS = (Role.APPROVER, Role.CUSTODIAN, Role.COMPLIANCE)
State = SealGrant.State

_waiting: list[Callable[[SealGrant, list[StaffMember]], None]] = []


def on_waiting(handler: Callable[[SealGrant, list[StaffMember]], None]) -> None:
    """Call ``handler`` with a grant that waits and whom to tell, in the transaction that asked for it."""
    if handler not in _waiting:
        _waiting.append(handler)


def terms_digest(grant: SealGrant) -> str:
    """Return the SHA-256 (hex) over the canonical JSON of all that is approved: everybody who has the row computes the same."""
    return digest(
        {
            "form": FORM,
            "grant": grant.pk,
            "seal": grant.seal_id,
            "document_kinds": grant.document_kinds,
            "products": grant.products,
            "max_amount": grant.max_amount,
            "daily_limit": grant.daily_limit,
            "valid_from": grant.valid_from,
            "valid_to": grant.valid_to,
            "requested_by": grant.requested_by_id,
            "reason": grant.reason,
        }
    )


@transaction.atomic
def request_grant(
    *,
    seal_id: UUID,
    document_kinds: Sequence[str],
    products: Sequence[str],
    max_amount: int | None,
    daily_limit: int,
    valid_from: datetime,
    valid_to: datetime,
    requested_by: StaffMember,
    reason: str = "",
) -> SealGrant:
    """Ask for a standing permission. ``products`` empty means all; ``max_amount`` is the sum insured in fen."""
    grant = SealGrant(
        seal_id=seal_id,
        document_kinds=list(document_kinds),
        products=list(products),
        max_amount=max_amount,
        daily_limit=daily_limit,
        valid_from=valid_from,
        valid_to=valid_to,
        requested_by=requested_by,
        requested_at=now(),
        reason=reason,
    )
    grant.terms_digest = terms_digest(grant)
    grant.save(force_insert=True)
    facts = {"daily_limit": daily_limit, "max_amount": max_amount, "terms": grant.terms_digest}
    _note(grant, "grant.requested", requested_by, facts)
    _tell(grant)
    return grant


def right_of(grant: SealGrant, staff: StaffMember) -> None:
    """Let pass who may decide a grant now. Raises GrantSettled, ApprovalRefused, ApproverMissing."""
    if grant.state != State.REQUESTED:
        raise GrantSettled()
    reach = scope_of(staff, DECIDERS)
    if staff.pk in (grant.requested_by_id, grant.first_approver_id) or not staff.has(*DECIDERS) or not reach.covers(grant.seal.branch_id):
        raise ApprovalRefused()
    first = grant.first_approver
    if first is not None and not staff.has(Role.APPROVER) and not first.has(Role.APPROVER):
        raise ApproverMissing()


def ask(*, grant: SealGrant, staff: StaffMember, party: RelyingParty) -> PasskeyChallenge:
    """Make the challenge of an approval. Raises GrantSettled, ApprovalRefused, ApproverMissing, SealNotUsable."""
    right_of(grant, staff)
    resting.check(grant.seal)
    return passkeys.ask(party=party, bound=_bound(grant.pk, grant.terms_digest), user=staff.user)


def decide(
    *, grant_id: UUID, staff: StaffMember, shown_digest: str, challenge_id: UUID, answer: Assertion, visit: dict[str, str] | None = None
) -> SealGrant:
    """Approve by passkey the terms of ``shown_digest``, as the first or second person; with the second the grant is active.

    Raises PasskeyFailed, GrantSettled, ApprovalRefused, ApproverMissing, ShownListChanged. Not inside a transaction.
    """
    with passkeys.spending(challenge_id=challenge_id, user=staff.user, visit=visit):
        proven = passkeys.prove(challenge_id=challenge_id, answer=answer, bound=_bound(grant_id, shown_digest), user=staff.user)
        judging.check_known(proven)
        return _approve(grant_id, staff, shown_digest, {"method": PASSKEY, **passkeys.evidence(proven)}, visit or {})


@transaction.atomic
def approve_grant(
    *, grant_id: UUID, by: StaffMember, shown_digest: str | None = None, method: str = OPERATOR, proof: dict[str, Any] | None = None
) -> SealGrant:
    """Approve in a weaker way: by a code of ``method`` SMS, which the keeper proved, or for the demonstration at the machine.

    ``shown_digest`` None: the terms as they stand. Raises as :func:`decide` does; the database refuses what nothing vouches for.
    """
    grant = _locked(grant_id)
    said = {**(proof or {}), "method": method, "shown": grant.terms_digest if shown_digest is None else shown_digest}
    return _approve(grant_id, by, said["shown"], said, {})


@transaction.atomic
def reject_grant(*, grant_id: UUID, by: StaffMember, reason: str) -> SealGrant:
    """Turn a request down: it permits nothing, so no passkey is asked for it. Raises GrantMissing when it is not open."""
    grant = _locked(grant_id)
    if grant.state != State.REQUESTED:
        raise GrantMissing()
    return _end(grant, State.REJECTED, by, reason)


@transaction.atomic
def revoke_grant(*, grant_id: UUID, by: StaffMember, reason: str) -> SealGrant:
    """End a grant at once. Raises GrantMissing when it is not active."""
    grant = _locked(grant_id)
    if grant.state != State.ACTIVE:
        raise GrantMissing()
    return _end(grant, State.REVOKED, by, reason)


def holds(grant: SealGrant, *, demanded: bool) -> bool:
    """Tell whether two people's word, not the requester's, stands behind exactly the present terms of ``grant``. The keeper asks this.

    ``demanded``: the insurer demands passkeys.
    """
    said = ((grant.first_approver_id, grant.first_proof or {}), (grant.second_approver_id, grant.second_proof or {}))
    people = {grant.requested_by_id, *(person for person, _proof in said)}
    if None in people or len(people) < 3:
        return False
    terms = terms_digest(grant)
    return all(person is not None and _holds(grant, terms, person, proof, demanded) for person, proof in said)


def _holds(grant: SealGrant, terms: str, person: UUID, proof: dict[str, Any], demanded: bool) -> bool:
    if weaker.is_weaker(proof):
        return not demanded and weaker.stands(proof, by=person, subject=grant.pk, shown=terms)
    return proof.get("shown") == terms and judging.proves(proof, by=person, about=(str(grant.pk), terms, APPROVE))


def is_weaker(grant: SealGrant) -> bool:
    """Tell whether one of the approvals was given in a weaker way than by passkey."""
    return weaker.is_weaker(grant.first_proof) or weaker.is_weaker(grant.second_proof)


def _approve(grant_id: UUID, by: StaffMember, shown_digest: str, proof: dict[str, Any], visit: dict[str, str]) -> SealGrant:
    grant = _locked(grant_id)
    right_of(grant, by)
    resting.check(grant.seal)
    if shown_digest != grant.terms_digest or shown_digest != terms_digest(grant):
        raise ShownListChanged()
    if grant.first_approver_id is None:
        grant.first_approver, grant.first_approved_at, grant.first_proof = by, now(), proof
    else:
        grant.second_approver, grant.second_approved_at, grant.second_proof = by, now(), proof
        grant.state = State.ACTIVE
    grant.save()
    _note(grant, "grant.approved", by, {"state": grant.state, "proof": proof, **visit})
    if grant.state == State.REQUESTED:
        _tell(grant)
    return grant


def _end(grant: SealGrant, state: Any, by: StaffMember, reason: str) -> SealGrant:
    grant.state, grant.end_reason = state, reason
    grant.save(update_fields=["state", "end_reason"])
    _note(grant, f"grant.{state}", by, {"reason": reason})
    return grant


def _tell(grant: SealGrant) -> None:
    """Tell the approvers who may decide it, until one of them did."""
    if grant.first_approver is not None and grant.first_approver.has(Role.APPROVER):
        return
    done = (grant.requested_by_id, grant.first_approver_id)
    people = StaffMember.objects.filter(insurer=grant.seal.insurer_id, active=True, roles__contains=[Role.APPROVER]).order_by("pk")
    reached = [one for one in people if one.pk not in done and scope_of(one, DECIDERS).covers(grant.seal.branch_id)]
    for handler in _waiting:
        handler(grant, reached)


def _bound(grant_id: UUID, shown_digest: str) -> Bound:
    return Bound(PasskeyChallenge.Purpose.APPROVAL, str(grant_id), shown_digest, APPROVE)


def _locked(grant_id: UUID) -> SealGrant:
    rows = SealGrant.objects.select_for_update(of=("self",), no_key=True).select_related("seal__certificate", "first_approver")
    grant = rows.filter(pk=grant_id).first()
    if grant is None:
        raise GrantMissing()
    return grant


def _note(grant: SealGrant, type: str, by: StaffMember, facts: dict[str, Any]) -> None:
    record(stream="seal", stream_id=grant.seal_id, type=type, private={"grant": str(grant.pk), "by": str(by.pk), **facts})

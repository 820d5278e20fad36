"""Whether the people whose word a request needs have given it. Runs inside the keeper, over rows that it only reads.

The application may be wrong, or somebody else may write with its database role: so nothing is believed that can be computed. The list's
digest is made anew from the rows, each approval's passkey answer is checked against the passkey that is on record for that person, and
the rule is counted again. A weaker approval counts by the keeper's own row, while the insurer does not demand passkeys.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from vermilion.apps.parties import passkeys
from vermilion.apps.parties.models import Delegation, PasskeyChallenge, StaffMember
from vermilion.apps.seals import weaker
from vermilion.apps.seals.errors import ApprovalNotProven, PasskeyUnknown, PermissionUsed, RequestNotApproved
from vermilion.apps.seals.models import KnownPasskey, SealPermission, SealRequest, SealRequestDecision, SealUse
from vermilion.base.canonical import sha256
from vermilion.core.trust.passkeys import PasskeyRefused

from .listing import list_digest


@dataclass(frozen=True)
class Approved:
    """A request whose approvals were found good: its seal, and the digest of each of its documents."""

    seal_id: UUID
    digests: dict[UUID, str]


def approved(request_id: UUID | None, now: datetime) -> Approved | None:
    """Return what a request permits now, None when it permits nothing."""
    found = SealRequest.objects.select_related("insurer").filter(state=SealRequest.State.APPROVED, use_until__gt=now)
    request = found.filter(pk=request_id).first() if request_id is not None else None
    if request is None:
        return None
    items = list(request.items.order_by("position"))
    if list_digest(request, items) != request.list_digest:
        return None
    said = list(request.decisions.exclude(decision="comment").order_by("at"))
    if any(one.decision != SealRequestDecision.Decision.APPROVE or not _proven(one, request) for one in said):
        return None
    seats, people = [str(one.seat) for one in said], {one.by_id for one in said}
    if len(people) != len(said) or request.requested_by_id in {*people, *(one.seat for one in said)}:
        return None
    if not satisfied(request.rule["mode"], request.rule["approvers"], seats):
        return None
    return Approved(request.seal_id, {item.pk: item.shown_digest for item in items})


def check(permission: SealPermission, request: Approved | None) -> None:
    """Let a permission of a request pass, if it is for one of its documents and its seal. Raises RequestNotApproved."""
    if request is None or permission.seal_id != request.seal_id or request.digests.get(permission.document) != permission.shown_digest:
        raise RequestNotApproved()


def check_approval(permission: SealPermission, *, demanded: bool) -> None:
    """Let a permission pass that a person of the seal's insurer approved, by passkey or, where none is ``demanded``, more weakly.

    Raises ApprovalNotProven.
    """
    seal, proof, by, shown = permission.seal, permission.proof or {}, permission.approved_by, permission.shown_digest
    if seal is None or by is None or permission.basis is None or not StaffMember.objects.filter(pk=by, insurer=seal.insurer_id).exists():
        raise ApprovalNotProven()
    if weaker.is_weaker(proof):
        good = not demanded and weaker.stands(proof, by=by, subject=permission.basis, shown=shown)
    else:
        good = proves(proof, by=by, about=(str(permission.basis), shown, SealRequestDecision.Decision.APPROVE))
    if not good:
        raise ApprovalNotProven()


def check_own(permission: SealPermission) -> None:
    """Let the signature by a person's own certificate pass: she approved its basis, however, and no other sheet says so already.

    Raises ApprovalNotProven, PermissionUsed.
    """
    proof, by, shown = permission.proof or {}, permission.approved_by, str((permission.proof or {}).get("shown", ""))
    if by is None or permission.basis is None:
        raise ApprovalNotProven()
    if weaker.is_weaker(proof):
        good = weaker.stands(proof, by=by, subject=permission.basis, shown=shown)
    else:
        good = proves(proof, by=by, about=(str(permission.basis), shown, SealRequestDecision.Decision.APPROVE))
    if not good:
        raise ApprovalNotProven()
    others = SealUse.objects.filter(permission__kind=SealPermission.Kind.STAFF, permission__basis=permission.basis)
    if others.filter(state=SealUse.State.STORED).exclude(permission=permission).exists():
        raise PermissionUsed()


def satisfied(mode: str, approvers: list[str], seats: list[str]) -> bool:
    """Tell whether the seats that approved, in the order in which they did, are all that the rule asks for."""
    if mode == "any":
        return len(seats) == 1 and seats[0] in approvers
    if mode == "all":
        return sorted(seats) == sorted(approvers)
    return mode == "order" and seats == approvers


def proves(proof: dict[str, Any], *, by: UUID, about: tuple[str, str, str]) -> bool:
    """Tell whether a kept answer is of a passkey that the keeper knows as ``by``'s (staff): of (subject, shown digest, decision)."""
    try:
        passkeys.check_evidence(proof)
        key, credential = UUID(proof["passkey"]), sha256(base64.b64decode(proof["credential"]))
    except (PasskeyRefused, KeyError, ValueError, TypeError, IndexError):
        return False
    hers = KnownPasskey.objects.filter(pk=key, staff=by, data_sha256=credential).exists()
    return hers and (proof["subject"], proof["shown"], proof["decision"]) == about


def check_known(proven: PasskeyChallenge) -> None:
    """Let an answer pass that the keeper will believe, so that nobody approves in vain. Raises PasskeyUnknown."""
    if not KnownPasskey.objects.filter(pk=proven.passkey_id).exists():
        raise PasskeyUnknown()


def _proven(said: SealRequestDecision, request: SealRequest) -> bool:
    if said.seat != said.by_id and not (said.delegation and said.seat and _lent(said, said.delegation, said.seat)):
        return False
    if said.list_digest != request.list_digest:
        return False
    if weaker.is_weaker(said.proof):
        demanded = request.insurer.passkeys_required
        return not demanded and weaker.stands(said.proof or {}, by=said.by_id, subject=request.pk, shown=request.list_digest)
    return proves(said.proof or {}, by=said.by_id, about=(str(request.pk), request.list_digest, said.decision))


def _lent(said: SealRequestDecision, delegation: UUID, giver: UUID) -> bool:
    """Tell whether the seat's person had lent her authority to who decided, at that time."""
    rows = Delegation.objects.filter(pk=delegation, authority=Delegation.Authority.APPROVER, giver_id=giver, receiver_id=said.by_id)
    found = rows.filter(valid_from__lte=said.at, valid_to__gt=said.at).first()
    return found is not None and (found.withdrawn_at is None or found.withdrawn_at > said.at)

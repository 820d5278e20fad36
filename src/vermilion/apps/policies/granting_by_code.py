"""The weaker way to approve a grant of a seal, where there is no passkey: a code sent to the approver's own phone, bound to the terms.

As :mod:`.approving_by_code` for endorsements: it can be read out to somebody, and nobody can check it again later; record and pages say so.
"""

from __future__ import annotations

from uuid import UUID

from vermilion.apps.identity import codes
from vermilion.apps.identity.models import OneTimeCode
from vermilion.apps.parties.errors import PasskeyDemanded
from vermilion.apps.parties.models import StaffMember
from vermilion.apps.seals import granting
from vermilion.apps.seals.models import SealGrant
from vermilion.base.canonical import sha256

PURPOSE = "grant"


def send(*, grant: SealGrant, staff: StaffMember, ip: str) -> OneTimeCode:
    """Send a code that approves the terms shown now.

    Raises PasskeyDemanded, GrantSettled, ApprovalRefused, ApproverMissing, and what ``identity.codes`` refuses.
    """
    _may(grant, staff)
    bound = _bound(grant.pk, staff, grant.terms_digest)
    return codes.send_code(purpose=PURPOSE, phone=staff.phone, ip=ip, bound_digest=bound, insurer=staff.insurer)


def approve(*, grant: SealGrant, staff: StaffMember, shown_digest: str, code_id: UUID, value: str) -> SealGrant:
    """Approve exactly the terms of ``shown_digest`` with the code sent for them. Not inside a transaction.

    Raises as :func:`send` does, CodeWrong and its family; a code for other terms, grant or person is refused and counted.
    """
    _may(grant, staff)
    code = codes.check_code(code_id=code_id, value=value, purpose=PURPOSE, bound_digest=_bound(grant.pk, staff, shown_digest))
    proof = {"code": str(code.pk), "sent_at": code.created_at.isoformat(), "entered_at": code.used_at.isoformat() if code.used_at else ""}
    return granting.approve_grant(grant_id=grant.pk, by=staff, shown_digest=shown_digest, method=granting.SMS, proof=proof)


def _may(grant: SealGrant, staff: StaffMember) -> None:
    if staff.insurer.passkeys_required:
        raise PasskeyDemanded()
    granting.right_of(grant, staff)


def _bound(grant_id: UUID, staff: StaffMember, shown_digest: str) -> str:
    """Return what the code stands for: SHA-256 over label, grant, person, terms and decision, a line each."""
    return sha256("\n".join(["vermilion.grant.sms.v1", str(grant_id), str(staff.pk), shown_digest, "approve"]).encode())

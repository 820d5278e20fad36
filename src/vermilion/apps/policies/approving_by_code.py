"""The weaker way to approve, where there is no passkey: a code sent to the approver's own phone, bound to what she was shown.

Chat programs' built-in browsers have no passkeys. The code stands for one approver, one change and one document; the record, the sheet's
signature and the page call it weaker than a passkey: it can be read out to somebody, and nobody can check it again later.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from vermilion.apps.identity import codes
from vermilion.apps.identity.models import OneTimeCode
from vermilion.apps.parties.errors import PasskeyDemanded
from vermilion.apps.parties.models import StaffMember
from vermilion.base.canonical import sha256

from . import endorsing
from .errors import ApprovalRefused
from .models import Endorsement, EndorsementState

PURPOSE, METHOD = "approval", "password+sms"


def send(*, endorsement: Endorsement, staff: StaffMember, ip: str) -> OneTimeCode:
    """Send a code that approves the document shown now.

    Raises ApprovalRefused when nothing waits, SelfApproval, NotApprover, PasskeyDemanded, and what ``identity.codes`` refuses.
    """
    _may(endorsement, staff)
    return codes.send_code(
        purpose=PURPOSE,
        phone=staff.phone,
        ip=ip,
        case=endorsement.policy.case,
        bound_digest=_bound(endorsement.pk, staff, endorsement.shown_digest),
        insurer=staff.insurer,
    )


def approve(*, endorsement: Endorsement, staff: StaffMember, shown_digest: str, code_id: UUID, value: str) -> Endorsement:
    """Approve exactly the document of ``shown_digest`` with the code sent for it. Not inside a transaction.

    Raises as :func:`send` does, CodeWrong and its family; a code for another document, change or person is refused and counted.
    """
    # Whether it may be approved at all is said before a code is used up for it.
    _may(endorsement, staff)
    code = codes.check_code(code_id=code_id, value=value, purpose=PURPOSE, bound_digest=_bound(endorsement.pk, staff, shown_digest))
    proof = {"sms": {"code": str(code.pk), "sent_at": code.created_at, "entered_at": code.used_at, "shown": shown_digest}}
    return endorsing.approve(endorsement_id=endorsement.pk, staff=staff, shown_digest=shown_digest, method=METHOD, proof=proof)


def _may(endorsement: Endorsement, staff: StaffMember) -> None:
    if staff.insurer.passkeys_required:
        raise PasskeyDemanded()
    with transaction.atomic():
        endorsing.standing_for(endorsement, staff)
    if endorsement.state != EndorsementState.APPROVAL or not endorsement.shown_digest:
        raise ApprovalRefused()


def _bound(endorsement_id: UUID, staff: StaffMember, shown_digest: str) -> str:
    """Return what the code stands for: SHA-256 over label, change, person, document and decision, a line each."""
    return sha256("\n".join(["vermilion.approval.sms.v1", str(endorsement_id), str(staff.pk), shown_digest, "approve"]).encode())

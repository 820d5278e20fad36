"""Approving an endorsement by a code to the approver's own phone, where a browser has no passkeys (:mod:`.approval_codes`)."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from vermilion.apps.identity.models import OneTimeCode
from vermilion.apps.parties.models import StaffMember
from vermilion.apps.seals import weaker

from . import approval_codes, endorsing
from .approval_codes import Approval
from .errors import ApprovalRefused
from .models import Endorsement, EndorsementState

PURPOSE = "approval"


def send(*, endorsement: Endorsement, staff: StaffMember, ip: str) -> OneTimeCode:
    """Send a code that approves the document shown now.

    Raises ApprovalRefused when nothing waits, SelfApproval, NotApprover, and what :func:`.approval_codes.send` raises.
    """
    about = Approval(PURPOSE, endorsement.pk, staff, endorsement.shown_digest)
    _may(about, endorsement)
    return approval_codes.send(about, ip=ip, case=endorsement.policy.case)


def approve(*, endorsement: Endorsement, staff: StaffMember, shown_digest: str, code_id: UUID, value: str) -> Endorsement:
    """Approve exactly the document of ``shown_digest`` with the code sent for it. Not inside a transaction.

    Raises as :func:`send` does, and what :func:`.approval_codes.prove` raises.
    """
    about = Approval(PURPOSE, endorsement.pk, staff, shown_digest)
    _may(about, endorsement)  # said before a code is used up for it
    proof = {"sms": {**approval_codes.prove(about, code_id=code_id, value=value), "shown": shown_digest}}
    return endorsing.approve(endorsement_id=endorsement.pk, staff=staff, shown_digest=shown_digest, method=weaker.SMS, proof=proof)


def _may(about: Approval, endorsement: Endorsement) -> None:
    about.check_allowed()
    with transaction.atomic():
        endorsing.standing_for(endorsement, about.staff)
    if endorsement.state != EndorsementState.APPROVAL or not endorsement.shown_digest:
        raise ApprovalRefused()

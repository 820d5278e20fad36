"""Approving a grant of a seal, or a request for one, by a code to the approver's own phone (:mod:`.approval_codes`)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from vermilion.apps.identity.models import OneTimeCode
from vermilion.apps.parties.models import StaffMember
from vermilion.apps.seals import granting, weaker
from vermilion.apps.seals.models import SealGrant, SealRequest
from vermilion.apps.seals.requests import approving

from . import approval_codes
from .approval_codes import Approval

GRANT, REQUEST = "grant", "seal_request"


def send_for_grant(*, grant: SealGrant, staff: StaffMember, ip: str) -> OneTimeCode:
    """Send a code that approves the terms shown now.

    Raises GrantSettled, ApprovalRefused, ApproverMissing, and what :func:`.approval_codes.send` raises.
    """
    granting.right_of(grant, staff)
    return approval_codes.send(Approval(GRANT, grant.pk, staff, grant.terms_digest), ip=ip)


def approve_grant(*, grant: SealGrant, staff: StaffMember, shown_digest: str, code_id: UUID, value: str) -> SealGrant:
    """Approve exactly the terms of ``shown_digest`` with the code sent for them. Not inside a transaction.

    Raises as :func:`send_for_grant` does, ShownListChanged, and what :func:`.approval_codes.prove` raises.
    """
    granting.right_of(grant, staff)  # said before a code is used up for it
    proof = approval_codes.prove(Approval(GRANT, grant.pk, staff, shown_digest), code_id=code_id, value=value)
    return granting.approve_grant(grant_id=grant.pk, by=staff, shown_digest=shown_digest, method=weaker.SMS, proof=proof)


def send_for_request(*, request: SealRequest, staff: StaffMember, ip: str) -> OneTimeCode:
    """Send a code that approves the list shown now.

    Raises RequestSettled, RequestExpired, OwnRequest, NotThisApprover, and what :func:`.approval_codes.send` raises.
    """
    approving.may_decide(request, staff)
    return approval_codes.send(Approval(REQUEST, request.pk, staff, request.list_digest), ip=ip)


def approve_request(*, request: SealRequest, staff: StaffMember, shown_digest: str, code_id: UUID, value: str) -> SealRequest:
    """Approve exactly the list of ``shown_digest`` with the code sent for it. Not inside a transaction.

    Raises as :func:`send_for_request` does, ShownListChanged, and what :func:`.approval_codes.prove` raises.
    """
    approving.may_decide(request, staff)
    proof = approval_codes.prove(Approval(REQUEST, request.pk, staff, shown_digest), code_id=code_id, value=value)
    said: dict[str, Any] = {"shown_digest": shown_digest, "decision": approving.APPROVE, "proof": {"method": weaker.SMS, **proof}}
    return approving.decide_weakly(request_id=request.pk, staff=staff, **said)

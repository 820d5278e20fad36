"""The weaker way to approve, where there is no passkey: a code sent to the approver's own phone, bound to what she was shown.

It can be read out to somebody, and nobody can check it again later, so record and pages call it weaker than a passkey. The keeper makes
the digits and judges them too: it believes no approval by code but those that it saw entered itself (``apps.seals.weaker``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from vermilion.apps.cases.models import Case
from vermilion.apps.identity import codes
from vermilion.apps.identity.models import OneTimeCode
from vermilion.apps.parties.errors import PasskeyDemanded
from vermilion.apps.parties.models import StaffMember
from vermilion.apps.seals.keeper import client
from vermilion.apps.seals.keeper.client import ToApprove
from vermilion.base.canonical import sha256


@dataclass(frozen=True)
class Approval:
    """What a code stands for. ``purpose``: a key of the notices catalogue's PURPOSES; ``subject``: endorsement, grant or request."""

    purpose: str
    subject: UUID
    staff: StaffMember
    shown_digest: str

    @property
    def digest(self) -> str:
        """Return what the code is bound to: SHA-256 over label, purpose, subject, person, what was shown and decision, a line each."""
        parts = ["vermilion.approval.sms.v2", self.purpose, str(self.subject), str(self.staff.pk), self.shown_digest, "approve"]
        return sha256("\n".join(parts).encode())

    def check_allowed(self) -> None:
        """Raise PasskeyDemanded where the insurer demands passkeys."""
        if self.staff.insurer.passkeys_required:
            raise PasskeyDemanded()


def send(about: Approval, *, ip: str, case: Case | None = None) -> OneTimeCode:
    """Send a code. Not inside a transaction. Raises PasskeyDemanded, what ``identity.codes`` refuses, and the keeper's errors."""
    about.check_allowed()
    number, staff = uuid4(), about.staff
    value = client.make_code(ToApprove(number, about.subject, staff.pk, about.shown_digest))
    facts: dict[str, Any] = {"case": case, "bound_digest": about.digest, "insurer": staff.insurer}
    return codes.send_code(purpose=about.purpose, phone=staff.phone, ip=ip, made=(number, value), **facts)


def prove(about: Approval, *, code_id: UUID, value: str) -> dict[str, Any]:
    """Use a code up, here and at the keeper, and return what of it stands in the record. Not inside a transaction.

    Raises PasskeyDemanded, CodeWrong and its family, ApprovalNotProven and the keeper's other errors; a code for anything else is refused
    and counted.
    """
    about.check_allowed()
    code = codes.check_code(code_id=code_id, value=value, purpose=about.purpose, bound_digest=about.digest)
    client.prove_code(ToApprove(code.pk, about.subject, about.staff.pk, about.shown_digest), codes.digits(value))
    entered = code.used_at.isoformat() if code.used_at else ""
    return {"code": str(code.pk), "sent_at": code.created_at.isoformat(), "entered_at": entered}

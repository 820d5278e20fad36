"""What tests of requests for a seal share: papers, a request, and an approver's passkey deciding it as the phone does."""

from __future__ import annotations

from functools import cache
from typing import Any

from tests.core.pki import typeset
from tests.passkeys import Authenticator
from vermilion.apps.parties import passkeys
from vermilion.apps.parties.models import StaffMember
from vermilion.apps.parties.passkeys import Assertion, RelyingParty
from vermilion.apps.seals.models import Seal, SealRequest
from vermilion.apps.seals.requests import approving, making
from vermilion.apps.seals.requests.making import Incoming

PARTY = RelyingParty("localhost", "http://localhost")


@cache
def paper(number: int) -> bytes:
    """Two small pages that no other number has."""
    return typeset(f"#set page(width: 300pt, height: 400pt)\nPaper {number} #pagebreak() Signatures")


def make_request(seal: Seal, by: StaffMember, count: int = 3, **changes: Any) -> SealRequest:
    """Send in ``count`` papers."""
    files = [Incoming(f"文件 {number}", paper(number)) for number in range(1, count + 1)]
    facts = {"title": "代理协议", "reason": "年度续签", "document_kind": "decision_notice", "files": files}
    return making.make(seal_id=seal.id, by=by, **{**facts, **changes})


def decide(request: SealRequest, staff: StaffMember, phone: Authenticator, decision: str = "approve", reason: str = "") -> SealRequest:
    """Ask the passkey and send its answer."""
    challenge = approving.ask(request=request, staff=staff, decision=decision, reason=reason, party=PARTY)
    client_data, data, signature = phone.answer(passkeys.challenge_bytes(challenge))
    answer = Assertion(phone.credential_id, client_data, data, signature)
    facts = {"shown_digest": request.list_digest, "decision": decision, "reason": reason}
    return approving.decide(request_id=request.id, staff=staff, challenge_id=challenge.id, answer=answer, **facts)

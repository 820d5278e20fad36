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


def sheet(number: int) -> bytes:
    """One page with one line of text that no other number has, written by hand: a list of hundreds is made in no time."""
    text = b"BT /F1 12 Tf 36 360 Td (Notice %d) Tj ET" % number
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 400]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%b\nendstream" % (len(text), text),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    body, offsets = b"%PDF-1.7\n", []
    for place, value in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (place, value)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(body)
    return body + b"xref\n0 6\n0000000000 65535 f \n" + table + b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % start


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

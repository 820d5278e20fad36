"""The claims system reports what it decided; the sealed notice goes to the customer."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from vermilion.apps.cases.models import Document
from vermilion.apps.policies import claims
from vermilion.apps.policies.errors import ClaimUnknown
from vermilion.apps.policies.models import ClaimDecision
from vermilion.base import clock

from . import present
from .auth import Scoped, client_of
from .errors import DecidedLater
from .idempotent import answer
from .policies import find
from .schemas import ClaimDecisionIn, ClaimDecisionOut

router = Router()


@router.post("/policies/{number}/claim-decisions", response={202: ClaimDecisionOut}, auth=Scoped("claims:write"))
def decide_claim(request: HttpRequest, number: str, body: ClaimDecisionIn) -> HttpResponse:
    """Report the decision of a claim on any policy of the insurer. Its notice is sealed and sent within seconds; `GET` shows it.

    The same decision again changes nothing; another one for the same `claim_no` is refused.
    """
    client = client_of(request)
    if body.decided_on > clock.today():
        raise DecidedLater(fields={"decided_on": DecidedLater.hint})
    policy = find(client, number, any_client=True)

    def work() -> tuple[int, Any]:
        decision = claims.decide(
            policy_id=policy.id,
            claim_no=body.claim_no,
            conclusion=body.conclusion,
            decided_on=body.decided_on,
            said=body.notice,
            client_id=client.client_id,
        )
        return 202, _shown(decision)

    return answer(request, client, work)


@router.get("/policies/{number}/claim-decisions/{claim_no}", response=ClaimDecisionOut, auth=Scoped("claims:write"))
def read_claim(request: HttpRequest, number: str, claim_no: str) -> Any:
    """Return a decision that was reported, with its notice once that is sealed."""
    policy = find(client_of(request), number, any_client=True)
    decision = policy.claim_decisions.select_related("policy", "version").filter(claim_no=claim_no).first()
    if decision is None:
        raise ClaimUnknown()
    return _shown(decision)


def _shown(decision: ClaimDecision) -> dict[str, Any]:
    notice = Document.objects.filter(case=decision.policy.case_id, subject=str(decision.id), closed_at__isnull=False).first()
    return {
        "claim_no": decision.claim_no,
        "policy_number": decision.policy.number,
        "policy_version": decision.version.number,
        "document": present.document(notice) if notice else None,
    }

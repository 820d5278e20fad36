"""Claims: the insurer's claims system decides and pays; here its decision becomes a sealed notice that reaches the customer and stays."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef
from django.db.models.functions import Cast
from django.utils.translation import gettext_noop

from vermilion.apps.cases import documents
from vermilion.apps.cases import services as cases
from vermilion.apps.cases.models import Document
from vermilion.apps.chronicle.services import record
from vermilion.apps.seals import sealing
from vermilion.apps.signing import links
from vermilion.apps.templates import sources
from vermilion.apps.templates.data import claims
from vermilion.apps.templates.services import check_characters, data_problems, typeset_document
from vermilion.base import clock, jobs
from vermilion.base.canonical import digest

from . import delivery
from .errors import ClaimDecided, ClaimDecisionInvalid, PolicyNotInForce
from .models import ClaimDecision, Policy, PolicyStatus, PolicyVersion

# Kept in the language of the document, whatever the page's language is when it is made.
TITLES = {"paid": gettext_noop("理赔决定通知书"), "refused": gettext_noop("拒绝给付保险金通知书")}


def decide(*, policy_id: UUID, claim_no: str, conclusion: str, decided_on: date, said: dict[str, Any], client_id: str) -> ClaimDecision:
    """Take the decision on one claim and ask for its notice. The same decision again changes nothing.

    ``said``: the notice's own fields, by the schema of ``claim_decision`` (``paid``) or ``claim_refusal`` (``refused``). The decision is
    judged by the policy's version in force on the day of the event. Raises PolicyNotInForce when nothing was ever issued,
    ClaimDecisionInvalid, UnprintableCharacters, and ClaimDecided when the claim was decided otherwise before.
    """
    with transaction.atomic():
        policy = (
            Policy.objects.select_related("case__product", "case__insurer", "case__branch", "case__data_key")
            .defer("case__product__data")
            .get(pk=policy_id)
        )
        case = cases.lock(policy.case_id)
        content = {"conclusion": conclusion, "decided_on": decided_on.isoformat(), "said": said}
        before = policy.claim_decisions.filter(claim_no=claim_no).first()
        if before is not None:
            if digest(before.content) != digest(content):
                raise ClaimDecided()
            return before
        version = _version_on(policy, said)
        decision = ClaimDecision.objects.create(
            policy=policy, version=version, claim_no=claim_no, client_id=client_id, content=content, decided_at=clock.now()
        )
        document = _document(decision)
        _check(document, decision)
        record(
            stream="case",
            stream_id=case.id,
            type="claim.decided",
            public={"decision": str(decision.id), "conclusion": conclusion, "version": version.number, "digest": digest(content)},
            private={"number": claim_no},
        )
        from .tasks import claim_notice_job  # it needs this module

        jobs.enqueue(claim_notice_job, queueing_lock=f"claim:{decision.id}", decision_id=str(decision.id))
    return decision


def send_notice(*, decision_id: UUID) -> None:
    """Seal the notice of a decision by a grant, keep it with the case and tell the customer. Idempotent."""
    decision = (
        ClaimDecision.objects.select_related("policy__case__product", "policy__case__insurer", "policy__case__data_key")
        .defer("policy__case__product__data")
        .get(pk=decision_id)
    )
    with transaction.atomic():
        cases.lock(decision.policy.case_id)
        document = _document(decision)
    if document.closed_at:
        return
    case = document.case
    data = _data(document, decision)
    made = typeset_document(document.kind, data, insurer_id=case.insurer_id, product=case.product.code)
    stored = sealing.seal_by_grant(document, made, amount=int(data.get("total", 0)))
    with transaction.atomic():
        case = cases.lock(case.id)
        document.refresh_from_db()
        if document.closed_at:
            return
        sealing.record_sealed(stored)
        cases.clear_block(case_id=case.id)
        links.send_link(case=case, party=delivery.recipient(case), purpose="read", template="claim_decided", channels=("sms", "mail"))


def unsent(before: datetime) -> list[UUID]:
    """Return the decisions taken before a moment whose notice is not sealed yet, at most 100."""
    sealed = Document.objects.filter(subject=Cast(OuterRef("pk"), CharField()), kind__in=claims.KINDS.values(), closed_at__isnull=False)
    rows = ClaimDecision.objects.filter(~Exists(sealed), decided_at__lt=before)
    return list(rows.values_list("pk", flat=True)[:100])


def _version_on(policy: Policy, said: dict[str, Any]) -> PolicyVersion:
    """Return the version in force at the end of the day of the event; the first one for an event before any."""
    try:
        day = date.fromisoformat(said["event"]["on"])
    except (KeyError, TypeError, ValueError) as error:
        raise ClaimDecisionInvalid(fields={"event.on": ClaimDecisionInvalid.hint}) from error
    end = datetime.combine(day + timedelta(days=1), time(), tzinfo=clock.SHANGHAI)
    if policy.status == PolicyStatus.PREPARING:
        raise PolicyNotInForce()
    found = policy.versions.filter(effective_at__lt=end).order_by("-number").first()
    return found or policy.versions.get(number=1)


def _document(decision: ClaimDecision) -> Document:
    conclusion = decision.content["conclusion"]
    return documents.open_document(
        case=decision.policy.case, kind=claims.KINDS[conclusion], title=TITLES[conclusion], subject=str(decision.id)
    )


def _data(document: Document, decision: ClaimDecision) -> dict[str, Any]:
    content = decision.content
    return claims.notice(
        document,
        content["said"],
        claim_no=decision.claim_no,
        policy_no=decision.policy.number,
        version=decision.version.number,
        decided_on=content["decided_on"],
    )


def _check(document: Document, decision: ClaimDecision) -> None:
    """Refuse at once what no notice can be made of: told later, nobody would be there to hear it."""
    data, case = _data(document, decision), document.case
    version = sources.published(case.insurer_id, document.kind, case.product.code, "zh-Hans")
    entry = sources.of_version(version) if version else sources.of_library(document.kind, "zh-Hans")
    problems = data_problems(entry, data)
    if not problems and decision.content["conclusion"] == "paid":
        for name, parts in (("benefits", "approved"), ("payees", "amount")):
            if sum(part[parts] for part in data[name]) != data["total"]:
                problems[name] = str(ClaimDecisionInvalid.hint)
    if problems:
        raise ClaimDecisionInvalid(fields=problems)
    check_characters(data)

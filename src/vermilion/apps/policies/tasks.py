"""Jobs of policies: machine parts of minutes, each idempotent, each asked again by the sweep if its worker died."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef

from vermilion.apps.cases.models import Case
from vermilion.apps.cases.services import expire_overdue, mark_blocked
from vermilion.apps.cases.transitions import State
from vermilion.apps.signing.group.models import InsuredConsent
from vermilion.base import clock, jobs
from vermilion.base.errors import VermilionError

from . import acknowledging, approval_sheets, claims, delivery, endorsing, finishing, issuing
from .models import ClaimDecision, Endorsement, EndorsementState, PolicyStatus

# Longer than any healthy run of these jobs; younger cases still have theirs in the queue.
STUCK_AFTER = timedelta(seconds=60)
# After that somebody must look why a leader's sheet cannot be made (the failed job says it).
SHEETS_FOR = timedelta(days=7)


@jobs.task(queue="seal", attempts=12)
def issue_job(case_id: str) -> None:
    """Number, typeset, compare, seal and store a policy; show on the case what stops it."""
    try:
        issuing.issue(case_id=UUID(case_id))
    except VermilionError as error:
        mark_blocked(case_id=UUID(case_id), code=error.code, reason=str(error.message))
        raise


@jobs.task(queue="seal", attempts=12)
def claim_notice_job(decision_id: str) -> None:
    """Seal and send the notice of a claim's decision; show on the case what stops it."""
    try:
        claims.send_notice(decision_id=UUID(decision_id))
    except VermilionError as error:
        decision = ClaimDecision.objects.select_related("policy").get(pk=decision_id)
        mark_blocked(case_id=decision.policy.case_id, code=error.code, reason=str(error.message))
        raise


@jobs.task(queue="deliver", attempts=12)
def deliver_job(case_id: str) -> None:
    """Send the customer the way to her sealed policy."""
    delivery.deliver(case_id=UUID(case_id))


@jobs.task(queue="seal", attempts=6)
def present_acknowledgement_job(case_id: str) -> None:
    """Typeset the acknowledgement ahead of the customer's visit."""
    acknowledging.present_acknowledgement(case_id=UUID(case_id))


@jobs.task(queue="seal", attempts=12)
def prepare_endorsement_job(endorsement_id: str) -> None:
    """Do the machine's next step of a change; show on the change what stops it."""
    try:
        endorsing.prepare(endorsement_id=UUID(endorsement_id))
    except VermilionError as error:
        Endorsement.objects.filter(pk=endorsement_id).update(last_error=str(error.message)[:400])
        raise


@jobs.task(queue="seal", attempts=12)
def approval_sheet_job(endorsement_id: str) -> None:
    """Make the 批改审批单 of an approved change, signed by her who approved it."""
    approval_sheets.make(endorsement_id=UUID(endorsement_id))


@jobs.task(queue="maintenance", attempts=6)
def finished_job(case_id: str) -> None:
    """The sale is complete: those who registered (the archive) take it over."""
    finishing.finish(case_id=UUID(case_id))


@jobs.every_minute
def sweep() -> None:
    """Expire what is overdue, and ask again for every machine part that no job has finished."""
    now = clock.now()
    expire_overdue(now)
    finishing.end_due(now)
    finishing.expire_policies(now)
    stuck = now - STUCK_AFTER
    for case_id in Case.objects.filter(state=State.ISSUING, state_since__lt=stuck).values_list("pk", flat=True)[:100]:
        jobs.enqueue(issue_job, lock=f"case:{case_id}", queueing_lock=f"issue:{case_id}", case_id=str(case_id))
    for case_id in Case.objects.filter(state=State.SEALED, state_since__lt=stuck).values_list("pk", flat=True)[:100]:
        jobs.enqueue(deliver_job, lock=f"case:{case_id}", queueing_lock=f"deliver:{case_id}", case_id=str(case_id))
    waiting = Endorsement.objects.filter(state=EndorsementState.SEALING, created_at__lt=stuck) | Endorsement.objects.filter(
        state=EndorsementState.APPROVAL, document=None, created_at__lt=stuck
    )
    waiting |= Endorsement.objects.filter(state=EndorsementState.SIGNING, application_document=None, created_at__lt=stuck)
    asking = InsuredConsent.objects.filter(round__change=OuterRef("pk"), state=InsuredConsent.State.WAITING)
    waiting |= Endorsement.objects.filter(~Exists(asking), state=EndorsementState.CONSENTS, created_at__lt=stuck)
    for endorsement in waiting.filter(policy__status=PolicyStatus.IN_FORCE)[:100]:
        jobs.enqueue(
            prepare_endorsement_job,
            lock=f"case:{endorsement.policy.case_id}",
            queueing_lock=f"endorse:{endorsement.id}",
            endorsement_id=str(endorsement.id),
        )
    for endorsement_id in approval_sheets.missing(now - SHEETS_FOR, stuck):
        jobs.enqueue(approval_sheet_job, queueing_lock=f"approval sheet:{endorsement_id}", endorsement_id=str(endorsement_id))
    for decision_id in claims.unsent(stuck):
        jobs.enqueue(claim_notice_job, queueing_lock=f"claim:{decision_id}", decision_id=str(decision_id))
    for case_id in finishing.unfinished(stuck)[:100]:
        jobs.enqueue(finished_job, queueing_lock=f"finish:{case_id}", case_id=str(case_id))

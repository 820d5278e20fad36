"""Starting a stopped machine part again, by hand: whatever of the case waits for a job gets a fresh one. Jobs are idempotent."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from vermilion.apps.cases import services as cases
from vermilion.apps.cases.models import Case
from vermilion.apps.cases.transitions import State
from vermilion.apps.chronicle.services import record
from vermilion.apps.notices import services as notices
from vermilion.apps.notices.models import NoticeState
from vermilion.apps.parties.models import StaffMember
from vermilion.apps.signing.models import TaskState
from vermilion.apps.signing.tasks import apply_signature_job
from vermilion.apps.underwriting import services as underwriting
from vermilion.apps.underwriting.models import Conclusion
from vermilion.apps.underwriting.tasks import present_offer_job, send_decision_notice_job
from vermilion.base import jobs

from .errors import NothingToRetry
from .models import Endorsement, EndorsementState
from .servicing import OPEN_STATES
from .tasks import deliver_job, issue_job, prepare_endorsement_job


def retry(*, case_id: UUID, staff: StaffMember) -> list[str]:
    """Enqueue the case's machine parts again and return their names. Raises NothingToRetry when none waits."""
    with transaction.atomic():
        case = cases.lock(case_id)
        lock, started = f"case:{case.id}", []
        if case.state == State.ISSUING:
            jobs.enqueue(issue_job, lock=lock, queueing_lock=f"issue:{case.id}", case_id=str(case.id))
            started.append("issue")
        if case.state == State.SEALED:
            jobs.enqueue(deliver_job, lock=lock, queueing_lock=f"deliver:{case.id}", case_id=str(case.id))
            started.append("deliver")
        for task in case.signing_tasks.filter(state=TaskState.ACCEPTED):
            jobs.enqueue(
                apply_signature_job, lock=f"document:{task.document_id}", queueing_lock=f"apply_signature:{task.id}", task_id=str(task.id)
            )
            started.append("signature")
        decision = underwriting.latest(case)
        if decision and decision.conclusion == Conclusion.MODIFY and case.state == State.UNDERWRITING:
            jobs.enqueue(present_offer_job, lock=lock, queueing_lock=f"offer:{decision.id}", decision_id=str(decision.id))
            started.append("offer")
        if decision and case.state in (State.POSTPONED, State.DECLINED) and case.blocked_by:
            jobs.enqueue(send_decision_notice_job, lock=lock, queueing_lock=f"decision:{decision.id}", decision_id=str(decision.id))
            started.append("decision")
        for endorsement in _stopped_endorsements(case):
            jobs.enqueue(prepare_endorsement_job, lock=lock, queueing_lock=f"endorse:{endorsement.id}", endorsement_id=str(endorsement.id))
            started.append("endorsement")
        failed = list(case.notices.filter(state=NoticeState.FAILED).values_list("pk", flat=True))
        for notice_id in failed:
            notices.resend(notice_id=notice_id)
            started.append("notice")
        if not started:
            raise NothingToRetry()
        record(stream="case", stream_id=case.id, type="machine.retried", public={"parts": sorted(set(started))}, private={"by": staff.name})
    return started


def _stopped_endorsements(case: Case) -> list[Endorsement]:
    if not hasattr(case, "policy"):
        return []
    waiting = case.policy.endorsements.filter(state__in=OPEN_STATES)
    return [item for item in waiting if item.last_error or item.state == EndorsementState.SEALING]

"""Jobs of underwriting: the notice that the customer signs again, and the notice that ends an application."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.db.models import CharField, Exists, OuterRef
from django.db.models.functions import Cast

from vermilion.apps.cases.models import Document
from vermilion.apps.cases.services import mark_blocked
from vermilion.apps.cases.transitions import State
from vermilion.base import clock, jobs
from vermilion.base.errors import VermilionError

from . import notices
from .models import Conclusion, UnderwritingDecision

# Longer than any healthy run of these jobs; younger decisions still have theirs in the queue.
STUCK_AFTER = timedelta(seconds=60)


def _run(step: Callable[..., None], decision_id: str) -> None:
    try:
        step(decision_id=UUID(decision_id))
    except VermilionError as error:
        decision = UnderwritingDecision.objects.get(pk=decision_id)
        mark_blocked(case_id=decision.case_id, code=error.code, reason=str(error.message))
        raise


@jobs.task(queue="seal", attempts=12)
def present_offer_job(decision_id: str) -> None:
    """Typeset 核保通知书 and the consent, and ask the policyholder to sign the changed terms."""
    _run(notices.present_offer, decision_id)


@jobs.task(queue="seal", attempts=12)
def send_decision_notice_job(decision_id: str) -> None:
    """Typeset, seal and send 延期/拒保通知书."""
    _run(notices.send_decision_notice, decision_id)


@jobs.every_minute
def finish_papers() -> None:
    """Ask again for every notice that no job has finished; each job looks first whether its notice is still wanted."""
    old = UnderwritingDecision.objects.filter(decided_at__lt=clock.now() - STUCK_AFTER)
    for decision in old.filter(conclusion=Conclusion.MODIFY, case__state=State.UNDERWRITING)[:100]:
        lock = f"case:{decision.case_id}"
        jobs.enqueue(present_offer_job, lock=lock, queueing_lock=f"offer:{decision.id}", decision_id=str(decision.id))
    sealed = Document.objects.filter(
        case=OuterRef("case"), kind=notices.REFUSAL, subject=Cast(OuterRef("pk"), CharField()), closed_at__isnull=False
    )
    final = old.filter(conclusion__in=[Conclusion.POSTPONE, Conclusion.DECLINE], case__state__in=[State.POSTPONED, State.DECLINED])
    for decision in final.exclude(Exists(sealed))[:100]:
        lock = f"case:{decision.case_id}"
        jobs.enqueue(send_decision_notice_job, lock=lock, queueing_lock=f"decision:{decision.id}", decision_id=str(decision.id))

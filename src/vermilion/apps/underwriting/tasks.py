"""Jobs of underwriting: the notice that the customer signs again, and the notice that ends an application."""

from __future__ import annotations

from uuid import UUID

from vermilion.apps.cases.services import mark_blocked
from vermilion.base import jobs
from vermilion.base.errors import VermilionError

from . import notices
from .models import UnderwritingDecision


def _run(step: object, decision_id: str) -> None:
    try:
        step(decision_id=UUID(decision_id))  # type: ignore[operator]
    except VermilionError as error:
        decision = UnderwritingDecision.objects.get(pk=decision_id)
        mark_blocked(case_id=decision.case_id, code=error.code, reason=str(error.message))
        raise


@jobs.task(queue="seal", attempts=12)
def present_offer_job(decision_id: str) -> None:
    """Typeset 核保通知书 and ask the policyholder to sign the changed terms."""
    _run(notices.present_offer, decision_id)


@jobs.task(queue="seal", attempts=12)
def send_decision_notice_job(decision_id: str) -> None:
    """Typeset, seal and send 延期/拒保通知书."""
    _run(notices.send_decision_notice, decision_id)

"""Jobs of signing."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from vermilion.apps.cases.models import Document
from vermilion.apps.cases.services import mark_blocked
from vermilion.base import clock, jobs
from vermilion.base.errors import VermilionError

from . import application_form, writing
from .group import collecting
from .models import SigningTask, TaskState

# An accepted signature older than this has lost its job (worker killed at the wrong moment): the sweep asks again.
STUCK_AFTER = timedelta(seconds=45)


@jobs.task(queue="seal", attempts=12)
def apply_signature_job(task_id: str) -> None:
    """Write an accepted signature into its document; show on the case what stops it."""
    try:
        writing.apply_signature(task_id=UUID(task_id))
    except VermilionError as error:
        task = SigningTask.objects.get(pk=task_id)
        SigningTask.objects.filter(pk=task_id).update(last_error=str(error)[:400])
        mark_blocked(case_id=task.case_id, code=error.code, reason=str(error.message))
        raise


@jobs.task(queue="default", attempts=12)
def application_form_job(document_id: str) -> None:
    """Keep the form of the application that a confirmation shows."""
    application_form.keep_application_form(document_id=UUID(document_id))


@jobs.task(queue="default", attempts=12)
def ask_insured_job(round_id: str) -> None:
    """Send the messages that ask the insured persons of a group for their consent, some at a time."""
    while collecting.send_messages(round_id=UUID(round_id)):
        pass


def keep_form(confirmation: Document) -> None:
    """Ask for the form of a confirmation's application; in the transaction that shows the confirmation."""
    jobs.enqueue(application_form_job, queueing_lock=f"application_form:{confirmation.id}", document_id=str(confirmation.id))


@jobs.every_minute
def finish_accepted_signatures() -> None:
    """Ask again for every accepted signature that no job has finished."""
    for task in SigningTask.objects.filter(state=TaskState.ACCEPTED, accepted_at__lt=clock.now() - STUCK_AFTER)[:100]:
        jobs.enqueue(
            apply_signature_job, lock=f"document:{task.document_id}", queueing_lock=f"apply_signature:{task.id}", task_id=str(task.id)
        )

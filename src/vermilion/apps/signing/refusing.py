"""The signer declines to sign."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.db import transaction

from vermilion.apps.cases import services as cases
from vermilion.apps.cases.models import Case
from vermilion.apps.chronicle.services import record

from . import opening
from .errors import NotTheSigner, TaskNotOpen
from .models import SigningTask, TaskState

# Document kind → called in the transaction that records the refusal of a document of that kind.
_refused: dict[str, Callable[[Case, SigningTask], None]] = {}


def on_refused(kind: str, handler: Callable[[Case, SigningTask], None]) -> None:
    """Register what follows when a signer refuses a document of ``kind``."""
    _refused[kind] = handler


def refuse(*, task_id: UUID, party_id: UUID, reason: str) -> SigningTask:
    """The signer declines to sign, with a reason; what follows is decided by the kind of document."""
    with transaction.atomic():
        task = opening.task_of(task_id)
        case = cases.lock(task.case_id)
        task = opening.task_of(task_id)
        if task.party_id != party_id:
            raise NotTheSigner()
        if task.state != TaskState.OPEN:
            raise TaskNotOpen()
        task.state, task.refusal = TaskState.REFUSED, reason[:200]
        task.save(update_fields=["state", "refusal"])
        record(stream="case", stream_id=case.id, type="signing.refused", public={"task": str(task.id)}, private={"reason": reason[:200]})
        if handler := _refused.get(task.document.kind):
            handler(case, task)
    return task

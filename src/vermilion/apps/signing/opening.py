"""Signing tasks: opened on what is shown, void when it is signed no more, found by who may do them now."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from vermilion.apps.cases import services as cases
from vermilion.apps.cases.errors import CaseStopped
from vermilion.apps.cases.models import Case, CaseParty, Document, PartyRole, Revision
from vermilion.apps.chronicle.services import record
from vermilion.base import clock
from vermilion.base.rows import only

from . import links
from .errors import DocumentChanged, NotTheSigner, NotYourTurn, TaskNotOpen
from .models import PENDING, SigningTask, TaskState


def open_tasks(*, case: Case, shown: Revision, signers: Sequence[CaseParty], in_order: bool = True) -> list[SigningTask]:
    """Open one task for each of ``signers`` on the shown revision, for the field of her role. In the caller's transaction; safe to repeat.

    The first is in her visit. In order, each later one is called when the one before has signed; else all are called now.
    """
    tasks = []
    for number, party in enumerate(signers):
        field = str(party.role)
        defaults = {
            "case": case,
            "party": party,
            # A company's seal comes last in any case: its agent sets it on what everybody has signed.
            "position": number if in_order or party.role == PartyRole.COMPANY else 0,
            "shown_digest": shown.sha256,
            "created_at": clock.now(),
        }
        task, made = SigningTask.objects.get_or_create(document=shown.document, field=field, defaults=defaults)
        if made:
            record(
                stream="case",
                stream_id=case.id,
                type="signing.opened",
                public={"document": str(shown.document_id), "field": field, "shown": shown.sha256},
            )
            if number and not in_order and party.role != PartyRole.COMPANY:
                links.send_link(case=case, party=party, purpose="sign")
        tasks.append(task)
    return tasks


def void_tasks(document: Document) -> None:
    """Close what is not signed yet on a document that is no longer to be signed; an accepted signature is not written any more."""
    document.signing_tasks.filter(state__in=PENDING).update(state=TaskState.VOID)


def case_reopened(case: Case) -> None:
    """The application is changed again: what was shown of it is signed no more. Called by cases, case locked."""
    for document in case.documents.filter(void=True, signing_tasks__state__in=PENDING).distinct():
        void_tasks(document)


def case_closed(case: Case) -> None:
    """The case ended without a policy: nothing of it is signed any more. Called by cases, case locked."""
    case.signing_tasks.filter(state__in=PENDING).update(state=TaskState.VOID)


def task_of(task_id: UUID) -> SigningTask:
    """Return a task with what is asked of it. Raises TaskNotOpen for one that never was."""
    task = only(
        SigningTask.objects.select_related("case__insurer", "case__product", "party", "document")
        .defer("case__product__data")
        .filter(pk=task_id)
    )
    if task is None:
        raise TaskNotOpen()
    return task


def open_task(task_id: UUID, party_id: UUID, shown_digest: str) -> SigningTask:
    """Return a task that this party may do now on these bytes.

    Raises NotTheSigner, TaskNotOpen, CaseStopped, DocumentChanged, NotYourTurn.
    """
    task = task_of(task_id)
    if task.party_id != party_id:
        raise NotTheSigner()
    if task.state != TaskState.OPEN:
        raise TaskNotOpen()
    if task.case.blocked_by == cases.STOPPED:
        raise CaseStopped()
    if task.shown_digest != shown_digest:
        raise DocumentChanged()
    if task.waits_for_others:
        raise NotYourTurn()
    return task

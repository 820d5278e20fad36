"""Write an accepted signature into its document: the event certificate and the signed revision, then what follows from the last one.

A process killed anywhere between accepting and here leaves a task ACCEPTED, which the job or the sweep finishes with a fresh event key; the
willingness is consumed only by the transaction that records the stored revision.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext

from vermilion.apps.cases import documents
from vermilion.apps.cases import services as cases
from vermilion.apps.cases.models import Case, Document, PartyRole
from vermilion.apps.chronicle.services import record
from vermilion.apps.identity import services as identity
from vermilion.apps.identity.models import WillingnessMethod
from vermilion.apps.identity.queries import check_record
from vermilion.apps.seals import services as seals
from vermilion.base import clock, jobs

from . import links, opening
from .company import sealing as company_sealing
from .errors import DocumentChanged
from .models import PENDING, Handwriting, SigningTask, TaskState

#: Where the key of an event certificate is: made in the keeper for one signature, used once, destroyed; nobody could export it.
CUSTODY = "keeper_single_use"
# Document kind → called in the transaction that records the last signature of a document of that kind.
_completed: dict[str, Callable[[Case, Document], None]] = {}


def on_completed(kind: str, handler: Callable[[Case, Document], None]) -> None:
    """Register what follows when every signer of a document of ``kind`` has signed (site/wiring.py)."""
    _completed[kind] = handler


def write_later(task: SigningTask) -> None:
    """Leave the writing of an accepted signature to a job; in the transaction that accepts it."""
    from .tasks import apply_signature_job  # which writes by this module

    jobs.enqueue(apply_signature_job, lock=f"document:{task.document_id}", task_id=str(task.id))


def apply_signature(*, task_id: UUID) -> None:
    """Write one accepted signature into its document. Idempotent; run by a job that holds the document's lock."""
    task = opening.task_of(task_id)
    # A company's seal rests on its own task, which the agent's proof of her will has accepted.
    basis = task.pk if task.acted_by_id else task.willingness_id
    if task.state != TaskState.ACCEPTED or basis is None or task.accepted_at is None or task.waits_for_others:
        return
    document = task.document
    base = document.revisions.latest("number")
    is_last = not document.signing_tasks.exclude(pk=task.pk).filter(state__in=PENDING).exists()
    personal = task.party.personal
    with transaction.atomic():
        task.permission_id = seals.event_permission(
            willingness_id=basis,
            signer_name=personal["name"],
            organisation=_organisation(task),
            document_id=document.id,
            document_kind=document.kind,
            case_id=task.case_id,
            data_key_id=task.case.data_key_id,
            shown_digest=task.shown_digest,
            evidence=check_record(task.acted_by.party if task.acted_by else task.party),
        ).id
        task.save(update_fields=["permission_id"])
    written = Handwriting.objects.filter(task=task).first()
    signed = seals.sign_by_person(
        permission_id=task.permission_id,
        pdf=documents.read(base),
        field=task.field,
        appearance_svg=company_sealing.picture_of(task.case) if task.acted_by_id else _drawn(written.strokes()) if written else "",
        lines=[] if task.acted_by_id else _lines(task, task.accepted_at, written=written is not None),
        is_last=is_last,
    )
    blob_key = documents.store_bytes(task.case, document.id, signed.pdf)
    with transaction.atomic():
        case = cases.lock(task.case_id)
        locked = SigningTask.objects.select_for_update(of=("self",), no_key=True).get(pk=task.pk)
        if locked.state != TaskState.ACCEPTED:
            return
        if document.revisions.latest("number").pk != base.pk:
            # Another signer's revision came between: this one would drop it. The job runs again on top of it.
            raise DocumentChanged()
        revision = documents.add_revision(
            document=document, kind="signed", data=signed.pdf, blob_key=blob_key, signed_by=task.party.role, closes=is_last
        )
        use = seals.mark_stored(use_id=signed.use_id, revision_digest=revision.sha256)
        if task.willingness_id is not None:
            identity.consume_willingness(task.willingness_id, revision.id)
        locked.state, locked.signed_at, locked.last_error = TaskState.SIGNED, signed.signed_at, ""
        locked.permission_id = task.permission_id
        locked.save(update_fields=["state", "signed_at", "last_error", "permission_id"])
        record(
            stream="case",
            stream_id=case.id,
            type="signature.stored",
            public={
                "task": str(task.id),
                "shown": task.shown_digest,
                "revision": revision.sha256,
                "use": str(signed.use_id),
                # Whose hands the key of this one signature was in, and that it is gone.
                "key": use.key_id,
                "certificate": use.certificate_serial,
                "custody": CUSTODY,
            },
        )
        cases.clear_block(case_id=case.id)
        if not is_last:
            following = document.signing_tasks.filter(state__in=PENDING).order_by("position").first()
            if following and following.state == TaskState.ACCEPTED:
                write_later(following)
            elif following and following.position > task.position:  # who signs at the same time was called at the beginning
                links.send_link(case=case, party=following.party, purpose="sign")
        if is_last and (handler := _completed.get(document.kind)):
            handler(case, document)


def _drawn(strokes: list[dict[str, Any]]) -> str:
    from vermilion.core.typeset.handwriting import handwriting_svg  # loads numpy, only when somebody signs

    return handwriting_svg(strokes)


def _lines(task: SigningTask, at: datetime, *, written: bool) -> list[str]:
    """Return what stands below the written name; where none was asked, whose confirmation it is and by what she gave it."""
    moment = at.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M")
    if written or task.willingness is None:
        return [moment]
    with translation.override(task.case.language):
        means = gettext("%(method)s确认") % {"method": WillingnessMethod(task.willingness.method).label}
    return [task.party.personal["name"], means, moment]


def _organisation(task: SigningTask) -> str:
    """Return the company in whose name somebody signs, or that seals; empty for everybody else."""
    if task.party.role not in (PartyRole.COMPANY_AGENT, PartyRole.COMPANY, PartyRole.REPRESENTATIVE):
        return ""
    return str(cases.application(task.case).data["policyholder"]["name"])

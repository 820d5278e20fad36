"""Take a signature: commit everything the signer gave. Writing it into the document is left to a job (``writing``)."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.db import transaction

from vermilion.apps.cases import services as cases
from vermilion.apps.cases.models import Case
from vermilion.apps.chronicle.services import record
from vermilion.apps.conduct import guarding, traces
from vermilion.apps.conduct.models import FaceToFace
from vermilion.apps.identity.errors import IdentityLapsed
from vermilion.apps.identity.models import Willingness
from vermilion.base import clock
from vermilion.base.canonical import sha256
from vermilion.base.errors import VermilionError

from . import asking, facing, identifying, joining, opening, proofs
from .company import sealing as company_sealing
from .errors import NotRead
from .models import Ceremony, Handwriting, SigningTask, TaskState
from .proofs import Proof
from .writing import write_later


def accept_signature(
    *,
    task_id: UUID,
    party_id: UUID,
    shown_digest: str,
    proof: Proof,
    strokes: list[dict[str, Any]],
    session_hash: str,
    ip: str,
    user_agent: str,
    sheet: tuple[int, int] | None = None,
    device: str = "",
) -> SigningTask:
    """Take a signature: check the handwriting and the proof of the will, keep both, and leave the writing to a job.

    ``strokes`` may be empty where no written name is asked (:func:`proofs.by_hand`). ``sheet``: width and height of the pad in CSS pixels.
    On the salesperson's device of a meeting ``proof`` is not looked at: what the signer confirmed on her own phone counts.

    Raises NotTheSigner, TaskNotOpen, DocumentChanged, NotRead, StepOutOfOrder, IdentityLapsed, CaseStopped, HandwritingError,
    SalespersonDevice, SigningHeld, OwnPhoneMissing or one of the errors of the proof; nothing is kept then but the counted wrong try.
    """
    task = opening.open_task(task_id, party_id, shown_digest)
    nearby = traces.nearby_digest(ip=ip, user_agent=user_agent)
    meeting = guarding.require_signable(case=task.case, party=task.party, device=device, nearby=nearby, acted=True)
    joining.require_own_steps(task.case, task.party)
    if task.document.kind == "confirmation" and not identifying.complete(task.case, task.party):
        raise IdentityLapsed()
    if task.read_at is None:
        raise NotRead()
    if proofs.by_hand(task) or strokes:
        _check_drawing(strokes)  # refuses blank, dot and scribble before a code is used up
    if meeting:
        willingness = facing.will_of(task, meeting)
    else:
        willingness = proofs.take(task=task, proof=proof, wording=asking.wording(task), ip=ip, device=user_agent)
    with transaction.atomic():
        case = cases.lock(task.case_id)
        try:
            task = opening.open_task(task_id, party_id, shown_digest)
        except VermilionError as error:
            # She proved her will, and meanwhile the document was replaced: the proof stays on record as given for nothing.
            changed: VermilionError | None = error
            facts = {"task": str(task.id), "shown": shown_digest, "willingness": str(willingness.id), "why": error.code}
            record(stream="case", stream_id=case.id, type="signature.overtaken", public=facts)
        else:
            changed = None
            kept = _keep_strokes(task, strokes, sheet)
            private = {**kept, "ip": ip, "device": user_agent[:300], "device_digest": device}
            _keep(case, task, willingness, session_hash=session_hash, meeting=meeting, private=private)
    if changed:
        raise changed
    return task


def _check_drawing(strokes: list[dict[str, Any]]) -> None:
    from vermilion.core.typeset.handwriting import check_handwriting

    check_handwriting(strokes)


def _keep_strokes(task: SigningTask, strokes: list[dict[str, Any]], sheet: tuple[int, int] | None) -> dict[str, Any]:
    """Keep the handwriting; return what the event tells of it."""
    if not strokes:
        return {}
    raw = json.dumps(strokes, separators=(",", ":"))
    content: dict[str, Any] = {"raw": raw, **({"sheet": list(sheet)} if sheet else {})}
    kept = Handwriting.objects.create(task=task, content=content, digest=sha256(raw.encode()))
    return {"strokes": kept.digest}


def _keep(
    case: Case, task: SigningTask, willingness: Willingness, *, session_hash: str, meeting: FaceToFace | None, private: dict[str, Any]
) -> None:
    task.state, task.accepted_at, task.willingness = TaskState.ACCEPTED, clock.now(), willingness
    task.save(update_fields=["state", "accepted_at", "willingness"])
    company_sealing.accept(task)
    if not task.document.signing_tasks.filter(state=TaskState.OPEN).exists():
        # The customers have done their part in time; what is left is ours, and our delay must not end the case.
        case.deadline_at = None
        case.save(update_fields=["deadline_at"])
    Ceremony.objects.filter(task=task, session_hash=session_hash, finished_at=None).update(finished_at=clock.now())
    record(
        stream="case",
        stream_id=case.id,
        type="signature.accepted",
        public={
            "task": str(task.id),
            "shown": task.shown_digest,
            "willingness": str(willingness.id),
            # 面对面: written on the salesperson's device, confirmed on the signer's own phone.
            **({"mode": "face_to_face", "meeting": str(meeting.pk)} if meeting else {}),
        },
        private=private,
    )
    write_later(task)

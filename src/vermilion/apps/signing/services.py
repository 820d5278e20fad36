"""Signing tasks: open them, take a signature with its willingness, write it into the document.

Taking and writing are two steps. ``accept_signature`` commits everything the signer gave; ``apply_signature`` (a job) makes the event
certificate and the signed revision. A process killed anywhere in between leaves a task ACCEPTED, which the job or the sweep finishes with a
fresh event key; the willingness is consumed only by the transaction that records the stored revision.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext

from vermilion.apps.cases import documents
from vermilion.apps.cases import services as cases
from vermilion.apps.cases.errors import CaseStopped
from vermilion.apps.cases.models import Case, CaseParty, Document, PartyRole, Revision
from vermilion.apps.chronicle.services import record
from vermilion.apps.conduct import guarding, traces
from vermilion.apps.conduct.errors import OwnPhoneOnly
from vermilion.apps.conduct.models import FaceToFace
from vermilion.apps.identity import customer_passkeys
from vermilion.apps.identity import services as identity
from vermilion.apps.identity.errors import IdentityLapsed, WillingnessMethodRefused
from vermilion.apps.identity.models import PasskeyQuestion, Willingness, WillingnessMethod
from vermilion.apps.identity.queries import check_record
from vermilion.apps.parties.passkeys import RelyingParty
from vermilion.apps.parties.queries import staff_phones
from vermilion.apps.seals import services as seals
from vermilion.base import clock, jobs
from vermilion.base.canonical import sha256
from vermilion.base.errors import VermilionError
from vermilion.base.rows import only

from . import applying, identifying, links, proofs
from .company import sealing as company_sealing
from .errors import DocumentChanged, NotRead, NotTheSigner, NotYourTurn, StaffPhone, TaskNotOpen
from .models import Ceremony, Handwriting, SigningTask, TaskState
from .proofs import Proof

# Document kind → called in the transaction that records the last signature of a document of that kind.
_completed: dict[str, Callable[[Case, Document], None]] = {}
_refused: dict[str, Callable[[Case, SigningTask], None]] = {}
HEX = re.compile("[0-9a-f]{64}")
# Two browsers that opened a document within so long are told of each other.
AT_ONCE = timedelta(minutes=30)
_PENDING = (TaskState.OPEN, TaskState.ACCEPTED)
#: Where the key of an event certificate is: made in the keeper for one signature, used once, destroyed; nobody could export it.
CUSTODY = "keeper_single_use"


def on_completed(kind: str, handler: Callable[[Case, Document], None]) -> None:
    """Register what follows when every signer of a document of ``kind`` has signed (site/wiring.py)."""
    _completed[kind] = handler


def on_refused(kind: str, handler: Callable[[Case, SigningTask], None]) -> None:
    """Register what follows when a signer refuses a document of ``kind``."""
    _refused[kind] = handler


def open_tasks(
    *, case: Case, document: Document, shown: Revision, signers: list[tuple[CaseParty, str]], in_order: bool = True
) -> list[SigningTask]:
    """Open one task for each ``(party, field)`` on the shown revision. Inside the caller's transaction; safe to repeat.

    The first is in her visit. In order, each later one is called when the one before has signed; else all are called now.
    """
    tasks = []
    for number, (party, field) in enumerate(signers):
        defaults = {
            "case": case,
            "party": party,
            # A company's seal comes last in any case: its agent sets it on what everybody has signed.
            "position": number if in_order or party.role == PartyRole.COMPANY else 0,
            "shown_digest": shown.sha256,
            "created_at": clock.now(),
        }
        task, made = SigningTask.objects.get_or_create(document=document, field=field, defaults=defaults)
        if made:
            record(
                stream="case",
                stream_id=case.id,
                type="signing.opened",
                public={"document": str(document.id), "field": field, "shown": shown.sha256},
            )
            if number and not in_order and party.role != PartyRole.COMPANY:
                links.send_link(case=case, party=party, purpose="sign")
        tasks.append(task)
    return tasks


def void_tasks(document: Document) -> None:
    """Close what is not signed yet on a document that is no longer to be signed; an accepted signature is not written any more."""
    document.signing_tasks.filter(state__in=_PENDING).update(state=TaskState.VOID)


def case_reopened(case: Case) -> None:
    """The application is changed again: what was shown of it is signed no more. Called by cases, case locked."""
    for document in case.documents.filter(void=True, signing_tasks__state__in=_PENDING).distinct():
        void_tasks(document)


def case_closed(case: Case) -> None:
    """The case ended without a policy: nothing of it is signed any more. Called by cases, case locked."""
    case.signing_tasks.filter(state__in=_PENDING).update(state=TaskState.VOID)


def open_ceremony(*, task: SigningTask, session_hash: str, ip: str, user_agent: str, device: str = "") -> Ceremony:
    """Record that the signer's browser opened the document for signing. Raises SalespersonDevice, SigningHeld.

    ``device`` is the browser's, as ``conduct.traces`` knows it.
    """
    nearby = traces.nearby_digest(ip=ip, user_agent=user_agent)
    guarding.require_signable(case=task.case, party=task.party, device=device, nearby=nearby)
    with transaction.atomic():
        ceremony = Ceremony.objects.filter(task=task, session_hash=session_hash, finished_at=None).first()
        if ceremony is None:
            used = {"ip": ip, "user_agent": user_agent[:300]}
            ceremony = Ceremony.objects.create(task=task, session_hash=session_hash, device=used, opened_at=clock.now())
            private = {**used, "device_digest": device}
            record(stream="case", stream_id=task.case_id, type="ceremony.opened", public={"task": str(task.id)}, private=private)
            if elsewhere(task, session_hash):
                record(stream="case", stream_id=task.case_id, type="ceremony.second_device", public={"task": str(task.id)})
    return ceremony


def elsewhere(task: SigningTask, session_hash: str) -> Ceremony | None:
    """Return the visit by which another browser has opened the same document lately and not finished."""
    rows = Ceremony.objects.filter(task=task, finished_at=None, opened_at__gt=clock.now() - AT_ONCE).exclude(session_hash=session_hash)
    found = rows.order_by("-opened_at").first()
    if found is not None:
        found.task = task
    return found


def note_outdated(*, task_id: UUID, said: str) -> None:
    """Record that a page sent in something about another document than the one that waits: an old tab, or somebody who tries."""
    with transaction.atomic():
        task = _task(task_id)
        facts = {"task": str(task.id), "shown": task.shown_digest, "said": said if HEX.fullmatch(said) else ""}
        record(stream="case", stream_id=task.case_id, type="signature.other_document", public=facts)


def mark_read(*, task_id: UUID, party_id: UUID, shown_digest: str) -> None:
    """The signer confirms having read the pages with this digest to the end."""
    with transaction.atomic():
        task = open_task(task_id, party_id, shown_digest)
        if task.read_at is None:
            task.read_at = clock.now()
            task.save(update_fields=["read_at"])
            record(stream="case", stream_id=task.case_id, type="document.read", public={"task": str(task.id), "shown": shown_digest})


def send_willingness_code(*, task_id: UUID, party_id: UUID, shown_digest: str, ip: str, device: str = "") -> Any:
    """Send the signer a one-time code bound to the shown digest; return the OneTimeCode. The phone is never a salesperson's.

    Raises OwnPhoneOnly on the salesperson's device of a meeting, SalespersonDevice, SigningHeld.
    """
    task = open_task(task_id, party_id, shown_digest)
    if guarding.require_signable(case=task.case, party=task.party, device=device, acted=True):
        raise OwnPhoneOnly()
    if "sms" not in proofs.accepted(task):
        raise WillingnessMethodRefused()
    return identity.send_code(
        purpose="willingness",
        phone=_own_phone(task),
        case=task.case,
        party=task.party,
        bound_digest=shown_digest,
        wording=wording(task),
        ip=ip,
    )


def send_passkey_code(*, task_id: UUID, party_id: UUID, shown_digest: str, ip: str) -> Any:
    """Send the signer a code by which she may set up a passkey on the device that she holds; return the OneTimeCode."""
    task = open_task(task_id, party_id, shown_digest)
    if "passkey" not in proofs.accepted(task):
        raise WillingnessMethodRefused()
    return identity.send_code(purpose="passkey", phone=_own_phone(task), case=task.case, party=task.party, ip=ip)


def ask_passkey(*, task_id: UUID, party_id: UUID, shown_digest: str, site: RelyingParty) -> PasskeyQuestion:
    """Make the question to the signer's passkey that is bound to the shown digest and the wording."""
    task = open_task(task_id, party_id, shown_digest)
    if "passkey" not in proofs.accepted(task):
        raise WillingnessMethodRefused()
    if task.read_at is None and proofs.by_hand(task):
        raise NotRead()
    about: dict[str, Any] = {"document_id": task.document_id, "shown_digest": shown_digest, "wording": wording(task)}
    return customer_passkeys.ask(party=task.party, site=site, purpose=customer_passkeys.Purpose.WILLINGNESS, **about)


def _own_phone(task: SigningTask) -> str:
    """Return the signer's phone. Raises StaffPhone for one of the insurer's people."""
    phone = str(task.party.personal["phone"])
    if phone in staff_phones(task.case.insurer):
        raise StaffPhone()
    return phone


def wording(task: SigningTask) -> str:
    """Return what the signer agrees to, as the page and the code say it: the document, in the case's language, and its first digits."""
    with translation.override(task.case.language):
        told = f"{gettext(task.document.title)} {task.shown_digest[:8]}"
        return gettext("%(document)s并加盖单位印章") % {"document": told} if company_sealing.is_set_by(task) else told


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
    task = open_task(task_id, party_id, shown_digest)
    nearby = traces.nearby_digest(ip=ip, user_agent=user_agent)
    meeting = guarding.require_signable(case=task.case, party=task.party, device=device, nearby=nearby, acted=True)
    applying.require_own_steps(task.case, task.party)
    if task.document.kind == "confirmation" and not identifying.complete(task.case, task.party):
        raise IdentityLapsed()
    if task.read_at is None:
        raise NotRead()
    if proofs.by_hand(task) or strokes:
        _check_drawing(strokes)  # refuses blank, dot and scribble before a code is used up
    if meeting:
        from . import facing  # which signs by this module

        willingness = facing.will_of(task, meeting)
    else:
        willingness = proofs.take(task=task, proof=proof, wording=wording(task), ip=ip, device=user_agent)
    with transaction.atomic():
        case = cases.lock(task.case_id)
        try:
            task = open_task(task_id, party_id, shown_digest)
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
    _enqueue(task)


def start_willingness_face(*, task_id: UUID, party_id: UUID, shown_digest: str, ip: str, return_url: str, device: str = "") -> Any:
    """Begin the signer's visit to face recognition, bound to the shown digest; return the IdentityCheck. Not inside a transaction."""
    task = open_task(task_id, party_id, shown_digest)
    if guarding.require_signable(case=task.case, party=task.party, device=device, acted=True):
        raise OwnPhoneOnly()
    return proofs.visit(task=task, wording=wording(task), ip=ip, return_url=return_url)


def refuse(*, task_id: UUID, party_id: UUID, reason: str) -> SigningTask:
    """The signer declines to sign, with a reason; what follows is decided by the kind of document."""
    with transaction.atomic():
        task = _task(task_id)
        case = cases.lock(task.case_id)
        task = _task(task_id)
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


def apply_signature(*, task_id: UUID) -> None:
    """Write one accepted signature into its document. Idempotent; run by a job that holds the document's lock."""
    task = _task(task_id)
    # A company's seal rests on its own task, which the agent's proof of her will has accepted.
    basis = task.pk if task.acted_by_id else task.willingness_id
    if task.state != TaskState.ACCEPTED or basis is None or task.accepted_at is None or task.waits_for_others:
        return
    document = task.document
    base = document.revisions.latest("number")
    is_last = not document.signing_tasks.exclude(pk=task.pk).filter(state__in=_PENDING).exists()
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
            following = document.signing_tasks.filter(state__in=_PENDING).order_by("position").first()
            if following and following.state == TaskState.ACCEPTED:
                _enqueue(following)
            elif following and following.position > task.position:  # who signs at the same time was called at the beginning
                links.send_link(case=case, party=following.party, purpose="sign")
        if is_last and (handler := _completed.get(document.kind)):
            handler(case, document)


def _check_drawing(strokes: list[dict[str, Any]]) -> None:
    from vermilion.core.typeset.handwriting import check_handwriting

    check_handwriting(strokes)


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


def _enqueue(task: SigningTask) -> None:
    from .tasks import apply_signature_job

    jobs.enqueue(apply_signature_job, lock=f"document:{task.document_id}", task_id=str(task.id))


def _task(task_id: UUID) -> SigningTask:
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
    task = _task(task_id)
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

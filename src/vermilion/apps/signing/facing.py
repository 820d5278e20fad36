"""面对面: a customer and a salesperson sit together, and the customer writes her name on the salesperson's device.

The salesperson asks; the customer agrees on her own phone, which a link to the phone on record has opened. The salesperson's device then
carries the pages that hold no health answer and no code. What counts is done on her own phone: she reads the document there and proves
her will by a code that is entered there; only then the handwriting of the other device is taken.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from vermilion.apps.cases import services as cases
from vermilion.apps.cases.models import Case
from vermilion.apps.cases.transitions import ENDED
from vermilion.apps.chronicle.services import record
from vermilion.apps.conduct import guarding, traces
from vermilion.apps.conduct.errors import MeetingOver, MeetingRefused, OwnPhoneMissing, SameDevice
from vermilion.apps.conduct.models import FaceToFace, Kind, OwnConfirmation
from vermilion.apps.conduct.rules import rule_of
from vermilion.apps.identity import services as identity
from vermilion.apps.identity.models import OneTimeCode, Willingness
from vermilion.apps.notices.services import send
from vermilion.apps.parties.models import Salesperson
from vermilion.apps.parties.queries import is_genuine, staff_phones
from vermilion.base import clock

from . import applying, links, services
from .errors import NotRead
from .models import SigningTask

LASTS = timedelta(hours=2)
#: Between the confirmation on her phone and the handwriting on the other device.
CONFIRMED_FOR = timedelta(minutes=30)
PURPOSE = "meet"


def ask(*, case_id: UUID, salesperson: Salesperson, device: str) -> FaceToFace:
    """The salesperson asks for a meeting on this device; the customer's phone gets a link. Raises MeetingRefused.

    An earlier one of the case ends.
    """
    with transaction.atomic():
        case = cases.lock(case_id)
        phone = applying.phone_on_record(case)
        mine = case.salesperson_id == salesperson.pk and is_genuine(salesperson, on=clock.today())
        if not mine or case.state in ENDED or case.blocked_by == cases.STOPPED or not device or not phone:
            raise MeetingRefused()
        if phone in staff_phones(case.insurer):
            raise MeetingRefused()
        _end(case)
        now = clock.now()
        made = FaceToFace.objects.create(case=case, salesperson=salesperson, device=device, asked_at=now, until=now + LASTS)
        _note("meeting.asked", made, private={"by": salesperson.name, "device": device})
        party = applying.applicant(case)
        if party is not None:
            links.send_link(case=case, party=party, purpose=PURPOSE, template="face_to_face")
        else:
            links.revoke(case=case, purpose=PURPOSE)
            _token, pickup = links.make_link(case=case, party=None, purpose=PURPOSE, hours=int(LASTS.total_seconds()) // 3600)
            send(case=case, template="face_to_face", channel="sms", to=phone, data={"pickup": pickup})
    return made


def open_meeting(case: Case) -> FaceToFace | None:
    """Return the case's meeting that has not ended, agreed to or not."""
    meeting = FaceToFace.objects.select_related("salesperson").filter(case=case, ended_at=None).first()
    return meeting if meeting and meeting.is_open(clock.now()) else None


def agree(*, case_id: UUID, device: str, ip: str, user_agent: str) -> FaceToFace:
    """The customer, whose phone on record this browser has proven, agrees on her own device. Raises MeetingOver, SameDevice."""
    with transaction.atomic():
        case = cases.lock(case_id)
        meeting = _open(case)
        _require_own(case, meeting, device)
        if meeting.agreed_at is None:
            meeting.agreed_at, meeting.agreed_device = clock.now(), device
            meeting.save(update_fields=["agreed_at", "agreed_device"])
            _note("meeting.agreed", meeting, private={"device": device, "ip": ip, "agent": user_agent[:300]})
    return meeting


def hand_device(*, case_id: UUID, salesperson: Salesperson, device: str) -> Case:
    """The salesperson hands her device to the customer who has agreed. Raises MeetingOver."""
    with transaction.atomic():
        case = cases.lock(case_id)
        meeting = _open(case)
        if meeting.agreed_at is None or meeting.salesperson_id != salesperson.pk or meeting.device != device:
            raise MeetingOver()
        _note("meeting.handed", meeting, private={"device": device})
    return case


def end(*, case_id: UUID, by: str) -> None:
    """Either of the two ends the meeting; the salesperson's device is shut out from then on. Harmless twice. ``by`` is a role."""
    with transaction.atomic():
        case = cases.lock(case_id)
        if _end(case):
            record(stream="case", stream_id=case.id, type="meeting.ended", public={"signer": by})


def send_code(*, task_id: UUID, party_id: UUID, shown_digest: str, device: str, ip: str) -> OneTimeCode:
    """Send the code by which the signer confirms on her own phone. Raises MeetingOver, SameDevice, NotRead and as signing does."""
    task = services.open_task(task_id, party_id, shown_digest)
    _require_confirmable(task, device)
    sent: OneTimeCode = services.send_willingness_code(task_id=task_id, party_id=party_id, shown_digest=shown_digest, ip=ip, device=device)
    return sent


def confirm(
    *, task_id: UUID, party_id: UUID, shown_digest: str, code_id: UUID, code: str, device: str, ip: str, user_agent: str
) -> OwnConfirmation:
    """The signer confirms on her own phone that she wants to sign these bytes. Not inside a transaction.

    Raises MeetingOver, SameDevice, NotRead, the errors of codes, and as signing does.
    """
    task = services.open_task(task_id, party_id, shown_digest)
    meeting = _require_confirmable(task, device)
    guarding.require_signable(case=task.case, party=task.party, device=device, acted=True)
    willingness = identity.verify_willingness(
        party=task.party,
        document_id=task.document_id,
        code_id=code_id,
        value=code,
        shown_digest=shown_digest,
        wording=services.wording(task),
        ip=ip,
        device=user_agent,
    )
    with transaction.atomic():
        case = cases.lock(task.case_id)
        services.open_task(task_id, party_id, shown_digest)
        meeting = _open(case)
        made = OwnConfirmation.objects.create(
            meeting=meeting,
            party=task.party,
            document=task.document,
            shown_digest=shown_digest,
            willingness=willingness,
            device=device,
            confirmed_at=clock.now(),
        )
        record(
            stream="case",
            stream_id=case.id,
            type="meeting.confirmed",
            public={
                "meeting": str(meeting.pk),
                "task": str(task.id),
                "shown": shown_digest,
                "willingness": str(willingness.id),
                "signer": task.party.role,
            },
            private={"device": device, "ip": ip, "agent": user_agent[:300]},
        )
    return made


def confirmed(task: SigningTask, meeting: FaceToFace) -> OwnConfirmation | None:
    """Return what the signer confirmed on her own phone for exactly these bytes, minutes ago and unused; None before that."""
    rows = OwnConfirmation.objects.select_related("willingness").filter(
        meeting=meeting,
        party=task.party,
        document=task.document,
        shown_digest=task.shown_digest,
        confirmed_at__gt=clock.now() - CONFIRMED_FOR,
        willingness__signingtask__isnull=True,
    )
    return rows.order_by("-confirmed_at").first()


def will_of(task: SigningTask, meeting: FaceToFace) -> Willingness:
    """Return the will that was proven on the signer's own phone. Raises OwnPhoneMissing."""
    found = confirmed(task, meeting)
    if found is None:
        raise OwnPhoneMissing()
    return found.willingness


def _require_confirmable(task: SigningTask, device: str) -> FaceToFace:
    meeting = _open(task.case)
    if meeting.agreed_at is None:
        raise MeetingOver()
    _require_own(task.case, meeting, device)
    if task.read_at is None:
        raise NotRead()
    return meeting


def _require_own(case: Case, meeting: FaceToFace, device: str) -> None:
    """See that this is the customer's own device. Raises SameDevice for any device of the insurer's people."""
    if not device or device == meeting.device:
        raise SameDevice()
    if traces.owner_of(rule=rule_of(case.insurer), kind=Kind.DEVICE, digest=device):
        raise SameDevice()


def _open(case: Case) -> FaceToFace:
    meeting = open_meeting(case)
    if meeting is None:
        raise MeetingOver()
    return meeting


def _end(case: Case) -> bool:
    return bool(FaceToFace.objects.filter(case=case, ended_at=None).update(ended_at=clock.now()))


def _note(type: str, meeting: FaceToFace, *, private: dict[str, object]) -> None:
    public = {"meeting": str(meeting.pk), "salesperson": str(meeting.salesperson_id)}
    record(stream="case", stream_id=meeting.case_id, type=type, public=public, private=private)

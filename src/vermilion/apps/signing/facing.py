"""面对面: a signer and a salesperson sit together, and the signer writes her name on the salesperson's device.

A meeting is one signer's: the applicant's, or in her turn that of the insured, a guardian, a company's legal representative. The
salesperson asks; the signer agrees on her own phone, which a link to the phone on record has opened. The salesperson's device then
carries the pages that hold no health answer and no code. What counts is done on her own phone: she reads the document there and proves
her will by a code that is entered there; only then the handwriting of the other device is taken.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from vermilion.apps.cases import services as cases
from vermilion.apps.cases.models import Case, CaseParty, PartyRole
from vermilion.apps.cases.transitions import ENDED, State
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

from . import applying, asking, links, opening
from .errors import NotRead
from .models import SigningTask, TaskState

LASTS = timedelta(hours=2)
#: Between the confirmation on her phone and the handwriting on the other device.
CONFIRMED_FOR = timedelta(minutes=30)
PURPOSE = "meet"
#: A receipt is one tap and a code: that is done on her own phone alone.
NOT_HERE = frozenset({"policy_acknowledgement"})
#: A company seals by what its agent does; people on a company's list consent each by herself.
NEVER = frozenset({PartyRole.COMPANY, PartyRole.MEMBER})


def partners(case: Case) -> list[CaseParty | None]:
    """Return who may be met now: who has to fill in (None: an applicant whom nobody has named yet) or has to sign in her turn."""
    if case.state in ENDED:
        return []
    first = applying.applicant(case)
    found: list[CaseParty | None] = [first] if case.state == State.APPLYING else []
    tasks = SigningTask.objects.filter(case=case, document__void=False, state=TaskState.OPEN).exclude(document__kind__in=NOT_HERE)
    for task in tasks.exclude(party__role__in=NEVER).select_related("party").order_by("created_at", "position"):
        task.party.case = case
        if task.party not in found and not task.waits_for_others:
            found.append(task.party)
    return [party for party in found if applying.phone_on_record(case, party)]


def ask(*, case_id: UUID, salesperson: Salesperson, device: str, party_id: UUID | None = None) -> FaceToFace:
    """The salesperson asks ``party_id`` (none: the applicant) for a meeting on this device; her phone gets a link. Raises MeetingRefused.

    An earlier one of the case ends.
    """
    with transaction.atomic():
        case = cases.lock(case_id)
        mine = case.salesperson_id == salesperson.pk and is_genuine(salesperson, on=clock.today())
        if not mine or case.blocked_by == cases.STOPPED or not device:
            raise MeetingRefused()
        first = applying.applicant(case)
        wanted = party_id or (first.pk if first else None)
        met = [party for party in partners(case) if (party.pk if party else None) == wanted]
        if not met:
            raise MeetingRefused()
        party = met[0]
        phone = applying.phone_on_record(case, party)
        if phone in staff_phones(case.insurer):
            raise MeetingRefused()
        _end(case)
        now = clock.now()
        made = FaceToFace.objects.create(case=case, party=party, salesperson=salesperson, device=device, asked_at=now, until=now + LASTS)
        _note("meeting.asked", made, private={"by": salesperson.name, "device": device})
        if party is not None:
            links.send_link(case=case, party=party, purpose=PURPOSE, template="face_to_face")
        else:
            links.revoke(case=case, purpose=PURPOSE)
            _token, pickup = links.make_link(case=case, party=None, purpose=PURPOSE, hours=int(LASTS.total_seconds()) // 3600)
            send(case=case, template="face_to_face", channel="sms", to=phone, data={"pickup": pickup})
    return made


def open_meeting(case: Case) -> FaceToFace | None:
    """Return the case's meeting that has not ended, agreed to or not."""
    meeting = FaceToFace.objects.select_related("salesperson", "party").filter(case=case, ended_at=None).first()
    return meeting if meeting and meeting.is_open(clock.now()) else None


def meeting_of(case: Case, party: CaseParty | None) -> FaceToFace | None:
    """Return the meeting that has not ended if it is this signer's (None: an applicant whom nobody has named yet)."""
    meeting = open_meeting(case)
    return meeting if meeting and meeting.is_of(party) else None


def agree(*, case_id: UUID, party: CaseParty | None, device: str, ip: str, user_agent: str) -> FaceToFace:
    """The signer, whose phone on record this browser has proven, agrees on her own device. Raises MeetingOver, SameDevice."""
    with transaction.atomic():
        case = cases.lock(case_id)
        meeting = _open(case, party)
        _require_own(case, meeting, device)
        if meeting.agreed_at is None:
            meeting.agreed_at, meeting.agreed_device = clock.now(), device
            meeting.save(update_fields=["agreed_at", "agreed_device"])
            _note("meeting.agreed", meeting, private={"device": device, "ip": ip, "agent": user_agent[:300]})
    return meeting


def hand_device(*, case_id: UUID, salesperson: Salesperson, device: str) -> FaceToFace:
    """The salesperson hands her device to the signer who has agreed. Raises MeetingOver."""
    with transaction.atomic():
        case = cases.lock(case_id)
        meeting = open_meeting(case)
        if meeting is None or meeting.agreed_at is None or meeting.salesperson_id != salesperson.pk or meeting.device != device:
            raise MeetingOver()
        _note("meeting.handed", meeting, private={"device": device})
        meeting.case = case
    return meeting


def end(*, case_id: UUID, party: CaseParty | None, by: str) -> None:
    """The signer ends her meeting, on either device; the salesperson's is shut out from then on. Harmless twice. ``by`` is a role."""
    with transaction.atomic():
        case = cases.lock(case_id)
        if meeting_of(case, party) and _end(case):
            record(stream="case", stream_id=case.id, type="meeting.ended", public={"signer": by})


def send_code(*, task_id: UUID, party_id: UUID, shown_digest: str, device: str, ip: str) -> OneTimeCode:
    """Send the code by which the signer confirms on her own phone. Raises MeetingOver, SameDevice, NotRead and as signing does."""
    task = opening.open_task(task_id, party_id, shown_digest)
    _require_confirmable(task, device)
    sent: OneTimeCode = asking.send_willingness_code(task_id=task_id, party_id=party_id, shown_digest=shown_digest, ip=ip, device=device)
    return sent


def confirm(
    *, task_id: UUID, party_id: UUID, shown_digest: str, code_id: UUID, code: str, device: str, ip: str, user_agent: str
) -> OwnConfirmation:
    """The signer confirms on her own phone that she wants to sign these bytes. Not inside a transaction.

    Raises MeetingOver, SameDevice, NotRead, the errors of codes, and as signing does.
    """
    task = opening.open_task(task_id, party_id, shown_digest)
    meeting = _require_confirmable(task, device)
    guarding.require_signable(case=task.case, party=task.party, device=device, acted=True)
    willingness = identity.verify_willingness(
        party=task.party,
        document_id=task.document_id,
        code_id=code_id,
        value=code,
        shown_digest=shown_digest,
        wording=asking.wording(task),
        ip=ip,
        device=user_agent,
    )
    with transaction.atomic():
        case = cases.lock(task.case_id)
        opening.open_task(task_id, party_id, shown_digest)
        meeting = _open(case, task.party)
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
    meeting = _open(task.case, task.party)
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


def _open(case: Case, party: CaseParty | None) -> FaceToFace:
    meeting = meeting_of(case, party)
    if meeting is None:
        raise MeetingOver()
    return meeting


def _end(case: Case) -> bool:
    return bool(FaceToFace.objects.filter(case=case, ended_at=None).update(ended_at=clock.now()))


def _note(type: str, meeting: FaceToFace, *, private: dict[str, object]) -> None:
    signer = meeting.party.role if meeting.party else applying.applicant_role(meeting.case)
    public = {"meeting": str(meeting.pk), "salesperson": str(meeting.salesperson_id), "signer": signer}
    record(stream="case", stream_id=meeting.case_id, type=type, public=public, private=private)

"""What stops a ceremony: the device of a salesperson, the insurer's rule, compliance's decision. Asked by pages and again by services."""

from __future__ import annotations

from vermilion.apps.cases.models import Case, CaseParty
from vermilion.apps.parties.models import Insurer
from vermilion.apps.parties.queries import is_genuine
from vermilion.base import clock

from . import suspecting, traces
from .errors import SalespersonDevice, SigningHeld
from .models import Effect, FaceToFace, Kind, SharedWith, Suspicion, SuspicionState, Trace
from .rules import rule_of
from .traces import Owner


def require_own_device(*, case: Case, party: CaseParty | None, device: str, acted: bool = False) -> FaceToFace | None:
    """See that the device is no salesperson's; return the meeting in which one of hers may be used. Raises SalespersonDevice."""
    owner = salesperson_of(case.insurer, device)
    if owner is None:
        return None
    meeting = agreed_meeting(case, party)
    if meeting is not None and meeting.device == device:
        return meeting
    # Where compliance had cleared the device a salesperson has logged in since.
    suspecting.raise_one(case=case, party=party, kind=Kind.DEVICE, digest=device, owner=owner, acted=acted, anew=True)
    raise SalespersonDevice()


def is_salespersons(insurer: Insurer, device: str) -> bool:
    """Tell whether no ceremony of this insurer may begin on the device."""
    return salesperson_of(insurer, device) is not None


def salesperson_of(insurer: Insurer, device: str) -> Owner | None:
    """Return whose device this is, None when it is no salesperson's of this insurer, or compliance has found since that it is not."""
    if not traces.was_salespersons(insurer, device):  # asked by every page of a customer
        return None
    owner = traces.owner_of(rule=rule_of(insurer), kind=Kind.DEVICE, digest=device)
    if owner is None or owner.shared_with != SharedWith.SALESPERSON:
        return None
    last = owner.person.conduct_traces.filter(kind=Kind.DEVICE, digest=device).values_list("last_at", flat=True)[0]
    cleared = Suspicion.objects.filter(
        insurer=insurer,
        kind=Kind.DEVICE,
        shared_with=SharedWith.SALESPERSON,
        digest=device,
        state=SuspicionState.CLEARED,
        decided_at__gt=last,
    )
    return None if cleared.exists() else owner


def agreed_meeting(case: Case, party: CaseParty | None) -> FaceToFace | None:
    """Return the meeting to which this signer of a case agreed and which has not ended; another signer's is none of hers."""
    meeting = FaceToFace.objects.select_related("salesperson").filter(case=case, ended_at=None, agreed_at__isnull=False).first()
    if meeting is None or not meeting.is_open(clock.now()) or not is_genuine(meeting.salesperson, on=clock.today()):
        return None  # also when she was suspended, or lost the case, since it began
    return meeting if meeting.salesperson_id == case.salesperson_id and meeting.is_of(party) else None


def require_signable(*, case: Case, party: CaseParty, device: str, nearby: str = "", acted: bool = False) -> FaceToFace | None:
    """See that this signer may sign here and now; return the meeting whose device is used. Raises SalespersonDevice, SigningHeld."""
    meeting = require_own_device(case=case, party=party, device=device, acted=acted)
    # In a meeting the device is the salesperson's by agreement: it says nothing about the customer.
    suspecting.look(case=case, party=party, device="" if meeting else device, nearby="" if meeting else nearby, acted=acted)
    if held := held_by(case=case, party=party, device="" if meeting else device):
        raise SigningHeld(held.kind, confirmed=held.state == SuspicionState.CONFIRMED)
    return meeting


def stands_before_wrong_device(case: Case) -> bool:
    """Tell whether what a customer tried last was on a device that is shut to her, and she has gone on nowhere else since."""
    rows = Suspicion.objects.filter(case=case, kind=Kind.DEVICE).exclude(state=SuspicionState.CLEARED)
    if rule_of(case.insurer).effect != Effect.BLOCK:
        rows = rows.filter(shared_with=SharedWith.SALESPERSON)
    newest = rows.order_by("-last_at").first()
    if newest is None:
        return False
    elsewhere = Trace.objects.filter(case=case, kind=Kind.DEVICE, at__gt=newest.last_at).exclude(digest=newest.digest)
    return not elsewhere.exists() and not case.steps.filter(done_at__gt=newest.last_at).exists()


def held_by(*, case: Case, party: CaseParty, device: str) -> Suspicion | None:
    """Return what stops this signer on this device: what was confirmed stops all, what is open stops by rule who it is about."""
    rows = list(Suspicion.objects.filter(case=case).exclude(state=SuspicionState.CLEARED).exclude(kind=Kind.NEARBY))
    confirmed = next((row for row in rows if row.state == SuspicionState.CONFIRMED), None)
    if confirmed is not None or not rows or rule_of(case.insurer).effect != Effect.BLOCK:
        return confirmed
    payers = set(Trace.objects.filter(case=case, kind=Kind.PAYER).values_list("digest", flat=True))
    mine = {Kind.PHONE: {party.phone_hash}, Kind.DEVICE: {device} - {""}, Kind.PAYER: payers}
    return next((row for row in rows if row.digest in mine[Kind(row.kind)]), None)

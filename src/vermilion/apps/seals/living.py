"""The life of a seal at the desk: asked for by one, reviewed by another, put in use; its end asked by one, confirmed by another.

requested → reviewed → active ⇄ frozen → retired → destroyed. What the operator enters at the command line is asked of nobody here.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from vermilion.apps.chronicle.services import record
from vermilion.apps.parties.models import Branch, Role, StaffMember
from vermilion.base import blobs, jobs, vault
from vermilion.base.canonical import sha256
from vermilion.base.clock import now, today
from vermilion.core.typeset import SealError as DrawingError
from vermilion.core.typeset import company_seal, oval_seal

from . import custody, kinds, pictures, tasks
from .errors import OwnSeal, ReasonMissing, SealNotUsable, SealUnsuitable
from .keeper import client
from .models import Seal, SealEnding, SealFiling
from .picturing import POINTS_PER_MM

State = Seal.State
PEOPLE = (Role.CUSTODIAN, Role.COMPLIANCE)
"""Who reviews a seal, and who asks for its end or confirms it."""
LARGEST_FILE = 10 * 1024 * 1024
MEDIA = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png"}
"""What a paper of the filing may be, by its first bytes."""
ENDABLE = {
    SealEnding.Kind.RETIRE: (State.REQUESTED, State.REVIEWED, State.ACTIVE, State.FROZEN),
    SealEnding.Kind.DESTROY: (State.FROZEN, State.RETIRED),
}
"""A seal in use is frozen or retired before it is destroyed, so that nothing is on its way to it."""


@dataclass(frozen=True)
class Filing:
    """备案 of a seal's picture: with whom, under which number, since when, and the paper about it."""

    authority: str
    number: str
    filed_on: date
    file: bytes


def draw(*, kind: str, insurer_name: str, name: str, size_mm: int, oval: bool) -> str:
    """Return the picture (SVG) of a seal with the company's name. Raises SealUnsuitable for kinds that are uploaded, and long names."""
    if not kinds.KINDS[kind].drawn:
        raise SealUnsuitable()
    try:
        if oval:
            return oval_seal(insurer_name, use=name, width=size_mm, height=size_mm * 2 / 3)
        return company_seal(insurer_name, subtitle=name, diameter=size_mm)
    except DrawingError as error:
        raise SealUnsuitable() from error


def ask_seal(
    *,
    by: StaffMember,
    kind: str,
    name: str,
    size_mm: int,
    picture: str,
    uploaded: bool,
    filing: Filing | None,
    valid_from: datetime,
    valid_to: datetime,
    reason: str,
    branch: Branch | None = None,
    custodians: Sequence[StaffMember] = (),
) -> Seal:
    """Ask for a new seal with its picture (SVG); one that was ``uploaded`` comes with its filing. Not inside a transaction.

    Raises SealUnsuitable, and what drawing the picture or keeping the file raises.
    """
    name, reason = name.strip(), reason.strip()
    known = {person.pk for person in custody.candidates(by.insurer_id)}
    fits = kind in kinds.KINDS and 0 < len(name) <= 60 and 10 <= size_mm <= 60 and reason and now() < valid_to and valid_from < valid_to
    if not fits or (uploaded and filing is None) or any(person.pk not in known for person in custodians):
        raise SealUnsuitable()
    if branch is not None and branch.insurer_id != by.insurer_id:
        raise SealUnsuitable()
    pictures.seal_picture(picture, round(size_mm * POINTS_PER_MM, 2))  # better now than at the first document
    seal = Seal(
        id=uuid.uuid4(),
        insurer_id=by.insurer_id,
        branch=branch,
        kind=kind,
        name=name,
        picture=picture,
        size_mm=size_mm,
        requested_by=by,
        valid_from=valid_from,
        valid_to=valid_to,
        state_reason=reason[:200],
    )
    paper = _kept(seal, filing) if filing else None
    with transaction.atomic():
        seal.save(force_insert=True)
        seal.custodians.set(custodians)
        facts: dict[str, object] = {"name": name, "kind": kind, "reason": reason, "picture": sha256(picture.encode()), "uploaded": uploaded}
        if paper is not None:
            paper.save(force_insert=True)
            facts |= {"filing": {"authority": paper.authority, "number": paper.number, "file": paper.file_sha256}}
        _note(seal, "seal.requested", by, {**facts, "custodians": [str(person.pk) for person in custodians]})
    return seal


def _kept(seal: Seal, filing: Filing) -> SealFiling:
    media = next((media for start, media in MEDIA.items() if filing.file.startswith(start)), "")
    words = filing.authority.strip(), filing.number.strip()
    if not all(words) or len(words[0]) > 80 or len(words[1]) > 60 or filing.filed_on > today():
        raise SealUnsuitable()
    if not media or len(filing.file) > LARGEST_FILE:
        raise SealUnsuitable()
    digest = sha256(filing.file)
    stored = blobs.put(f"seals/filings/{seal.pk}/{digest}", filing.file, data_key=vault.new_data_key("seal filing"))
    facts = {"authority": words[0], "number": words[1], "filed_on": filing.filed_on}
    return SealFiling(seal=seal, file_key=stored.key, file_sha256=digest, media_type=media, **facts)


def record_filing(*, seal: Seal, authority: str, number: str, filed_on: date) -> SealFiling:
    """Put a filing on record whose paper is kept elsewhere, for a seal that the operator entered; one that is there stays."""
    found, _new = SealFiling.objects.get_or_create(seal=seal, defaults={"authority": authority, "number": number, "filed_on": filed_on})
    return found


@transaction.atomic
def review_seal(*, seal_id: UUID, by: StaffMember, good: bool, reason: str = "") -> Seal:
    """Pass a seal that somebody else asked for, or turn it down with a reason. Raises SealNotUsable, OwnSeal, ReasonMissing."""
    seal = _locked(seal_id)
    if seal.state != State.REQUESTED or seal.requested_by_id is None:
        raise SealNotUsable()
    if by.pk in (seal.requested_by_id, seal.pictured_by_id):
        raise OwnSeal()
    if not good and not reason.strip():
        raise ReasonMissing(_("请填写原因。"))
    seal.reviewed_by, seal.pictured_by = by, None
    seal.state = State.REVIEWED if good else State.RETIRED
    seal.state_reason = seal.state_reason if good else reason.strip()[:200]
    seal.save(update_fields=["reviewed_by", "pictured_by", "state", "state_reason"])
    facts: dict[str, object] = {"picture": sha256(seal.picture.encode()), "reason": reason.strip()[:200]}
    _note(seal, "seal.reviewed" if good else "seal.turned_down", by, facts)
    return seal


@transaction.atomic
def ask_end(*, seal_id: UUID, kind: str, reason: str, by: StaffMember) -> SealEnding:
    """Ask that a seal be retired or destroyed; what is asked already is returned instead. Raises SealNotUsable, ReasonMissing."""
    seal = _locked(seal_id)
    if kind not in ENDABLE or seal.state not in ENDABLE[SealEnding.Kind(kind)]:
        raise SealNotUsable()
    if not reason.strip():
        raise ReasonMissing(_("请填写原因。"))
    waiting = seal.endings.filter(state=SealEnding.State.REQUESTED).first()
    if waiting is not None:
        return waiting
    ending = SealEnding.objects.create(seal=seal, kind=kind, reason=reason.strip()[:200], requested_by=by, requested_at=now())
    _note(seal, f"seal.{kind}_requested", by, {"ending": str(ending.pk), "reason": ending.reason})
    return ending


@transaction.atomic
def confirm_end(*, ending_id: UUID, by: StaffMember) -> Seal:
    """Retire or destroy as the second person, for ever; a job has the keeper destroy the keys. Raises OwnSeal, SealNotUsable."""
    ending = _open(ending_id)
    seal, destroying = ending.seal, ending.kind == SealEnding.Kind.DESTROY
    if ending.requested_by_id == by.pk:
        raise OwnSeal()
    if seal.state not in ENDABLE[SealEnding.Kind(ending.kind)]:
        raise SealNotUsable()
    _settle(ending, SealEnding.State.DONE, by)
    seal.state, seal.state_reason = State.DESTROYED if destroying else State.RETIRED, ending.reason
    seal.save(update_fields=["state", "state_reason"])
    _note(seal, "seal.destroyed" if destroying else "seal.retired", by, {"ending": str(ending.pk), "reason": ending.reason})
    if destroying:
        jobs.enqueue(tasks.destroy_keys_job, queueing_lock=f"destroy seal {seal.pk}", seal_id=str(seal.pk))
    return seal


def destroy_keys(*, seal_id: UUID) -> Seal:
    """Have the keeper destroy the keys of a destroyed seal, and put that on record. Safe to repeat. Raises the keeper's errors."""
    known = Seal.objects.get(pk=seal_id)
    if known.state != State.DESTROYED or known.keys_destroyed_at is not None:
        return known
    count = client.destroy_seal(seal_id)
    with transaction.atomic():
        seal = _locked(seal_id)
        if seal.keys_destroyed_at is None:
            seal.keys_destroyed_at = now()
            seal.save(update_fields=["keys_destroyed_at"])
            record(stream="seal", stream_id=seal.pk, type="seal.keys_destroyed", public={"keys": count})
    return seal


@transaction.atomic
def reject_end(*, ending_id: UUID, by: StaffMember, reason: str) -> SealEnding:
    """Drop a request: another one turns it down, or who asked takes it back. Raises SealNotUsable, ReasonMissing."""
    ending = _open(ending_id)
    if not reason.strip():
        raise ReasonMissing(_("请填写原因。"))
    _settle(ending, SealEnding.State.REJECTED, by)
    _note(ending.seal, "seal.end_rejected", by, {"ending": str(ending.pk), "reason": reason.strip()[:200]})
    return ending


def _open(ending_id: UUID) -> SealEnding:
    """Return the open request, its row and its seal's locked. Raises SealNotUsable."""
    known = SealEnding.objects.get(pk=ending_id)
    seal = _locked(known.seal_id)
    ending = SealEnding.objects.select_for_update(no_key=True).get(pk=ending_id)
    if ending.state != SealEnding.State.REQUESTED:
        raise SealNotUsable()
    ending.seal = seal
    return ending


def _settle(ending: SealEnding, state: str, by: StaffMember) -> None:
    ending.state, ending.decided_by, ending.decided_at = state, by, now()
    ending.save(update_fields=["state", "decided_by", "decided_at"])


def _locked(seal_id: UUID) -> Seal:
    seal = Seal.objects.select_for_update(no_key=True).filter(pk=seal_id).first()
    if seal is None:
        raise SealNotUsable()
    return seal


def _note(seal: Seal, type: str, by: StaffMember, facts: dict[str, object]) -> None:
    record(stream="seal", stream_id=seal.pk, type=type, private={**facts, "by": str(by.pk)})

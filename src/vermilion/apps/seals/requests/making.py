"""Sending documents in for a seal, taking the request back, and what ends it by itself."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from vermilion.apps.cases.models import ALPHABET
from vermilion.apps.chronicle.services import record
from vermilion.apps.parties.delegating import stand_ins
from vermilion.apps.parties.models import Role, StaffMember
from vermilion.apps.seals import kinds
from vermilion.apps.seals.errors import FileUnsuitable, ListUnsuitable, OtherBranch, RequestSettled, SealNotUsable, WrongSeal
from vermilion.apps.seals.models import RuleMode, Seal, SealRequest, SealRequestDecision, SealRequestItem
from vermilion.base import blobs, children
from vermilion.base.canonical import sha256
from vermilion.base.clock import now, today
from vermilion.base.vault import new_data_key

from . import intake, rules
from .listing import list_digest, reason_digest

State, Item = SealRequest.State, SealRequestItem.State
MOST_DOCUMENTS = 200
LARGEST = 20 * 1024 * 1024
"""Bytes of one document."""
LONGEST_DAYS = 30
"""How long approvers may take at most."""
POINTS_PER_MM = 72 / 25.4
OPEN = (State.WAITING, State.APPROVED)

_waiting: list[Callable[[SealRequest, list[StaffMember]], None]] = []


@dataclass(frozen=True)
class Incoming:
    """A file as it was sent in."""

    title: str
    data: bytes


def on_waiting(handler: Callable[[SealRequest, list[StaffMember]], None]) -> None:
    """Register ``handler(request, people)``: these people are to decide now (site/wiring.py). Called in the request's transaction."""
    if handler not in _waiting:
        _waiting.append(handler)


def tell(request: SealRequest, people: list[StaffMember]) -> None:
    """Tell everybody who registered that ``people``, and those who act for them now, are to decide."""
    people = list({person.pk: person for person in [*people, *stand_ins(Role.APPROVER, people)]}.values())
    for handler in _waiting:
        handler(request, people)


def make(
    *,
    seal_id: UUID,
    by: StaffMember,
    title: str,
    reason: str,
    document_kind: str,
    files: Sequence[Incoming],
    amount: int = 0,
    corner: str = "bottom-right",
    page: str = "last",
    cross_page: bool = True,
    days: int = 7,
) -> SealRequest:
    """Keep the files and ask for the seal on all of them. ``amount`` in fen. Not inside a transaction.

    Raises SealNotUsable, OtherBranch, WrongSeal, ListUnsuitable, FileUnsuitable (which names the first such file), NobodyApproves, and
    the errors of ``base.children`` and ``base.blobs``.
    """
    seal = Seal.objects.select_related("insurer", "branch").filter(pk=seal_id, insurer=by.insurer_id).first()
    if seal is None or seal.state != Seal.State.ACTIVE:
        raise SealNotUsable()
    if seal.branch_id is not None and seal.branch_id not in rules.lineage(by.branch):
        raise OtherBranch()
    if not kinds.allows(seal.kind, document_kind):
        raise WrongSeal()
    title, reason = title.strip()[:80], reason.strip()[:400]
    if not title or not reason or not 1 <= len(files) <= MOST_DOCUMENTS or corner not in intake.CORNERS or page not in intake.PAGES:
        raise ListUnsuitable()
    rule = rules.rule_for(insurer=seal.insurer, branch=by.branch, seal=seal, amount=amount, asked_by=by)
    moment, identifier = now(), uuid.uuid4()
    request = SealRequest(
        id=identifier,
        number=_number(),
        insurer=seal.insurer,
        branch=by.branch,
        seal=seal,
        document_kind=document_kind,
        title=title,
        amount=amount,
        cross_page=cross_page,
        rule=rule,
        reason_digest=reason_digest(identifier, reason),
        data_key_id=new_data_key("seal request").pk,
        content={"reason": reason},
        requested_by=by,
        requested_at=moment,
        decide_until=moment + timedelta(days=min(max(days, 1), LONGEST_DAYS)),
    )
    items = _items(request, files, corner, page, moment)
    request.list_digest = list_digest(request, items)
    with transaction.atomic():
        request.save(force_insert=True)
        for item in items:
            item.save(force_insert=True)
        note(request, "seal.requested_use", by, {"documents": len(items), "list": request.list_digest})
        tell(request, deciders(request))
    return request


def open_seats(request: SealRequest) -> list[str]:
    """Return whose approval is awaited now: in order only the next person's; nobody's when the rule is met."""
    rows = request.decisions.filter(decision=SealRequestDecision.Decision.APPROVE)
    taken = {str(seat) for seat in rows.values_list("seat", flat=True)}
    if request.rule["mode"] == RuleMode.ANY and taken:
        return []
    left = [seat for seat in request.rule["approvers"] if seat not in taken]
    return left[:1] if request.rule["mode"] == RuleMode.ORDER else left


def deciders(request: SealRequest) -> list[StaffMember]:
    """Return the people who are to decide now."""
    seats = open_seats(request)
    people = {str(person.pk): person for person in StaffMember.objects.filter(pk__in=seats, active=True)}
    return [people[seat] for seat in seats if seat in people]


def comment(*, request_id: UUID, by: StaffMember, text: str) -> SealRequestDecision:
    """Add a remark to an open request. Raises RequestSettled, ListUnsuitable for an empty one."""
    text = text.strip()[:400]
    if not text:
        raise ListUnsuitable(_("请写下意见。"))
    with transaction.atomic():
        request = locked(request_id)
        if request.state not in OPEN:
            raise RequestSettled()
        said = SealRequestDecision(request=request, decision="comment", by=by, list_digest=request.list_digest, at=now())
        said.content = {"text": text}
        said.save(force_insert=True)
        note(request, "seal.request_commented", by, {"comment": str(said.pk)})
    return said


@transaction.atomic
def withdraw(*, request_id: UUID, by: StaffMember, reason: str) -> SealRequest:
    """Take a request back; what was not sealed yet never will be. Raises RequestSettled."""
    request = locked(request_id)
    if request.state not in OPEN:
        raise RequestSettled()
    close(request, State.WITHDRAWN)
    request.content = {**request.content, "ended": reason.strip()[:200]}
    request.save(update_fields=["content"])
    note(request, "seal.request_withdrawn", by, {"reason": reason})
    return request


def expire(moment: datetime) -> int:
    """End what nobody decided in time, and what was approved but not sealed in time; return how many."""
    late = SealRequest.objects.filter(state=State.WAITING, decide_until__lte=moment)
    unused = SealRequest.objects.filter(state=State.APPROVED, use_until__lte=moment)
    ended = 0
    for found in [*late[:100], *unused[:100]]:
        with transaction.atomic():
            request = locked(found.pk)
            if request.state == found.state:
                close(request, State.EXPIRED)
                note(request, "seal.request_expired", None, {})
                ended += 1
    return ended


def close(request: SealRequest, state: str) -> None:
    """End a locked request; what still waits is dropped."""
    request.state, request.trouble, request.trouble_at = state, "", None
    request.save(update_fields=["state", "trouble", "trouble_at"])
    request.items.filter(state__in=[Item.WAITING, Item.FAILED]).update(state=Item.DROPPED)


def locked(request_id: UUID) -> SealRequest:
    """Return the request, its row locked."""
    rows = SealRequest.objects.select_for_update(of=("self",), no_key=True).select_related("seal__certificate", "requested_by")
    return rows.get(pk=request_id)


def note(request: SealRequest, type: str, by: StaffMember | None, private: dict[str, Any]) -> None:
    """Put a fact about a request on the record of its seal."""
    facts = {"by": str(by.pk) if by else None, **private}
    record(stream="seal", stream_id=request.seal_id, type=type, public={"request": request.number}, private=facts)


def _items(request: SealRequest, files: Sequence[Incoming], corner: str, page: str, moment: datetime) -> list[SealRequestItem]:
    side, seen, items = round(request.seal.size_mm * POINTS_PER_MM, 2), set(), []
    for position, file in enumerate(files, 1):
        digest = sha256(file.data)
        if digest in seen:
            raise FileUnsuitable("twice", file.title)
        if not 0 < len(file.data) <= LARGEST:
            raise FileUnsuitable("too_large", file.title)
        seen.add(digest)
        taken = children.call(intake.inspect, file.data, side=side, corner=corner, page=page, at=moment)
        if isinstance(taken, str):
            raise FileUnsuitable(taken, file.title)
        key = f"seals/requests/{request.id}/{digest}.pdf"
        blobs.put(key, file.data, data_key=request.data_key_id)
        items.append(
            SealRequestItem(
                request=request,
                position=position,
                content={"title": file.title.strip()[:120] or _("单证")},
                shown_digest=digest,
                shown_key=key,
                size=len(file.data),
                pages=taken.pages,
                zone={"page": taken.page, "box": [round(value * 100) for value in taken.box]},
            )
        )
    return items


def _number() -> str:
    """Return a number that people can read to each other: the day and four letters that are not taken."""
    while True:
        number = f"YY{today():%y%m%d}-{''.join(secrets.choice(ALPHABET) for _letter in range(4))}"
        if not SealRequest.objects.filter(number=number).exists():
            return number

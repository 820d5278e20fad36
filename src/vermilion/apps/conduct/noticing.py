"""One of the insurer's people works at a device: it is noted as hers, and cases in which a customer used it before are found."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction

from vermilion.apps.chronicle.services import record
from vermilion.apps.parties.models import Salesperson, StaffMember
from vermilion.base import clock

from . import suspecting, traces
from .models import Kind

#: A session notes its device no more often.
EVERY = timedelta(minutes=5)


def due(device: str, before: list[Any]) -> int:
    """Return the present moment in seconds when the device is to be noted (``before``: which was noted when), else 0."""
    now = int(clock.now().timestamp())
    same, at = before[0] == device, int(before[1])
    return 0 if same and now - at < EVERY.total_seconds() else now


def seen(*, user: Any, device: str, nearby: str) -> None:
    """Note where a user works; accounts that belong to nobody of the insurer's are nobody's device."""
    person: Salesperson | StaffMember | None = Salesperson.objects.filter(user_id=user.pk).first()
    person = person or StaffMember.objects.filter(user_id=user.pk).first()
    if person is None:
        return
    if traces.leave_as_staff(person=person, kind=Kind.DEVICE, digest=device):
        suspecting.now_staffs(person=person, kind=Kind.DEVICE, digest=device)
    if isinstance(person, Salesperson):
        traces.leave_as_staff(person=person, kind=Kind.NEARBY, digest=nearby)


def account(*, person: Salesperson, account: str, by: StaffMember) -> None:
    """Register a paying account of a salesperson's own, as a keyed digest; cases that it has paid before are found."""
    digest = traces.payer_digest(account)
    with transaction.atomic():
        new = traces.leave_as_staff(person=person, kind=Kind.PAYER, digest=digest)
        if new:
            record(stream="staff", stream_id=person.pk, type="salesperson.account", private={"account": digest, "by": by.name})
    if new:
        suspecting.now_staffs(person=person, kind=Kind.PAYER, digest=digest)

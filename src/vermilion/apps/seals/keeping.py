"""Seals in the register: entered, put in use, frozen, put in use again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from vermilion.apps.chronicle.services import record
from vermilion.apps.parties import organising
from vermilion.apps.parties.models import StaffMember

from . import authorities
from .errors import AnotherCertificateNeeded, NameTooLong, SealNotUsable, SecondPersonNeeded
from .keeper import client
from .models import Seal
from .ordering import order_certificate

WAITING = (Seal.State.REQUESTED, Seal.State.REVIEWED)
"""Not yet in use."""


@transaction.atomic
def create_seal(
    *,
    insurer_id: UUID,
    kind: str,
    name: str,
    picture: str,
    valid_from: datetime,
    valid_to: datetime,
    by: StaffMember | None = None,
    branch_id: UUID | None = None,
    size_mm: int = 42,
) -> Seal:
    """Enter a seal in the register (state requested). ``picture`` is the SVG that its owner gave. Raises NameTooLong."""
    if not name or len(name) > 60:
        raise NameTooLong()
    seal = Seal.objects.create(
        insurer_id=insurer_id,
        branch_id=branch_id,
        kind=kind,
        name=name,
        picture=picture,
        size_mm=size_mm,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    _note(seal, "seal.requested", by, {"name": name, "kind": kind})
    return seal


def activate_seal(*, seal_id: UUID, by: StaffMember | None = None) -> Seal:
    """Have the keeper make key and certificate, and put the seal in use. Safe to repeat.

    Raises SealNotUsable, NotAuthenticated for an insurer that nobody checked, and the keeper's errors.

    Where an outside CA issues, its certificate is ordered, and the seal is in use when that has come.
    """
    seal = Seal.objects.select_related("insurer").filter(pk=seal_id).first()
    if seal is None:
        raise SealNotUsable()
    if not seal.passed:
        raise SealNotUsable(_("印章“%(name)s”还没有通过复核，或者已经停用，不能启用。") % {"name": seal.name})
    organising.require_authenticated(seal.insurer_id)
    outside = authorities.for_profile("organisation")
    if outside is not None:
        return order_certificate(seal_id=seal_id, authority=outside.name, by=by).seal if seal.state in WAITING else seal
    certificate_id = client.certify_seal(seal.pk, seal.insurer.name)
    with transaction.atomic():
        seal = Seal.objects.select_for_update(no_key=True).get(pk=seal_id)
        if seal.state == Seal.State.ACTIVE:
            return seal
        if seal.state not in WAITING or not seal.passed:
            raise SealNotUsable()
        seal.certificate_id = certificate_id
        seal.state = Seal.State.ACTIVE
        seal.save(update_fields=["certificate", "state"])
        _note(seal, "seal.activated", by, {"certificate": str(certificate_id)})
    return seal


@transaction.atomic
def freeze(*, seal_id: UUID, reason: str, by: StaffMember | None = None) -> Seal:
    """Stop all use of a seal at once. Raises SealNotUsable when it is not in use."""
    return _move(seal_id, (Seal.State.ACTIVE,), Seal.State.FROZEN, "seal.frozen", reason, by)


@transaction.atomic
def unfreeze(*, seal_id: UUID, reason: str, by: StaffMember | None = None) -> Seal:
    """Put a frozen seal in use again. Raises SealNotUsable, AnotherCertificateNeeded after a revocation, and SecondPersonNeeded: who
    changed its picture does not put it in use.
    """
    seal = Seal.objects.select_for_update(no_key=True).filter(pk=seal_id).first()
    if seal is not None and seal.pictured_by_id is not None and (by is None or by.pk == seal.pictured_by_id):
        raise SecondPersonNeeded()
    seal = _move(seal_id, (Seal.State.FROZEN,), Seal.State.ACTIVE, "seal.unfrozen", reason, by)
    if seal.certificate is not None and seal.certificate.revoked_at is not None:
        raise AnotherCertificateNeeded()
    seal.pictured_by = None
    seal.save(update_fields=["pictured_by"])
    return seal


def _move(seal_id: UUID, sources: Sequence[Any], target: Any, event: str, reason: str, by: StaffMember | None) -> Seal:
    seal = Seal.objects.select_for_update(no_key=True).filter(pk=seal_id).first()
    if seal is None or seal.state not in sources:
        raise SealNotUsable()
    seal.state, seal.state_reason = target, reason
    seal.save(update_fields=["state", "state_reason"])
    _note(seal, event, by, {"reason": reason})
    return seal


def _note(seal: Seal, event: str, by: StaffMember | None, facts: dict[str, Any]) -> None:
    record(stream="seal", stream_id=seal.pk, type=event, private={**facts, "by": str(by.pk) if by else None})

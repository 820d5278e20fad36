"""Whether a permission may be used now. Runs inside the keeper, on its own database connection, under a lock on the permission."""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from vermilion.apps.seals.errors import (
    GrantExceeded,
    GrantMissing,
    NotPrepared,
    PermissionExpired,
    PermissionUnknown,
    PermissionUsed,
    SealError,
    SealNotUsable,
    ShownBytesChanged,
)
from vermilion.apps.seals.models import Seal, SealGrant, SealPermission, SealUse
from vermilion.base.clock import SHANGHAI
from vermilion.core.pdf.errors import PdfError
from vermilion.core.pdf.signing import Prepared, read_prepared

_CURRENT = (SealUse.State.INTENT, SealUse.State.SIGNED)
_COUNTED = (*_CURRENT, SealUse.State.STORED)


def intend(permission_id: UUID, pdf: bytes, shown_length: int, now: datetime) -> tuple[SealPermission, SealUse, Prepared]:
    """Check everything and write the use as intent (committed). A refusal is written too, then raised."""
    with transaction.atomic():
        permission = SealPermission.objects.select_for_update(no_key=True).filter(pk=permission_id).first()
        if permission is None:
            raise PermissionUnknown()
        use = SealUse(
            permission=permission,
            seal_id=permission.seal_id,
            grant_id=permission.grant_id,
            shown_digest=permission.shown_digest,
            started_at=now,
        )
        try:
            prepared = _check(permission, pdf, shown_length, now)
        except SealError as error:
            use.state, use.error = SealUse.State.FAILED, error.code
            use.save(force_insert=True)
            refusal: SealError | None = error
        else:
            refusal = None
            # An earlier attempt that was never stored is closed: its signature was lost or will be refused.
            permission.uses.filter(state__in=_CURRENT).update(state=SealUse.State.ABANDONED)
            use.state, use.range_digest = SealUse.State.INTENT, prepared.digest.hex()
            use.save(force_insert=True)
    if refusal is not None:
        raise refusal
    return permission, use, prepared


def _check(permission: SealPermission, pdf: bytes, shown_length: int, now: datetime) -> Prepared:
    if permission.uses.filter(state=SealUse.State.STORED).exists():
        raise PermissionUsed()
    if now >= permission.expires_at:
        raise PermissionExpired()
    shown = hashlib.sha256(memoryview(pdf)[: max(shown_length, 0)])
    if not 0 < shown_length <= len(pdf) or shown.hexdigest() != permission.shown_digest:
        raise ShownBytesChanged()
    if permission.seal_id is not None:
        _check_seal(permission.seal_id, now)
    if permission.grant_id is not None:
        _check_grant(permission, permission.grant_id, now)
    try:
        prepared = read_prepared(pdf)
        prepared.continue_digest(shown, shown_length)  # what was shown is digested once, for the judgement and for the signature
    except PdfError as error:
        raise NotPrepared() from error
    return prepared


def _check_seal(seal_id: UUID, now: datetime) -> None:
    seal = Seal.objects.get(pk=seal_id)
    if seal.state != Seal.State.ACTIVE or not seal.valid_from <= now < seal.valid_to:
        raise SealNotUsable()


def _check_grant(permission: SealPermission, grant_id: UUID, now: datetime) -> None:
    # The keeper may not lock rows of the grant (it can't change them), so uses of one grant are counted one after the other by this lock.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"seal grant {grant_id}"])
    grant = SealGrant.objects.get(pk=grant_id)
    if grant.state != SealGrant.State.ACTIVE or grant.seal_id != permission.seal_id:
        raise GrantMissing()
    if not grant.covers(permission.document_kind, permission.product):
        raise GrantMissing()
    if not grant.valid_from <= now < grant.valid_to:
        raise GrantExceeded()
    if grant.max_amount is not None and (permission.amount is None or permission.amount > grant.max_amount):
        raise GrantExceeded()
    midnight = now.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    today = Q(grant_id=grant_id, started_at__gte=midnight, state__in=_COUNTED)
    if SealUse.objects.filter(today).exclude(permission=permission).count() >= grant.daily_limit:
        raise GrantExceeded()

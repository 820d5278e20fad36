"""Whether permissions may be used now. Runs inside the keeper, on its own database connection, under a lock on each permission.

All that comes in one request is judged in one transaction, each document by itself: a refusal touches none of the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from vermilion.apps.seals import increasing
from vermilion.apps.seals.errors import (
    GrantExceeded,
    GrantMissing,
    GrantNotApproved,
    NotPrepared,
    PermissionExpired,
    PermissionUnknown,
    PermissionUsed,
    SealError,
    SealNotUsable,
    ShownBytesChanged,
)
from vermilion.apps.seals.models import Seal, SealGrant, SealPermission, SealUse
from vermilion.apps.seals.requests import judging as requests
from vermilion.base.clock import SHANGHAI

from .asked import Asked
from .held import Held

_CURRENT = (SealUse.State.INTENT, SealUse.State.SIGNED)
_COUNTED = (*_CURRENT, SealUse.State.STORED)


@dataclass(frozen=True)
class Intent:
    """What may be signed: its permission, with seal and certificate read; its entry in the register; what was asked, which is prepared."""

    permission: SealPermission
    use: SealUse
    asked: Asked


def intend(asked: Sequence[Asked], now: datetime, held: Held) -> list[Intent | SealError]:
    """Check everything and write each use as intent (committed), or its refusal; return in order what may be signed, or why not.

    ``held``: what this keeper remembers of grants.
    """
    for one in asked:
        one.examined  # noqa: B018 - digesting takes longest, and nobody else needs to wait for it under the locks
    with transaction.atomic():
        register = _Register(asked, now, held)
        found = [register.judge(one) for one in asked]
        register.write()
    return found


class _Register:
    """What the database says of the permissions that are ``asked`` for, read under their locks; and what is to be written there."""

    def __init__(self, asked: Sequence[Asked], now: datetime, held: Held) -> None:
        self._now, self._held = now, held
        # In the order of their keys, so that two batches with the same permissions never wait for each other.
        locked = SealPermission.objects.select_for_update(no_key=True).filter(pk__in={one.permission_id for one in asked}).order_by("pk")
        self._permissions = {one.pk: one for one in locked}
        # The insurer's demand comes as one column: her whole row would cost each document a fifth of a millisecond.
        rows = Seal.objects.select_related("certificate").annotate(demanded=F("insurer__passkeys_required"))
        seals = rows.in_bulk({one.seal_id for one in self._permissions.values() if one.seal_id})
        self._demanded = {seal.pk: seal.demanded for seal in seals.values()}
        for permission in self._permissions.values():
            if permission.seal_id is not None:
                permission.seal = seals[permission.seal_id]
        # The keeper may not lock rows of grants (it can't change them), so uses of one grant are counted one after the other by this lock.
        grants = sorted({str(one.grant_id) for one in self._permissions.values() if one.grant_id})
        with connection.cursor() as cursor:
            for grant in grants:
                cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"seal grant {grant}"])
        self._grants = SealGrant.objects.in_bulk(grants) if grants else {}
        self._requests: dict[UUID | None, requests.Approved | None] = {}
        self._read_uses()
        self._judged: set[UUID] = set()
        self._uses: list[SealUse] = []

    def _read_uses(self) -> None:
        midnight = self._now.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
        uses = SealUse.objects.filter(permission__in=self._permissions, state__in=_COUNTED)
        mine = list(uses.values_list("permission_id", "state", "started_at"))
        self._stored = {permission for permission, state, _at in mine if state == SealUse.State.STORED}
        self._current = {permission for permission, _state, _at in mine} - self._stored
        self._today = {permission for permission, _state, at in mine if at >= midnight}  # of ours, those that count for today's limit
        # By others; how many of each grant.
        others = SealUse.objects.filter(started_at__gte=midnight, state__in=_COUNTED).exclude(permission__in=self._permissions)
        self._others = {grant: others.filter(grant_id=grant).count() for grant in self._grants}

    def judge(self, one: Asked) -> Intent | SealError:
        """Return what may be signed, or why not."""
        permission = self._permissions.get(one.permission_id)
        if permission is None:
            return PermissionUnknown()
        use = SealUse(
            permission=permission,
            seal_id=permission.seal_id,
            grant_id=permission.grant_id,
            shown_digest=permission.shown_digest,
            started_at=self._now,
        )
        self._uses.append(use)
        try:
            range_digest = self._check(permission, one)
        except SealError as error:
            use.state, use.error = SealUse.State.FAILED, error.code
            return error
        use.state, use.range_digest = SealUse.State.INTENT, range_digest.hex()
        self._judged.add(permission.pk)
        self._today.add(permission.pk)
        return Intent(permission, use, one)

    def write(self) -> None:
        """Enter what was judged."""
        # An earlier attempt that was never stored is closed: its signature was lost or will be refused.
        if lost := self._judged & self._current:
            SealUse.objects.filter(permission__in=lost, state__in=_CURRENT).update(state=SealUse.State.ABANDONED)
        SealUse.objects.bulk_create(self._uses)

    def _check(self, permission: SealPermission, one: Asked) -> bytes:
        """Return the SHA-256 of the byte range."""
        if permission.pk in self._stored or permission.pk in self._judged:
            raise PermissionUsed()
        if self._now >= permission.expires_at:
            raise PermissionExpired()
        if one.examined.shown != permission.shown_digest:
            raise ShownBytesChanged()
        if permission.seal is not None:
            self._check_seal(permission.seal)
        if permission.kind == SealPermission.Kind.REQUEST:
            self._check_request(permission)
        if permission.kind == SealPermission.Kind.STAFF:
            requests.check_own(permission)
        if permission.kind == SealPermission.Kind.APPROVAL and permission.seal_id is not None:
            requests.check_approval(permission, demanded=self._demanded[permission.seal_id])
        if permission.grant_id is not None:
            self._check_grant(permission, self._grants[permission.grant_id])
        if one.examined.range_digest is None:
            raise NotPrepared()
        return one.examined.range_digest

    def _check_seal(self, seal: Seal) -> None:
        if seal.state != Seal.State.ACTIVE or not seal.valid_from <= self._now < seal.valid_to:
            raise SealNotUsable()

    def _check_request(self, permission: SealPermission) -> None:
        number = permission.request_id
        if number not in self._requests:  # a list's approvals are judged once a batch
            self._requests[number] = requests.approved(number, self._now)
        requests.check(permission, self._requests[number])

    def _check_grant(self, permission: SealPermission, grant: SealGrant) -> None:
        if grant.state != SealGrant.State.ACTIVE or grant.seal_id != permission.seal_id:
            raise GrantMissing()
        if not grant.covers(permission.document_kind, permission.product):
            raise GrantMissing()
        if not self._held.holds(grant, demanded=self._demanded[grant.seal_id]):
            raise GrantNotApproved()
        if not grant.valid_from <= self._now < grant.valid_to:
            raise GrantExceeded()
        if grant.max_amount is not None and (permission.amount is None or permission.amount > grant.max_amount):
            raise GrantExceeded()
        ours = sum(self._permissions[other].grant_id == grant.pk for other in self._today if other != permission.pk)
        used = self._others[grant.pk] + ours
        # What an approver added for today is counted only where the limit is reached: hardly ever.
        if used >= grant.daily_limit and used >= grant.daily_limit + increasing.added(grant.pk, self._now):
            raise GrantExceeded()

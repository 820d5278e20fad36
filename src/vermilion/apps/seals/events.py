"""The certificate of one signature from an outside CA: key and request by the keeper, carried here, judged and used by the keeper."""

from __future__ import annotations

import time
from collections.abc import Callable
from uuid import UUID

from vermilion.base.canonical import canonical

from . import authorities
from .authorities import Issued, Order
from .errors import AuthorityUnavailable
from .keeper import client
from .keeper.client import OutsideEvent
from .models import SealPermission

POLLS = 3
LONGEST_PAUSE = 5
"""Seconds; somebody waits for her signature. The job tries again later, with a new key."""


def outside_event(permission_id: UUID, sleep: Callable[[float], None] = time.sleep) -> OutsideEvent | None:
    """Have an event certificate issued for a permission, where an outside CA issues them; else None.

    Raises AuthorityUnavailable, AuthorityRefused, the keeper's errors.
    """
    authority = authorities.for_profile("event")
    permission = SealPermission.objects.get(pk=permission_id) if authority is not None else None
    if authority is None or permission is None or permission.kind != SealPermission.Kind.EVENT:
        return None
    key, request = client.request_event(permission_id)
    subject = permission.subject
    evidence = canonical(subject["evidence"]) if subject.get("evidence") else b""
    reference = ""
    for attempt in range(POLLS):
        order = Order(UUID(key), "event", request, subject["name"], subject.get("organisation") or "", evidence, reference)
        answer = authorities.adapter(authority).enrol(order)
        if isinstance(answer, Issued):
            return OutsideEvent(key, answer.certificates)
        reference = answer.reference
        if attempt < POLLS - 1:
            sleep(min(answer.seconds, LONGEST_PAUSE))
    raise AuthorityUnavailable(authority=authority.name, detail="the authority took too long for a signature that somebody waits for")

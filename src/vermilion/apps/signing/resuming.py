"""Going on with a case on another device: a link that one browser shows as a QR code, for a few minutes, once.

Whoever reads the code still proves the phone on record, where there is one (``web/portal/doors``); the browser that showed it is told.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.db import transaction

from vermilion.apps.cases import services as cases
from vermilion.apps.cases.models import Case, CaseParty
from vermilion.apps.chronicle.services import record
from vermilion.base import clock

from .errors import LinkUsed
from .links import RESUME, hashed
from .models import AccessLink

LASTS = timedelta(minutes=5)


def offer(*, case: Case, party: CaseParty | None, session_hash: str, ip: str) -> str:
    """Return the token of a fresh link of this browser; its earlier ones stop working. It is the only time that the token is known."""
    with transaction.atomic():
        cases.lock(case.id)
        AccessLink.objects.filter(case=case, purpose=RESUME, session_hash=session_hash, used_at=None).update(revoked=True)
        token, moment = secrets.token_urlsafe(32), clock.now()
        AccessLink.objects.create(
            case=case,
            party=party,
            purpose=RESUME,
            session_hash=session_hash,
            token_hash=hashed(token),
            expires_at=moment + LASTS,
            created_at=moment,
        )
        record(stream="case", stream_id=case.id, type="ceremony.handed_on", private={"ip": ip})
    return token


def take(link: AccessLink, *, ip: str, user_agent: str) -> None:
    """Use up a link on another device. Raises LinkUsed for whoever comes second, be it by a moment."""
    with transaction.atomic():
        taken = AccessLink.objects.filter(pk=link.pk, used_at=None, revoked=False).update(used_at=clock.now())
        type, private = ("ceremony.moved" if taken else "link.used_again"), {"ip": ip, "device": user_agent[:300]}
        record(stream="case", stream_id=link.case_id, type=type, public={"link": str(link.id)}, private=private)
    if not taken:
        raise LinkUsed()


def refuse(link: AccessLink, *, ip: str, user_agent: str) -> None:
    """Record that a link was opened on a further device where only the first may go on."""
    with transaction.atomic():
        private = {"ip": ip, "device": user_agent[:300]}
        record(stream="case", stream_id=link.case_id, type="link.used_again", public={"link": str(link.id)}, private=private)


def newest(case: Case, session_hash: str) -> AccessLink | None:
    """Return the newest link that this browser has shown."""
    return AccessLink.objects.filter(case=case, purpose=RESUME, session_hash=session_hash).order_by("-created_at").first()

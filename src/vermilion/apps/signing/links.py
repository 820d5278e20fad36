"""Links and pick-up codes (design §5): 256-bit tokens, stored hashed, used by POST, exchanged for a session.

An SMS carries a constant address and a six-character code; the code opens nothing until the party's phone number is proven.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from vermilion.apps.cases.models import Case, CaseParty, random_code
from vermilion.apps.chronicle.services import record
from vermilion.apps.identity.codes import GUESSING
from vermilion.apps.identity.models import IdentityCheck
from vermilion.apps.notices.services import send
from vermilion.base import clock
from vermilion.base.vault import keyed_hash

from .errors import LinkExpired, LinkUnknown, NotYourTurn, ResumeExpired, TaskNotOpen
from .models import AccessLink

PICKUP_LENGTH = 6
RESUME = "resume"


def hashed(token: str) -> str:
    """Return what is kept of a token: of 256 random bits, so that no slow or keyed hash is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def make_link(*, case: Case, party: CaseParty | None, purpose: str, hours: int, pickup: bool = True) -> tuple[str, str]:
    """Make a link inside the caller's transaction; return ``(token, pick-up code)``, the only time they are known in clear."""
    token, code = secrets.token_urlsafe(32), random_code(PICKUP_LENGTH)
    AccessLink.objects.create(
        case=case,
        party=party,
        purpose=purpose,
        token_hash=hashed(token),
        pickup_hash=keyed_hash("pickup", code) if pickup else None,
        expires_at=clock.now() + timedelta(hours=hours),
        created_at=clock.now(),
    )
    return token, code if pickup else ""


def send_link(
    *, case: Case, party: CaseParty, purpose: str, template: str = "sign_link", channels: tuple[str, ...] = ("sms",), **data: str
) -> None:
    """Send ``party`` a fresh pick-up code by ``template``; older codes for the purpose stop working. Inside a transaction.

    ``channels`` may name ``mail``, used when the party gave an address. ``data`` are the template's other variables.
    """
    revoke(case=case, purpose=purpose, party=party)
    _token, code = make_link(case=case, party=party, purpose=purpose, hours=case.product.definition.times.link_hours)
    for channel in channels:
        to = party.personal.get("phone" if channel == "sms" else "email")
        if to:
            send(case=case, template=template, channel=channel, to=to, party=party, data={"pickup": code, **data})


def revoke(*, case: Case, purpose: str, party: CaseParty | None = None) -> None:
    """End the links of a party (none: of a case that names nobody yet) for a purpose."""
    AccessLink.objects.filter(case=case, party=party, purpose=purpose, revoked=False).update(revoked=True)


def day(moment: datetime | date | None) -> str:
    """Return a deadline as messages print it, in Asia/Shanghai."""
    if isinstance(moment, datetime):
        moment = moment.astimezone(clock.SHANGHAI).date()
    return moment.isoformat() if moment else ""


def find_by_token(token: str) -> AccessLink:
    """Return the live link of a token. Raises LinkUnknown or LinkExpired. Changes nothing."""
    return _live(AccessLink.objects.select_related("case", "party").filter(token_hash=hashed(token)).first())


def find_by_pickup(code: str) -> AccessLink:
    """Return the live link of a pick-up code as typed (case and spaces forgiven). Changes nothing."""
    tidy = "".join(code.upper().split()).replace("O", "0").replace("I", "1").replace("L", "1")
    return _live(AccessLink.objects.select_related("case", "party").filter(pickup_hash=keyed_hash("pickup", tidy)).first())


def _live(link: AccessLink | None) -> AccessLink:
    if link is None or link.revoked:
        raise LinkUnknown()
    if link.expires_at < clock.now():
        if link.purpose == RESUME:  # the device that showed it makes a new one; nothing is sent
            raise ResumeExpired()
        raise LinkExpired(link=str(link.id))
    return link


def note_guessing(*, ip: str) -> None:
    """Record that an address tries codes that are none; of the address only a keyed hash."""
    with transaction.atomic():
        record(stream="system", stream_id=GUESSING, type="link.guessed", public={"address": keyed_hash("address", ip)})


def use(link: AccessLink) -> None:
    """Note that the link was exchanged for a session (by POST only). A link may be used again until it expires: phones lose pages."""
    with transaction.atomic():
        AccessLink.objects.filter(pk=link.pk, used_at=None).update(used_at=clock.now())
        record(
            stream="case",
            stream_id=link.case_id,
            type="link.opened",
            public={"purpose": link.purpose, "link": str(link.id)},
            private={"party": str(link.party_id) if link.party_id else None},
        )


def resend(*, link_id: str) -> None:
    """One tap: send a new code for an expired link to the phone that is on record, never to another."""
    with transaction.atomic():
        rows = (
            AccessLink.objects.select_for_update(of=("self",), no_key=True)
            .select_related("case__product", "party")
            .defer("case__product__data")
        )
        link = rows.filter(pk=link_id).first()
        if link is None or link.party is None:
            raise LinkUnknown()
        send_link(case=link.case, party=link.party, purpose=link.purpose, template="link_resent")


def tell_reviewed(check: IdentityCheck) -> None:
    """Two members of staff have decided about somebody's papers: call her back to go on. Called by identity, case locked."""
    if check.party is not None:
        case = Case.objects.select_related("product", "insurer").defer("product__data").get(pk=check.case_id)
        send_link(case=case, party=check.party, purpose="sign", template="link_resent")


def remind(*, case_id: UUID, party_id: UUID) -> None:
    """Send a signer a new code for what waits for her signature. Raises TaskNotOpen when nothing does, NotYourTurn."""
    with transaction.atomic():
        case = (
            Case.objects.select_for_update(of=("self",), no_key=True)
            .select_related("product", "insurer")
            .defer("product__data")
            .get(pk=case_id)
        )
        party = case.parties.filter(pk=party_id).first()
        tasks = party.signing_tasks.filter(state="open", document__void=False).select_related("document") if party else []
        if party is None or not tasks:
            raise TaskNotOpen()
        if all(task.waits_for_others for task in tasks):
            raise NotYourTurn()
        send_link(case=case, party=party, purpose="sign", template="link_resent")

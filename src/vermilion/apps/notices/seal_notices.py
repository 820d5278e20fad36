"""What seals tell the insurer's people: registered in ``site/wiring.py``, called in the transaction of what it tells."""

from __future__ import annotations

from collections.abc import Sequence

from vermilion.apps.parties.models import Role, StaffMember
from vermilion.apps.seals import custody
from vermilion.apps.seals.models import GrantIncrease, SealAlert, SealGrant, SealRequest

from .services import send


def ask_approvers(request: SealRequest, people: Sequence[StaffMember]) -> None:
    """Tell each of ``people`` that a request waits for her; she opens /a/ after her own log-in."""
    for person in people:
        _ask(person, request.number[-4:])


def ask_for_grant(grant: SealGrant, people: Sequence[StaffMember]) -> None:
    """Tell each of ``people`` that a grant waits for her."""
    for person in people:
        _ask(person, f"{grant.pk.int % 10_000:04d}")


def ask_for_increase(increase: GrantIncrease, people: Sequence[StaffMember]) -> None:
    """Tell each of ``people`` that an urgent increase waits for her."""
    for person in people:
        _ask(person, f"{increase.pk.int % 10_000:04d}")


def tell_alert(alert: SealAlert) -> None:
    """Tell the seal's custodians and compliance of an unusual use."""
    compliance = StaffMember.objects.filter(insurer=alert.insurer, active=True, roles__contains=[Role.COMPLIANCE])
    people = {person.pk: person for person in [*custody.custodians_of(alert.seal), *compliance]}
    for person in people.values():
        data = {"count": str(alert.count)}
        send(case=None, template="seal_alert", channel="sms", to=person.phone, data=data, insurer=alert.insurer)


def _ask(person: StaffMember, pickup: str) -> None:
    send(case=None, template="approval_asked", channel="sms", to=person.phone, data={"pickup": pickup}, insurer=person.insurer)

"""What seals tell the insurer's people: registered in ``site/wiring.py``, called in the transaction of what it tells."""

from __future__ import annotations

from collections.abc import Sequence

from vermilion.apps.parties.models import Role, StaffMember
from vermilion.apps.seals import custody
from vermilion.apps.seals.models import SealAlert, SealRequest

from .services import send


def ask_approvers(request: SealRequest, people: Sequence[StaffMember]) -> None:
    """Tell each of ``people`` that a request waits for her; she opens /a/ after her own log-in."""
    for person in people:
        data = {"pickup": request.number[-4:]}
        send(case=None, template="approval_asked", channel="sms", to=person.phone, data=data, insurer=request.insurer)


def tell_alert(alert: SealAlert) -> None:
    """Tell the seal's custodians and compliance of an unusual use."""
    compliance = StaffMember.objects.filter(insurer=alert.insurer, active=True, roles__contains=[Role.COMPLIANCE])
    people = {person.pk: person for person in [*custody.custodians_of(alert.seal), *compliance]}
    for person in people.values():
        data = {"count": str(alert.count)}
        send(case=None, template="seal_alert", channel="sms", to=person.phone, data=data, insurer=alert.insurer)

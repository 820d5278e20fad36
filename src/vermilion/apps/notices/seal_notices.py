"""What seals tell the insurer's people: registered in ``site/wiring.py``, called in the transaction of what it tells."""

from __future__ import annotations

from collections.abc import Sequence

from vermilion.apps.parties.models import StaffMember
from vermilion.apps.seals.models import SealRequest

from .services import send


def ask_approvers(request: SealRequest, people: Sequence[StaffMember]) -> None:
    """Tell each of ``people`` that a request waits for her; she opens /a/ after her own log-in."""
    for person in people:
        data = {"pickup": request.number[-4:]}
        send(case=None, template="approval_asked", channel="sms", to=person.phone, data=data, insurer=request.insurer)

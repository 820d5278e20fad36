"""Who of the insurer's people came in, left, or was refused at the door: on the record of the person whose account it is.

A name that belongs to nobody is written nowhere but in the log, without the name: whoever guesses must not be able to fill the evidence.
"""

from __future__ import annotations

from typing import Any

import structlog
from django.db import transaction

from vermilion.apps.chronicle.services import record

from . import delegating
from .models import Role, Salesperson, StaffMember

LOGGED_IN, LOGGED_OUT, REFUSED = "account.logged_in", "account.logged_out", "account.refused"
ENDED = "account.log_ins_ended"
FORBIDDEN = "account.forbidden"  # logged in, at a page that her roles do not open
PASSWORD_CHANGED, FACTOR_SET = "account.password_changed", "account.second_factor_set"
LONGEST_AGENT = 200
PASSKEY_ROLES = (Role.APPROVER, Role.CUSTODIAN)

logger = structlog.get_logger("vermilion.accounts")


def note(type: str, *, user: Any = None, username: str = "", ip: str = "", agent: str = "", **public: str) -> None:
    """Record what happened to the account of ``user``, or of whoever has ``username``. Network address and browser are private detail."""
    person = _person(user__pk=user.pk) if user is not None else _person(user__username__iexact=username)
    if person is None:
        logger.warning("account_of_nobody", type=type)
        return
    private = {name: value for name, value in (("ip", ip), ("agent", agent[:LONGEST_AGENT])) if value}
    with transaction.atomic():
        record(stream="staff", stream_id=person.id, type=type, public=public, private=private)


def needs_passkey(staff: StaffMember) -> bool:
    """Tell whether the insurer demands a passkey of this person: she approves or keeps seals, by her own role or a lent one."""
    if not staff.insurer.passkeys_required:
        return False
    return staff.has(*PASSKEY_ROLES) or bool(delegating.lenders(staff))


def _person(**which: Any) -> StaffMember | Salesperson | None:
    return StaffMember.objects.filter(**which).first() or Salesperson.objects.filter(**which).first()

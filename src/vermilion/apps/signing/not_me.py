"""非本人操作: somebody says that what happens under her name is not her doing. The case stops until compliance has looked into it.

The stop is a mark that no transition clears (``cases.services``): whatever was under way waits, and nothing is lost.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from vermilion.apps.cases import services as cases
from vermilion.apps.cases.models import Case, CaseParty
from vermilion.apps.cases.services import STOPPED
from vermilion.apps.chronicle.services import record
from vermilion.apps.identity.models import OneTimeCode
from vermilion.apps.notices.services import send
from vermilion.apps.parties.models import Role, StaffMember
from vermilion.base import clock

from .models import AccessLink


def is_stopped(case: Case) -> bool:
    """Tell whether somebody reported that the customer does not act herself."""
    return case.blocked_by == STOPPED


def report(*, case_id: UUID, party: CaseParty | None, page: str, ip: str, user_agent: str) -> None:
    """Stop the case: links and codes die, compliance is told at once. A second report is recorded and changes nothing else."""
    with transaction.atomic():
        case = cases.lock(case_id)
        record(
            stream="case",
            stream_id=case.id,
            type="not_me.reported",
            public={"page": page, "signer": party.role if party else ""},
            private={"ip": ip, "device": user_agent[:300]},
        )
        if is_stopped(case):
            return
        case.blocked_by, case.blocked_reason = STOPPED, _("客户报告：非本人操作")
        case.save(update_fields=["blocked_by", "blocked_reason"])
        AccessLink.objects.filter(case=case, revoked=False).update(revoked=True)
        moment = clock.now()
        OneTimeCode.objects.filter(case=case, used_at=None, expires_at__gt=moment).update(expires_at=moment)
        for staff in StaffMember.objects.filter(insurer=case.insurer, active=True, roles__contains=[Role.COMPLIANCE]):
            send(case=case, template="not_me", channel="sms", to=staff.phone, data={"case": case.number})


def lift(*, case_id: UUID, staff: StaffMember, reason: str) -> None:
    """Compliance has looked into it: the case goes on where it stopped."""
    with transaction.atomic():
        case = cases.lock(case_id)
        if not is_stopped(case):
            return
        case.blocked_by = case.blocked_reason = ""
        case.save(update_fields=["blocked_by", "blocked_reason"])
        record(stream="case", stream_id=case.id, type="not_me.lifted", private={"by": staff.name, "reason": reason[:400]})

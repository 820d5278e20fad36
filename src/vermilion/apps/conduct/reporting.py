"""举报: what people say of a badge that they doubt. No account; limits by badge, so that a flood rings nobody all night."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from vermilion.apps.chronicle.services import record
from vermilion.apps.notices.services import send
from vermilion.apps.parties.models import Insurer, Role, Salesperson, StaffMember
from vermilion.apps.parties.scoping import Scope
from vermilion.base import clock
from vermilion.base.vault import new_data_key

from .errors import DecisionIncomplete, ReportIncomplete, SuspicionUnknown, TooManyReports
from .models import BadgeReport

MOST_A_DAY = 30  # of one badge
MOST_UNKNOWN_A_DAY = 100  # of badges that do not exist, together
TELL_EVERY = timedelta(hours=1)
LONGEST, LONGEST_CONTACT = 1000, 60


def report(*, insurer: Insurer, salesperson: Salesperson | None, code: str, badge_state: str, text: str, contact: str = "") -> BadgeReport:
    """Keep what somebody says of a badge and tell compliance, at most once an hour for a badge. Raises ReportIncomplete, TooManyReports."""
    if not text.strip():
        raise ReportIncomplete()
    with transaction.atomic():
        # Who reports waits for who reports at the same moment, so that the count holds.
        Insurer.objects.select_for_update(no_key=True).get(pk=insurer.pk)
        now = clock.now()
        same = BadgeReport.objects.filter(insurer=insurer, salesperson=salesperson)
        most = MOST_A_DAY if salesperson else MOST_UNKNOWN_A_DAY
        if same.filter(at__gt=now - timedelta(days=1)).count() >= most:
            raise TooManyReports()
        tell = not same.filter(at__gt=now - TELL_EVERY).exists()
        made = BadgeReport(
            insurer=insurer,
            salesperson=salesperson,
            code=code[:24],
            badge_state=badge_state,
            data_key_id=new_data_key("badge_report").pk,
            content={"text": text.strip()[:LONGEST], "contact": contact.strip()[:LONGEST_CONTACT], "note": ""},
            at=now,
        )
        made.save(force_insert=True)
        _note(made, "badge.reported", {"state": badge_state})
        if tell:
            data = {"badge": salesperson.licence_no[-4:] if salesperson else "----"}
            for staff in StaffMember.objects.filter(insurer=insurer, active=True, roles__contains=[Role.COMPLIANCE]):
                send(case=None, template="badge_reported", channel="sms", to=staff.phone, data=data, insurer=insurer)
    return made


def reports(scope: Scope) -> QuerySet[BadgeReport]:
    """Return the reports within somebody's reach; those of unknown badges belong to the whole company."""
    rows = BadgeReport.objects.filter(insurer=scope.insurer).select_related("salesperson__branch__insurer", "handled_by")
    return rows if scope.branches is None else rows.filter(salesperson__branch__in=scope.branches)


def handle(*, report_id: UUID, note: str, by: StaffMember, scope: Scope) -> None:
    """Note what was found about a report. Raises DecisionIncomplete, SuspicionUnknown."""
    note = note.strip()[:LONGEST]
    if not note:
        raise DecisionIncomplete()
    with transaction.atomic():
        found = reports(scope).select_for_update(of=("self",), no_key=True).filter(pk=report_id).first()
        if found is None:
            raise SuspicionUnknown()
        found.content = {**found.content, "note": note}
        found.handled_by, found.handled_at = by, clock.now()
        found.save(update_fields=["content", "handled_by", "handled_at"])
        _note(found, "badge.report_handled", {"by": str(by.pk)}, {"reason": note, "by": by.name})


def _note(report: BadgeReport, type: str, public: dict[str, str], private: dict[str, object] | None = None) -> None:
    about = report.salesperson_id or report.insurer_id
    stream = "staff" if report.salesperson_id else "system"
    record(stream=stream, stream_id=about, type=type, public={"report": str(report.pk), **public}, private=private or dict(report.content))

"""Who of the insurer looked at a customer's data. Reading leaves a trace like writing does (PIPL 51: access is controlled)."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from vermilion.apps.chronicle.services import record
from vermilion.apps.parties.models import StaffMember

from .services import lock


def record_access(*, case_id: UUID, staff: StaffMember, what: str, subject: str = "", ip: str = "") -> None:
    """Record that ``staff`` looked at ``what`` of the case (case, party, document, preserved, page or answers); ``subject`` is an id."""
    with transaction.atomic():
        case = lock(case_id)
        record(
            stream="case",
            stream_id=case.id,
            type="access.staff",
            public={"what": what, "subject": subject, "staff": str(staff.id)},
            private={"name": staff.name, "ip": ip},
        )

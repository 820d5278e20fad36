"""Jobs of the archive."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import structlog
from django.db.models import Exists, OuterRef

from vermilion.apps.cases.models import Document
from vermilion.apps.cases.transitions import State
from vermilion.apps.seals.errors import SealError
from vermilion.base import clock, jobs

from . import faults, preserving, services
from .models import ArchiveEntry

logger = structlog.get_logger("vermilion.archive")

# Longer than any healthy hand-over of a new document to the archive takes.
STUCK_AFTER = timedelta(minutes=2)
# A platform that stood still longer than this is looked after by people.
LOOK_BACK = timedelta(days=30)


@jobs.task(queue="maintenance", attempts=6)
def archive_job(case_id: str) -> None:
    """Add what is new of a case to the archive."""
    services.archive(UUID(case_id))


@jobs.every_minute
def sweep() -> None:
    """Find archived cases with a document that was closed after the last entry, such as an endorsement or the invoice."""
    moment = clock.now()
    taken = ArchiveEntry.objects.filter(case=OuterRef("case"), archived_at__gte=OuterRef("closed_at"))
    late = Document.objects.filter(
        case__state=State.ARCHIVED, closed_at__gt=moment - LOOK_BACK, closed_at__lt=moment - STUCK_AFTER, void=False
    ).exclude(Exists(taken))
    for case_id in late.values_list("case", flat=True).distinct()[:100]:
        jobs.enqueue(archive_job, lock=f"case:{case_id}", queueing_lock=f"archive:{case_id}", case_id=str(case_id))


@jobs.task(queue="maintenance", attempts=6)
def preserve_job(document_id: str) -> None:
    """Bring a document's long-term copy to the configured level, or renew its timestamp.

    What others fail to give (time, state of a certificate) is a state of the document; the sweep tries again.
    """
    try:
        preserving.preserve(document_id=UUID(document_id))
    except SealError as error:
        logger.warning("not_preserved", document=document_id, code=error.code, detail=str(error.facts.get("detail", "")))
        faults.note(document_id=UUID(document_id), error=error)


@jobs.every_minute
def preserve_sweep() -> None:
    """Find signed documents without a copy of the configured level, and copies whose timestamp ends soon."""
    moment = clock.now()
    for document_id in preserving.due(moment, without=preserving.resting(moment)):
        jobs.enqueue(preserve_job, lock=f"preserve:{document_id}", queueing_lock=f"preserve:{document_id}", document_id=str(document_id))

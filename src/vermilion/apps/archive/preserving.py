"""Keeping signed documents verifiable for as long as they are kept: PAdES B-LT and B-LTA, and renewal before the TSA's certificate ends.

The delivered file is never touched: the long-term copy begins with its bytes and lies beside it (docs/adr/0014). Every step can be
repeated; a process killed anywhere leaves at most a blob that nothing names.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from vermilion.apps.cases import documents
from vermilion.apps.cases.models import Document, Revision
from vermilion.apps.chronicle.services import record
from vermilion.apps.seals.errors import NotPrepared, SelfCheckFailed
from vermilion.apps.seals.keeper import client as keeper
from vermilion.apps.seals.signing import trust_store
from vermilion.apps.seals.validation import validation_data
from vermilion.base import blobs, clock
from vermilion.base.canonical import sha256
from vermilion.base.config import config
from vermilion.core.pdf import longterm, signing
from vermilion.core.pdf.errors import PdfError
from vermilion.core.pdf.verify import verify_pdf
from vermilion.core.trust import timestamp

from .models import PreservedFile, PreservingFault

RENEW_BEFORE = timedelta(days=180)
"""So long before the end of the TSA's certificate a new timestamp is set: time enough to mend whatever stands in the way."""
RENEW_EVERY = timedelta(days=7)
"""Not more often, where a TSA's certificate has less than that left from the start."""
SETTLED_AFTER = timedelta(minutes=1)
"""Documents of one minute share one fresh revocation list."""
REST = timedelta(minutes=15)
"""After a failure a document is tried again no sooner."""
LONG_REST = timedelta(days=1)
"""The same, when somebody has looked at the failure: it will hardly go away by itself."""
_SIGNED_KINDS = ("signed", "sealed")


def due(moment: datetime, limit: int = 100, *, without: Q | None = None) -> list[UUID]:
    """Return the ids of documents whose long-term copy is missing, below the configured level or soon without a valid timestamp.

    At most ``limit``, the oldest first, without those whose PreservingFault is one of ``without``: they must not crowd out the others.
    """
    level = config().archive_level
    if level == "B-T":
        return []
    good = Q(level="B-LTA") & (Q(timestamped_until__gt=moment + RENEW_BEFORE) | Q(created_at__gt=moment - RENEW_EVERY))
    if level == "B-LT":
        good |= Q(level="B-LT")
    kept = PreservedFile.objects.filter(good, document=OuterRef("pk"))
    signed = Revision.objects.filter(document=OuterRef("pk"), kind__in=_SIGNED_KINDS)
    failed = PreservingFault.objects.filter(without or Q(pk__in=[]), document=OuterRef("pk"))
    rows = Document.objects.filter(Exists(signed), ~Exists(kept), ~Exists(failed), closed_at__lt=moment - SETTLED_AFTER)
    return list(rows.order_by("closed_at").values_list("pk", flat=True)[:limit])


def resting(moment: datetime) -> Q:
    """Return which PreservingFaults are too young for another try."""
    return Q(last_at__gt=moment - REST) | Q(last_at__gt=moment - LONG_REST, looked_at__isnull=False)


def preserve(*, document_id: UUID) -> PreservedFile | None:
    """Add what the configured level wants to a document's long-term copy and store it; None when nothing is due.

    Raises SealError when the time or the proof of non-revocation can't be had: then nothing is stored. Call it outside transactions.
    """
    moment = clock.now()
    level = config().archive_level
    document = Document.objects.select_related("case__data_key").get(pk=document_id)
    delivered = document.revisions.filter(kind__in=_SIGNED_KINDS).order_by("-number").first()
    last = document.preserved.order_by("-number").first()
    if level == "B-T" or document.closed_at is None or delivered is None or _good(last, level, moment):
        return None
    before = blobs.get(last.blob_key) if last else documents.read(delivered)
    try:
        after, until = _extended(before, level, moment)
    except PdfError as error:
        raise NotPrepared() from error
    _check(after, before, delivered, moment)
    key = f"cases/{document.case_id}/{document.id}/preserved-{sha256(after)}.pdf"
    blobs.put(key, after, data_key=document.case.data_key)
    with transaction.atomic():
        Document.objects.select_for_update(no_key=True).get(pk=document.pk)
        number = (last.number if last else 0) + 1
        if document.preserved.filter(number__gte=number).exists():
            return None  # another worker was quicker
        kept = PreservedFile.objects.create(
            document=document,
            number=number,
            level=level,
            signed_sha256=delivered.sha256,
            sha256=sha256(after),
            size=len(after),
            blob_key=key,
            timestamped_until=until,
            created_at=moment,
        )
        facts = {"document": str(document.id), "number": number, "level": level, "signed_sha256": delivered.sha256, "sha256": kept.sha256}
        record(stream="case", stream_id=document.case_id, type="document.preserved", public=facts)
        PreservingFault.objects.filter(document=document).delete()
    return kept


def _good(last: PreservedFile | None, level: str, moment: datetime) -> bool:
    if last is None:
        return False
    if last.timestamped_until is None:
        return level == last.level
    return last.timestamped_until > moment + RENEW_BEFORE or last.created_at > moment - RENEW_EVERY


def _extended(pdf: bytes, level: str, moment: datetime) -> tuple[bytes, datetime | None]:
    """Return ``pdf`` at ``level`` and until when its timestamp can be verified. The file as it was is its beginning."""
    known = longterm.add_validation_data(pdf, validation_data(pdf, trust=trust_store(), after=moment))
    if level == "B-LT":
        return known, None
    prepared = longterm.prepare_timestamp(known)
    token = timestamp.read(keeper.timestamp(prepared.digest))
    if token.digest != prepared.digest:
        raise SelfCheckFailed(reasons=["timestamp"])
    return signing.finish(prepared, token.der), token.certificate.not_valid_after_utc


def _check(after: bytes, before: bytes, delivered: Revision, moment: datetime) -> None:
    """Look at the finished copy as a stranger would. Raises SelfCheckFailed."""
    if not after.startswith(before) or sha256(after[: delivered.size]) != delivered.sha256:
        raise SelfCheckFailed(reasons=["tail"])
    verdict = verify_pdf(after, trust=trust_store(), now=moment)
    if verdict.bottom_line != "valid":
        raise SelfCheckFailed(reasons=list(verdict.reasons))

"""After a revocation with a suspected time: one draft for each case whose documents were sealed since. People decide what is sent."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import Count

from vermilion.apps.cases.models import Case
from vermilion.apps.chronicle.services import record
from vermilion.apps.parties.models import StaffMember
from vermilion.base.clock import now

from .errors import DraftSettled
from .models import CertificateRecord, DoubtDraft
from .queries import sealed_since

State = DoubtDraft.State
CHUNK = 1000


def draft(*, certificate_id: UUID) -> int:
    """Draft what is missing for a revoked certificate; return how many cases there are. Idempotent."""
    certificate = CertificateRecord.objects.get(pk=certificate_id)
    if certificate.revoked_at is None or certificate.suspected_since is None or certificate.subject_id is None:
        return 0
    uses = sealed_since(certificate, certificate.suspected_since).filter(permission__case__isnull=False).order_by()
    counts = dict(uses.values_list("permission__case").annotate(n=Count("permission__document", distinct=True)))
    cases = list(Case.objects.filter(pk__in=counts).values_list("pk", flat=True))
    facts = {"certificate": certificate, "seal_id": certificate.subject_id, "drafted_at": now()}
    with transaction.atomic():
        rows = (DoubtDraft(case_id=case, documents=counts[case], **facts) for case in cases)
        DoubtDraft.objects.bulk_create(rows, batch_size=CHUNK, ignore_conflicts=True)
        public = {"serial": certificate.serial, "cases": len(cases)}
        record(stream="seal", stream_id=certificate.subject_id, type="certificate.notices_drafted", public=public)
    return len(cases)


def settle(*, draft_id: UUID, state: str, by: StaffMember) -> DoubtDraft:
    """Close a draft as sent or discarded, in the caller's transaction. Raises DraftSettled."""
    found = DoubtDraft.objects.select_for_update(of=("self",), no_key=True).select_related("case").get(pk=draft_id)
    if found.state != State.DRAFT:
        raise DraftSettled()
    found.state, found.decided_by, found.decided_at = state, by, now()
    found.save(update_fields=["state", "decided_by", "decided_at"])
    facts = {"draft": str(found.pk), "case": str(found.case_id), "by": str(by.pk)}
    record(stream="seal", stream_id=found.seal_id, type=f"certificate.notice_{state}", private=facts)
    return found


@transaction.atomic
def discard(*, draft_id: UUID, by: StaffMember) -> DoubtDraft:
    """Send nothing to this holder. Raises DraftSettled."""
    return settle(draft_id=draft_id, state=State.DISCARDED, by=by)

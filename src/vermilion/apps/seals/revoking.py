"""Revoking a seal's certificate at the desk: one person asks, another one revokes. In an emergency freezing the seal needs only one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from vermilion.apps.chronicle.services import record
from vermilion.apps.parties.models import Role, StaffMember
from vermilion.base import jobs
from vermilion.base.clock import now

from . import tasks
from .certifying import revoke_certificate
from .errors import CertificateRevoked, RevocationRefused, RevocationSettled, SuspectedLater
from .models import CertificateRecord, RevocationRequest, Seal

State = RevocationRequest.State
PEOPLE = (Role.CUSTODIAN, Role.COMPLIANCE)
"""Who may ask for a revocation, and who may confirm it."""


@transaction.atomic
def request_revocation(
    *, seal_id: UUID, record_id: UUID, code: str, reason: str, suspected_since: datetime | None, by: StaffMember
) -> RevocationRequest:
    """Ask for the revocation of one of a seal's certificates; a request that is open is returned instead.

    ``code``, ``reason``, ``suspected_since`` as in :func:`revoke_certificate`. Raises CertificateRevoked, SuspectedLater.
    """
    seal = Seal.objects.select_for_update(no_key=True).get(pk=seal_id)
    certificate = CertificateRecord.objects.select_for_update(no_key=True).get(pk=record_id, subject_id=seal.pk)
    moment = now()
    if certificate.revoked_at is not None:
        raise CertificateRevoked()
    if suspected_since is not None and suspected_since > moment:
        raise SuspectedLater()
    waiting = certificate.revocation_requests.filter(state=State.REQUESTED).first()
    if waiting is not None:
        return waiting
    asked = RevocationRequest.objects.create(
        certificate=certificate,
        seal=seal,
        code=CertificateRecord.Reason(code),
        reason=reason[:200],
        suspected_since=suspected_since,
        requested_by=by,
        requested_at=moment,
    )
    facts = {"request": str(asked.pk), "reason": asked.reason, "suspected_since": suspected_since, "by": str(by.pk)}
    public = {"serial": certificate.serial, "code": str(asked.code)}
    record(stream="seal", stream_id=seal.pk, type="certificate.revocation_requested", public=public, private=facts)
    return asked


@transaction.atomic
def confirm_revocation(*, request_id: UUID, by: StaffMember) -> CertificateRecord:
    """Revoke as the second person, for ever. Raises RevocationRefused for the one who asked, RevocationSettled, CertificateRevoked."""
    asked = _open(request_id)
    if asked.requested_by_id == by.pk:
        raise RevocationRefused()
    revoked = revoke_certificate(
        record_id=asked.certificate_id, code=asked.code, reason=asked.reason, suspected_since=asked.suspected_since, by=by
    )
    _settle(asked, State.DONE, by)
    if asked.suspected_since is not None:
        jobs.enqueue(tasks.draft_doubts_job, queueing_lock=f"draft doubts {revoked.pk}", certificate_id=str(revoked.pk))
    return revoked


@transaction.atomic
def reject_revocation(*, request_id: UUID, by: StaffMember, reason: str) -> RevocationRequest:
    """Drop a request: another one turns it down, or who asked takes it back. Raises RevocationSettled."""
    asked = _open(request_id)
    _settle(asked, State.REJECTED, by)
    facts = {"request": str(asked.pk), "reason": reason, "by": str(by.pk)}
    public = {"serial": asked.certificate.serial}
    record(stream="seal", stream_id=asked.seal_id, type="certificate.revocation_rejected", public=public, private=facts)
    return asked


def _open(request_id: UUID) -> RevocationRequest:
    asked = RevocationRequest.objects.select_for_update(of=("self",), no_key=True).select_related("certificate").get(pk=request_id)
    if asked.state != State.REQUESTED:
        raise RevocationSettled()
    return asked


def _settle(asked: RevocationRequest, state: RevocationRequest.State, by: StaffMember) -> None:
    asked.state, asked.decided_by, asked.decided_at = state, by, now()
    asked.save(update_fields=["state", "decided_by", "decided_at"])

"""Use cases of certificates: issuing, renewing and revoking them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction

from vermilion.apps.chronicle.services import record
from vermilion.apps.parties.models import StaffMember
from vermilion.base import jobs
from vermilion.base.clock import now

from . import authorities, tasks
from .errors import CertificateRevoked, SealNotUsable, SuspectedLater
from .keeper import client
from .models import CertificateRecord, Seal
from .ordering import order_certificate

AUTHORITY_STREAM = uuid5(UUID(int=0), "certification authority")
"""The evidence stream (kind ``system``) of what happens to the CA itself and to certificates that belong to no seal."""


def issue_person_certificate(*, profile: str, subject_id: UUID, name: str, organisation: str) -> CertificateRecord:
    """Have a long-lived certificate for an ``approver`` or ``salesperson`` made (once). Raises the keeper's errors."""
    record_id = client.issue_certificate(profile, subject_id=subject_id, name=name, organisation=organisation)
    return CertificateRecord.objects.get(pk=record_id)


def renew_person_certificate(*, record_id: UUID, name: str, organisation: str) -> CertificateRecord:
    """Have a successor of a person's certificate made (once), with a new key; the old one stays good. Raises the keeper's errors."""
    old = CertificateRecord.objects.get(pk=record_id)
    if old.subject_id is None:
        raise SealNotUsable()
    new = client.issue_certificate(old.profile, subject_id=old.subject_id, name=name, organisation=organisation, after=old.pk)
    return CertificateRecord.objects.get(pk=new)


def renew_seal_certificate(*, seal_id: UUID, by: StaffMember | None = None) -> Seal:
    """Give a seal a new key and certificate, without a gap: the old one signs until the new one is in place.

    Safe to repeat and to break off: the keeper makes one successor of the present certificate. From an outside CA it is only ordered here.
    Raises SealNotUsable, the keeper's errors.
    """
    seal = Seal.objects.select_related("insurer").filter(pk=seal_id).first()
    if seal is None or seal.certificate_id is None:
        raise SealNotUsable()
    outside = authorities.for_profile("organisation")
    if outside is not None:
        return order_certificate(seal_id=seal_id, authority=outside.name, by=by).seal
    new_id = client.certify_seal(seal.pk, seal.insurer.name, after=seal.certificate_id)
    return put_certificate(seal_id=seal_id, before=seal.certificate_id, certificate_id=new_id, by=by)


@transaction.atomic
def put_certificate(*, seal_id: UUID, before: UUID, certificate_id: UUID, by: StaffMember | None = None) -> Seal:
    """Let a seal that is in use or frozen sign with another certificate from now on, if it still has ``before``. Raises SealNotUsable."""
    seal = Seal.objects.select_for_update(no_key=True).get(pk=seal_id)
    if seal.certificate_id == certificate_id:
        return seal
    if seal.state not in (Seal.State.ACTIVE, Seal.State.FROZEN) or seal.certificate_id != before:
        raise SealNotUsable()
    seal.certificate_id = certificate_id
    seal.save(update_fields=["certificate"])
    facts = {"before": str(before), "certificate": str(certificate_id), "by": str(by.pk) if by else None}
    record(stream="seal", stream_id=seal.pk, type="seal.renewed", private=facts)
    return seal


@transaction.atomic
def revoke_certificate(
    *,
    record_id: UUID,
    code: str,
    reason: str,
    suspected_since: datetime | None = None,
    by: StaffMember | None = None,
) -> CertificateRecord:
    """Revoke a certificate, for ever. The keeper stops using it at once, a seal that signs with it is frozen, lists and OCSP tell it.

    ``code``: a :class:`CertificateRecord.Reason`. ``reason``: in words, kept as evidence. ``suspected_since``: from when on the key may
    have been misused; what was signed later is refused by the verifier. Raises CertificateRevoked, SuspectedLater.
    """
    moment = now()
    certificate = CertificateRecord.objects.select_for_update(no_key=True).get(pk=record_id)
    if certificate.revoked_at is not None:
        raise CertificateRevoked()
    if suspected_since is not None and suspected_since > moment:
        raise SuspectedLater()
    certificate.revoked_at, certificate.suspected_since, certificate.revoked_by = moment, suspected_since, by
    certificate.revocation_code, certificate.revocation_reason = CertificateRecord.Reason(code), reason[:200]
    certificate.save(update_fields=["revoked_at", "suspected_since", "revocation_code", "revocation_reason", "revoked_by"])
    seals = list(certificate.seals.select_for_update(no_key=True).order_by("pk"))
    for seal in seals:
        if seal.state == Seal.State.ACTIVE:
            seal.state, seal.state_reason = Seal.State.FROZEN, reason[:200]
            seal.save(update_fields=["state", "state_reason"])
    facts = {
        "certificate": str(certificate.pk),
        "reason": reason,
        "suspected_since": suspected_since,
        "by": str(by.pk) if by else None,
    }
    public = {"serial": certificate.serial, "code": str(certificate.revocation_code)}
    for kind, subject in [("seal", seal.pk) for seal in seals] or [("system", AUTHORITY_STREAM)]:
        record(stream=kind, stream_id=subject, type="certificate.revoked", public=public, private=facts)
    jobs.enqueue(tasks.publish_lists_job, queueing_lock="publish revocation lists")
    return certificate

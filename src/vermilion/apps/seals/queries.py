"""Reading the register of seals: what is pending, what was used today, what is left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from vermilion.base.clock import SHANGHAI, now

from .errors import SealNotUsable
from .models import CertificateRecord, Seal, SealGrant, SealUse

SEAL_KINDS = {"policy": "policy", "insured_certificate": "policy", "decision_notice": "policy", "endorsement": "endorsement"}
"""Which kind of seal stands on which document (保单专用章, 批单专用章)."""


@dataclass(frozen=True)
class GrantBalance:
    """How much of a grant is left today."""

    grant: SealGrant
    used_today: int
    left_today: int


def seal_for(insurer_id: UUID, document_kind: str) -> Seal:
    """Return the insurer's seal for documents of a kind: one made for the kind, else one that a standing grant names for it.

    Raises SealNotUsable when none is in use now.
    """
    moment = now()
    in_use = Seal.objects.filter(insurer_id=insurer_id, state=Seal.State.ACTIVE, valid_from__lte=moment, valid_to__gt=moment)
    granted = Q(grants__state=SealGrant.State.ACTIVE, grants__document_kinds__contains=[document_kind])
    newest = in_use.order_by("-created_at")
    seal = newest.filter(kind=SEAL_KINDS.get(document_kind, document_kind)).first() or newest.filter(granted).first()
    if seal is None:
        raise SealNotUsable()
    return seal


def register(insurer_id: UUID, *, seal_id: UUID | None = None, day: date | None = None, state: str = "") -> QuerySet[SealUse]:
    """Return uses of the insurer's seals, newest first, of one seal, one day (Asia/Shanghai) or state when asked."""
    uses = SealUse.objects.filter(seal__insurer_id=insurer_id).select_related("seal", "permission", "grant").order_by("-started_at")
    if seal_id is not None:
        uses = uses.filter(seal_id=seal_id)
    if day is not None:
        start = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
        uses = uses.filter(started_at__gte=start, started_at__lt=start + timedelta(days=1))
    return uses.filter(state=state) if state else uses


def uses_of_case(case_id: UUID) -> QuerySet[SealUse]:
    """Return every attempt to sign a document of a case, oldest first."""
    return SealUse.objects.filter(permission__case=case_id).select_related("seal", "permission").order_by("started_at")


def use_of_revision(revision_digest: str) -> SealUse | None:
    """Return the stored use that made the signed revision with this SHA-256 (hex)."""
    return SealUse.objects.select_related("seal", "permission").filter(revision_digest=revision_digest, state=SealUse.State.STORED).first()


def certificates_of(seal: Seal) -> QuerySet[CertificateRecord]:
    """Return every certificate that a seal ever had, the newest first."""
    rows = CertificateRecord.objects.filter(subject_id=seal.pk).select_related("revoked_by")
    return rows.order_by("-created_at", "-not_before")


def sealed_since(certificate: CertificateRecord, since: datetime | None = None) -> QuerySet[SealUse]:
    """Return what was signed with a certificate, from ``since`` on, the newest first: the documents that a stolen key puts in doubt."""
    uses = SealUse.objects.filter(certificate_serial=certificate.serial, state__in=[SealUse.State.SIGNED, SealUse.State.STORED])
    if since is not None:
        uses = uses.filter(signed_at__gte=since)
    return uses.select_related("seal", "permission", "grant").order_by("-signed_at")


def pending_grants(where: Q) -> QuerySet[SealGrant]:
    """Return the grants among those of ``where`` that wait for an approver."""
    waiting = SealGrant.objects.filter(where, state=SealGrant.State.REQUESTED)
    return waiting.select_related("seal", "requested_by", "first_approver").order_by("requested_at")


def balances(where: Q) -> list[GrantBalance]:
    """Return every active grant among those of ``where`` with its uses today and what is left."""
    midnight = now().astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    counted = [SealUse.State.INTENT, SealUse.State.SIGNED, SealUse.State.STORED]
    today = Count("uses", filter=Q(uses__started_at__gte=midnight, uses__state__in=counted))
    grants = SealGrant.objects.filter(where, state=SealGrant.State.ACTIVE).select_related("seal")
    counts = [(grant, grant.today) for grant in grants.annotate(today=today).order_by("seal__name")]
    return [GrantBalance(grant, used, max(0, grant.daily_limit - used)) for grant, used in counts]


def ending_soon(insurer_id: UUID, within: timedelta = timedelta(days=30)) -> QuerySet[Seal]:
    """Return seals in use whose validity or certificate ends within ``within``."""
    limit = now() + within
    ending = Q(valid_to__lt=limit) | Q(certificate__not_after__lt=limit)
    return Seal.objects.filter(ending, insurer_id=insurer_id, state=Seal.State.ACTIVE).order_by("valid_to")

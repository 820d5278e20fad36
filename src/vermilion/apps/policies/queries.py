"""Reading policies: for their owners, for anyone who verifies, for the desks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from vermilion.apps.cases.models import Case, Document, Revision
from vermilion.base import clock
from vermilion.base.rows import only

from .models import Endorsement, EndorsementState, Policy, PolicyStatus, PolicyVersion


@dataclass(frozen=True)
class DocumentStatus:
    """What anyone may know of a document: no name, no content.

    ``superseded_by`` is the number of the endorsement in effect that changed what this document says; ``next_change`` one that is sealed
    and will, with its moment. ``starts_at`` is when the document's own cover or change begins, None once it has. ``code`` is the
    document's verification code, which stands on it.
    """

    kind: str
    title: str
    policy_number: str
    policy_status: str
    version: int
    superseded_by: str | None
    next_change: tuple[str, datetime] | None
    starts_at: datetime | None
    in_cooling_off: bool
    ended_at: datetime | None
    sealed_at: datetime | None
    insurer: str
    insurer_en: str
    hotline: str
    code: str


def status_of_document(sha256: str) -> DocumentStatus | None:
    """Return the status of the policy to which the file with this digest belongs; None when the archive has no such file."""
    revision = Revision.objects.filter(sha256=sha256, kind__in=["sealed", "signed"]).select_related("document__case__insurer").first()
    return _status(revision.document) if revision else None


def status_of_code(code: str) -> DocumentStatus | None:
    """Return the status of the document with this verification code (``/v/<code>``)."""
    document = Document.objects.filter(code=code.upper().replace("-", ""), void=False).select_related("case__insurer").first()
    return _status(document) if document and document.revisions.exclude(kind="shown").exists() else None


def _status(document: Document) -> DocumentStatus:
    case = document.case
    policy = only(Policy.objects.filter(case=case))
    version, newer, coming, starts_at = 0, None, None, None
    if policy and document.kind in ("policy", "endorsement"):
        own = policy.versions.filter(document=document).first()
        version = own.number if own else 0
        later = policy.endorsements.filter(state=EndorsementState.SEALED, from_version__gte=version).order_by("from_version")
        # Cover that has not begun is governed by what is in effect when it begins.
        moment = max(clock.now(), policy.cover_from)
        newer = next((change for change in later if change.effective_at <= moment), None)
        coming = next((change for change in later if change.effective_at > moment), None)
        begins = own.effective_at if own and document.kind == "endorsement" else policy.cover_from
        starts_at = begins if begins > clock.now() and policy.status == PolicyStatus.IN_FORCE else None
    elif policy and document.kind == "insured_certificate" and policy.status == PolicyStatus.IN_FORCE:
        # Other people's changes do not replace it. It ends with the policy.
        starts_at = policy.cover_from if policy.cover_from > clock.now() else None
    return DocumentStatus(
        kind=document.kind,
        title=document.title,
        policy_number=policy.number if policy else "",
        policy_status=policy.status if policy else "",
        version=version,
        superseded_by=newer.number if newer else None,
        next_change=(coming.number, coming.effective_at) if coming else None,
        starts_at=starts_at,
        in_cooling_off=bool(
            policy and policy.cooling_off_until and policy.cooling_off_until >= clock.today() and policy.status == PolicyStatus.IN_FORCE
        ),
        ended_at=policy.ended_at if policy else None,
        sealed_at=document.closed_at,
        insurer=case.insurer.name,
        insurer_en=case.insurer.name_en,
        hotline=case.insurer.hotline,
        code=document.code,
    )


def policies_of(party_ids: list[str]) -> QuerySet[Policy]:
    """Return the policies whose case has one of these parties, newest first."""
    return (
        Policy.objects.filter(case__parties__in=party_ids)
        .exclude(status=PolicyStatus.PREPARING)
        .select_related("case__product", "case__insurer")
        .defer("case__product__data")
        .distinct()
        .order_by("-created_at")
    )


def applications_refused(case: Case) -> list[UUID]:
    """Return the documents by which changes were asked for that the insurer did not make."""
    asked = Endorsement.objects.filter(policy__case=case, state=EndorsementState.REFUSED, application_document__isnull=False)
    return list(asked.values_list("application_document_id", flat=True))


def version_in_effect(policy: Policy) -> PolicyVersion | None:
    """Return what the policy says now: changes sealed for a later day do not count yet. None while nothing is issued."""
    moment = max(clock.now(), policy.cover_from)
    return policy.versions.filter(effective_at__lte=moment).order_by("-number").first()


def awaiting_approval() -> QuerySet[Endorsement]:
    """Return the changes whose document waits for a leader."""
    return (
        Endorsement.objects.filter(state=EndorsementState.APPROVAL, document__isnull=False)
        .select_related("policy__case__product", "requested_by", "document")
        .defer("policy__case__product__data")
        .order_by("created_at")
    )

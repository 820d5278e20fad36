"""Answers made of rows."""

from __future__ import annotations

from typing import Any

from vermilion.apps.cases.models import Case, Document
from vermilion.apps.policies.models import Policy
from vermilion.base.config import config


def document(row: Document) -> dict[str, Any]:
    """Return a document with the digest of its newest revision."""
    revision = row.revisions.latest("number")
    return {
        "id": str(row.id),
        "kind": row.kind,
        "title": row.title,
        "code": row.code,
        "sha256": revision.sha256,
        "size": revision.size,
        "pages": revision.pages,
        "closed": row.closed_at is not None,
        "url": f"{config().base_url}/api/v1/documents/{row.id}/content",
    }


def documents(case: Case) -> list[dict[str, Any]]:
    """Return the documents of a case that have bytes and were not replaced."""
    return [document(row) for row in case.documents.filter(void=False).order_by("created_at") if row.revisions.exists()]


def case(row: Case, link: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return a case; ``link`` only when it was just made."""
    policy = Policy.objects.filter(case=row).first()
    return {
        "number": row.number,
        "external_id": row.external_id,
        "product": row.product.code,
        "product_version": row.product.version,
        "state": row.state,
        "state_since": row.state_since,
        "deadline_at": row.deadline_at,
        "blocked_by": row.blocked_by,
        "policy_number": policy.number if policy else None,
        "documents": documents(row),
        "link": link,
    }


def policy(row: Policy) -> dict[str, Any]:
    """Return a policy as it is now."""
    owner = row.case
    version = row.versions.latest("number")
    invoice = row.invoices.order_by("requested_at").first()
    return {
        "number": row.number,
        "external_id": owner.external_id,
        "case_number": owner.number,
        "case_state": owner.state,
        "status": row.status,
        "version": version.number,
        "premium": version.fields["premium"],
        "cover_from": row.cover_from,
        "cover_to": row.cover_to,
        "cooling_off_until": row.cooling_off_until,
        "sealed_at": owner.sealed_at,
        "delivered_at": owner.delivered_at,
        "acknowledged_at": owner.receipt_signed_at,
        "blocked_by": owner.blocked_by,
        "invoice": "issued" if invoice and invoice.received_at else "being_issued" if invoice else "none",
        "documents": documents(owner),
    }

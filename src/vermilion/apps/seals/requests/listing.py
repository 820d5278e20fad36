"""The digest that stands for a whole request: everybody who has the rows can compute it again, the keeper does."""

from __future__ import annotations

from collections.abc import Iterable

from vermilion.apps.seals.request_models import SealRequest, SealRequestItem
from vermilion.base.canonical import digest

FORM = "vermilion-seal-request-1"


def list_digest(request: SealRequest, items: Iterable[SealRequestItem]) -> str:
    """Return the SHA-256 (hex) over the canonical JSON of what is approved: seal, purpose, rule, and each document's digest and place."""
    return digest(
        {
            "form": FORM,
            "request": request.id,
            "number": request.number,
            "insurer": request.insurer_id,
            "branch": request.branch_id,
            "seal": request.seal_id,
            "requested_by": request.requested_by_id,
            "document_kind": request.document_kind,
            "title": request.title,
            "reason": request.reason_digest,
            "amount": request.amount,
            "cross_page": request.cross_page,
            "rule": request.rule,
            "documents": [{"position": item.position, "sha256": item.shown_digest, "zone": item.zone} for item in items],
        }
    )


def reason_digest(request_id: object, reason: str) -> str:
    """Return what of the reason stands in the list: a digest that nobody can guess the words from without the request's id."""
    return digest([str(request_id), reason])

"""Taking a complete case into the archive: a manifest of all its files and events, timestamped, with its term of retention."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from vermilion.apps.cases import services as cases
from vermilion.apps.cases.models import Case
from vermilion.apps.cases.transitions import State
from vermilion.apps.chronicle.models import EvidenceStream
from vermilion.apps.policies.models import Policy
from vermilion.apps.seals.keeper import client as keeper
from vermilion.base import clock
from vermilion.base.canonical import digest

from .models import ArchiveEntry

# Insurance Law art. 87: from the end of the contract, at least 5 years for periods up to one year, 10 years for longer ones.
# Anti-Money-Laundering Law art. 34: customer identity data 10 years from the end of the relationship. The longest applies to all.
YEARS = 10
BASIS = "保险法第八十七条；反洗钱法第三十四条：自合同终止之日起十年"


def archive(case_id: UUID) -> None:
    """Archive a complete case, or add an entry after a later change. Idempotent: without a new document there is no new entry."""
    case = Case.objects.get(pk=case_id)
    if case.state not in (State.DELIVERED, State.ACKNOWLEDGED, State.ARCHIVED):
        return
    manifest = build_manifest(case)
    manifest_digest = digest(manifest)
    last = case.archive_entries.order_by("-number").first()
    if last and _delivered(last.manifest) == _delivered(manifest):
        return
    token = keeper.timestamp(bytes.fromhex(manifest_digest))
    with transaction.atomic():
        case = cases.lock(case_id)
        policy = Policy.objects.get(case=case)
        number = case.archive_entries.count() + 1
        if number != (last.number if last else 0) + 1:
            return  # another worker was quicker
        ArchiveEntry.objects.create(
            case=case,
            number=number,
            manifest=manifest,
            manifest_digest=manifest_digest,
            timestamp_token=token,
            retention_until=retention_until(policy),
            retention_basis=BASIS,
            archived_at=clock.now(),
        )
        if case.state != State.ARCHIVED:
            cases.advance(case, "case.archived", actor="machine", why={"manifest": manifest_digest, "entry": number})


def build_manifest(case: Case) -> dict[str, Any]:
    """Return every revision of every document by digest, and the head of the evidence chain that they are bound to.

    ``preserved``: the long-term copies that exist by now. Later ones and renewals stand in the evidence chain (``document.preserved``).
    """
    head = EvidenceStream.objects.get(kind="case", subject=case.id)
    return {
        "case": str(case.id),
        "product": case.product.digest,
        "evidence": {"events": head.next_seq, "head": head.head},
        "documents": [
            {
                "document": str(document.id),
                "kind": document.kind,
                "code": document.code,
                "template": document.template_digest,
                "void": document.void,
                "revisions": [
                    {"number": revision.number, "kind": revision.kind, "sha256": revision.sha256, "size": revision.size}
                    for revision in document.revisions.order_by("number")
                ],
                "preserved": [
                    {"number": copy.number, "level": copy.level, "sha256": copy.sha256, "size": copy.size}
                    for copy in document.preserved.order_by("number")
                ],
            }
            for document in case.documents.order_by("created_at")
        ],
    }


def _delivered(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the documents without their long-term copies: a renewal of these is no new content."""
    return [{name: value for name, value in item.items() if name != "preserved"} for item in manifest["documents"]]


def retention_until(policy: Policy) -> date | None:
    """Return the first day on which disposal may be reviewed; None while the contract has no end."""
    end = policy.ended_at or policy.cover_to
    if end is None:
        return None
    last = end.astimezone(clock.SHANGHAI).date()
    try:
        return last.replace(year=last.year + YEARS)
    except ValueError:  # 29 February
        return last.replace(year=last.year + YEARS, month=3, day=1)

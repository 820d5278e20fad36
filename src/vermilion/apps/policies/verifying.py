"""Is this file genuine, and does it still count? The verifier's facts together with what the archive knows.

A file is matched by the digest of its signed revision only, never by its text or metadata.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from vermilion.apps.seals.signing import trust_store
from vermilion.base import children, clock
from vermilion.base.children import ChildBusy
from vermilion.base.errors import VermilionError
from vermilion.core.pdf.verdict import SignatureVerdict, Verdict, unreadable
from vermilion.core.pdf.verify import verify_pdf

from .models import PolicyStatus
from .queries import DocumentStatus, status_of_document

Kind = Literal["in_force", "superseded", "ended", "genuine", "not_archived", "altered", "not_ours", "unsigned", "unreadable"]
SECONDS, MEGABYTES = 60, 1536


@dataclass(frozen=True)
class Judgement:
    """One sentence's worth (``kind``), with the facts behind it. ``broken_after`` is the signature after which the file was changed."""

    kind: Kind
    verdict: Verdict
    status: DocumentStatus | None
    broken_after: SignatureVerdict | None


def judge(data: bytes) -> Judgement:
    """Judge a file that somebody uploaded, in a confined child. Raises ChildBusy when too many are being judged."""
    try:
        verdict = children.call(verify_pdf, data, trust=trust_store(), now=clock.now(), seconds=SECONDS, megabytes=MEGABYTES)
    except ChildBusy:
        raise
    except VermilionError:
        verdict = unreadable("took_too_long")
    return conclude(verdict)


def conclude(verdict: Verdict) -> Judgement:
    """Say in one word what a verdict means for whoever holds the file."""
    if verdict.bottom_line == "unreadable":
        return Judgement("unreadable", verdict, None, None)
    if verdict.bottom_line == "unsigned":
        return Judgement("unsigned", verdict, None, None)
    if verdict.integrity != "intact":
        return Judgement("altered", verdict, None, _last_broken(verdict))
    ours = [one for one in verdict.signatures if one.own and one.trusted]
    if not ours or verdict.bottom_line != "valid":
        return Judgement("not_ours", verdict, None, None)
    digest = verdict.signatures[-1].revision_sha256
    status = status_of_document(digest) if digest else None
    if status is None:
        return Judgement("not_archived", verdict, None, None)
    return Judgement(_kind(status), verdict, status, None)


def _kind(status: DocumentStatus) -> Kind:
    if status.policy_status in (PolicyStatus.SURRENDERED, PolicyStatus.CANCELLED, PolicyStatus.TERMINATED, PolicyStatus.EXPIRED):
        return "ended"
    if status.superseded_by:
        return "superseded"
    if status.kind in ("policy", "endorsement") and status.policy_status == PolicyStatus.IN_FORCE:
        return "in_force"
    return "genuine"


def _last_broken(verdict: Verdict) -> SignatureVerdict | None:
    return next((one for one in verdict.signatures if one.integrity != "intact"), None)


def policy_json(status: DocumentStatus | None) -> dict[str, object] | None:
    """Return the ``policy`` object of ``vermilion verify --json`` (design §5)."""
    if status is None or not status.policy_number:
        return None
    return {
        "number": status.policy_number,
        "status": status.policy_status,
        "version": status.version,
        "superseded_by": status.superseded_by,
    }

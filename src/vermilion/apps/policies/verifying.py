"""Is this file genuine, and does it still count? The verifier's facts together with what the archive knows.

A file is matched by the digest of its signed revision only, never by its text or metadata.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from vermilion.apps.seals.signing import trust_store
from vermilion.apps.seals.verifying import verify_foreign
from vermilion.base import clock
from vermilion.core.pdf.verdict import SignatureVerdict, Verdict

from .models import PolicyStatus
from .queries import DocumentStatus, status_of_document

Kind = Literal["in_force", "superseded", "ended", "genuine", "not_archived", "altered", "not_ours", "unsigned", "unreadable"]
ENDS = (PolicyStatus.SURRENDERED, PolicyStatus.CANCELLED, PolicyStatus.TERMINATED, PolicyStatus.EXPIRED)
# Reasons by which a signature's own bytes are not what was signed; all others concern what was appended behind it.
OWN_BYTES = frozenset({"digest", "signature_value", "cms", "contents", "not_canonical", "byte_range", "gap", "beyond_file"})


@dataclass(frozen=True)
class Judgement:
    """One sentence's worth (``kind``), with the facts behind it. ``broken_after`` is the signature after which the file was changed."""

    kind: Kind
    verdict: Verdict
    status: DocumentStatus | None
    broken_after: SignatureVerdict | None


def judge(data: bytes) -> Judgement:
    """Judge a file that somebody uploaded, in a confined child. Raises ChildBusy when too many are being judged."""
    return conclude(verify_foreign(data, trust=trust_store(), now=clock.now()))


def conclude(verdict: Verdict) -> Judgement:
    """Say in one word what a verdict means for whoever holds the file."""
    if verdict.bottom_line == "unreadable":
        return Judgement("unreadable", verdict, None, None)
    if verdict.bottom_line == "unsigned":
        return Judgement("unsigned", verdict, None, None)
    if verdict.integrity != "intact":
        return Judgement("altered", verdict, None, _changed_after(verdict))
    ours = [one for one in verdict.signatures if one.own and one.trusted]
    if not ours or verdict.bottom_line != "valid":
        return Judgement("not_ours", verdict, None, None)
    # Timestamps may follow the last signature (a later revision that it permits); what the archive knows is the signed revision.
    digest = [one for one in verdict.signatures if not one.document_timestamp][-1].revision_sha256
    status = status_of_document(digest) if digest else None
    if status is None:
        return Judgement("not_archived", verdict, None, None)
    return Judgement(kind_of(status), verdict, status, None)


def kind_of(status: DocumentStatus) -> Kind:
    """Say in one word what a document that the archive knows is worth now."""
    if status.policy_status in ENDS:
        return "ended"
    if status.superseded_by:
        return "superseded"
    if status.kind in ("policy", "endorsement", "insured_certificate") and status.policy_status == PolicyStatus.IN_FORCE:
        return "in_force"
    return "genuine"


def _changed_after(verdict: Verdict) -> SignatureVerdict | None:
    """Return the signature after which the file was changed: the first whose own bytes differ, else the last one, if more was appended."""
    broken = [one for one in verdict.signatures if one.integrity != "intact"]
    differing = [one for one in broken if OWN_BYTES.intersection(one.reasons)]
    return differing[0] if differing else broken[-1] if broken else None


def told(judgement: Judgement) -> Verdict:
    """Return the verdict with what the archive knows: what ``vermilion verify --json`` and the API answer."""
    unknown = ("not_archived",) if judgement.kind == "not_archived" else ()
    verdict = judgement.verdict
    return replace(verdict, policy=policy_json(judgement.status), reasons=(*verdict.reasons, *unknown))


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

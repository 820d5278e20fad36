"""Reading what was shown: the way through the pages, and a page's content as it was."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Window
from django.db.models.functions import Lead

from vermilion.apps.cases.models import Case
from vermilion.base import blobs
from vermilion.base.canonical import sha256

from .models import PageShown, PageVersion


@dataclass(frozen=True)
class Showing:
    """One page on one screen, as the case page lists it. ``left_at`` is when the same browser was shown its next page."""

    id: UUID
    version_id: UUID
    page: str
    signer: str
    digest: str
    language: str
    shown_at: datetime
    left_at: datetime | None
    answered_at: datetime | None
    device: str


def way(case: Case) -> list[Showing]:
    """Return every page shown in a case in order of time."""
    following = Window(Lead("shown_at"), partition_by="session_hash", order_by="shown_at")
    rows = PageShown.objects.filter(case=case).select_related("version", "party", "case").annotate(left_at=following).order_by("shown_at")
    return [
        Showing(
            id=row.id,
            version_id=row.version_id,
            page=row.page,
            signer=row.party.role if row.party else "",
            digest=row.version.digest,
            language=row.version.language,
            shown_at=row.shown_at,
            left_at=row.left_at,
            answered_at=row.answered_at,
            device=row.details["device"],
        )
        for row in rows
    ]


def content(version: PageVersion) -> bytes:
    """Return the stored form of a page, checked against its digest. Raises BlobMissing, BlobDamaged."""
    data = zlib.decompress(blobs.get(version.blob_key))
    if sha256(data) != version.digest:
        raise blobs.BlobDamaged(key=version.blob_key)
    return data

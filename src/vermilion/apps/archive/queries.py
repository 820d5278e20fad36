"""Looking at long-term copies: for the case page, for who takes one away, for ``vermilion doctor``."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet

from vermilion.apps.cases.models import Document
from vermilion.apps.parties.scoping import Scope
from vermilion.base import blobs
from vermilion.base.canonical import sha256

from .errors import PreservedUnknown
from .models import PreservedFile, PreservingFault


def newest(documents: Iterable[Document]) -> dict[UUID, PreservedFile]:
    """Return the newest long-term copy of each document that has one, by the document's id."""
    return {one.document_id: one for one in PreservedFile.objects.filter(document__in=documents).order_by("number")}


def copies(document: Document) -> list[PreservedFile]:
    """Return the long-term copies of a document, the newest first."""
    return list(document.preserved.order_by("-number"))


def fault(document: Document) -> PreservingFault | None:
    """Return why the next copy of a document could not be made; None when nothing stands in the way."""
    return PreservingFault.objects.filter(document=document).first()


def faults(scope: Scope) -> QuerySet[PreservingFault]:
    """Return what has no long-term copy, with document and case: first what nobody has looked at, the oldest first."""
    rows = PreservingFault.objects.filter(scope.q("document__case__")).select_related("document__case", "looked_by")
    return rows.order_by(F("looked_at").desc(nulls_first=True), "since")


def read(document: Document, number: int) -> bytes:
    """Return one copy, decrypted and checked against its digest. Raises PreservedUnknown, BlobConflict."""
    kept = document.preserved.filter(number=number).first()
    if kept is None:
        raise PreservedUnknown()
    data = blobs.get(kept.blob_key)
    if sha256(data) != kept.sha256:
        raise blobs.BlobConflict(key=kept.blob_key)
    return data


def ended(moment: datetime) -> int:
    """Return of how many documents the last timestamp can no longer be verified by a certificate that is still valid.

    Without those that somebody has looked at.
    """
    copies = PreservedFile.objects.filter(document=OuterRef("pk"))
    past, valid = copies.filter(timestamped_until__lte=moment), copies.filter(timestamped_until__gt=moment)
    looked = PreservingFault.objects.filter(document=OuterRef("pk"), looked_at__isnull=False)
    return Document.objects.filter(Exists(past), ~Exists(valid), ~Exists(looked)).count()

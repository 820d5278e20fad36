"""Documents and their revisions: the only writers of both."""

from __future__ import annotations

from vermilion.apps.chronicle.services import record
from vermilion.base import blobs
from vermilion.base.canonical import sha256
from vermilion.base.clock import now

from .models import Case, Document, Revision


def store_bytes(case: Case, document_id: object, data: bytes) -> str:
    """Store ``data`` encrypted under a key named by its digest and return that key. Safe to repeat; done before the transaction."""
    key = f"cases/{case.id}/{document_id}/{sha256(data)}.pdf"
    blobs.put(key, data, data_key=case.data_key)
    return key


def open_document(*, case: Case, kind: str, title: str, subject: str, language: str = "zh-hans") -> Document:
    """Return the Document of ``kind`` for ``subject`` of the case, made if it is not there yet. Must run inside a transaction."""
    defaults = {"title": title, "language": language, "created_at": now()}
    return Document.objects.get_or_create(case=case, kind=kind, subject=subject, defaults=defaults)[0]


def made_from(document: Document, *, template_digest: str, data_digest: str) -> Document:
    """Record what a document was typeset from, in the transaction that keeps its file; return the document as it is now."""
    document = Document.objects.get(pk=document.pk)
    document.template_digest, document.data_digest = template_digest, data_digest
    document.save(update_fields=["template_digest", "data_digest"])
    return document


def add_revision(
    *, document: Document, kind: str, data: bytes, blob_key: str, pages: int = 0, signed_by: str = "", closes: bool = False
) -> Revision:
    """Record a stored file as the document's next revision, with its EvidenceEvent. Must run inside a transaction.

    ``blob_key`` is what :func:`store_bytes` returned for the same ``data``. ``closes`` marks that nothing may be signed after it.
    """
    Document.objects.select_for_update(no_key=True).get(pk=document.pk)
    last = document.revisions.order_by("-number").first()
    revision = Revision.objects.create(
        document=document,
        number=(last.number if last else 0) + 1,
        kind=kind,
        signed_by=signed_by,
        sha256=sha256(data),
        size=len(data),
        blob_key=blob_key,
        pages=pages or (last.pages if last else 0),
        created_at=now(),
    )
    if closes:
        document.closed_at = now()
        document.save(update_fields=["closed_at"])
    record(
        stream="case",
        stream_id=document.case_id,
        type="document.revision",
        public={
            "document": str(document.id),
            "kind": document.kind,
            "revision": revision.number,
            "revision_kind": kind,
            "sha256": revision.sha256,
            "size": revision.size,
            "template": document.template_digest,
        },
    )
    return revision


def read(revision: Revision) -> bytes:
    """Return the bytes of a revision, decrypted and checked against their digest."""
    data = blobs.get(revision.blob_key)
    if sha256(data) != revision.sha256:
        raise blobs.BlobConflict(key=revision.blob_key)
    return data


def suffix_of(data: bytes) -> str:
    """Return ``ofd`` for the one kind of file that is no PDF: an invoice as the tax system gave it."""
    return "ofd" if data.startswith(b"PK\x03\x04") else "pdf"

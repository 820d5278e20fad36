"""Sealing a document of a case under a standing grant, from the typeset file to its recorded revision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from django.db import transaction

from vermilion.apps.cases import documents
from vermilion.apps.cases import services as cases
from vermilion.apps.cases.models import Document, Revision
from vermilion.base.canonical import sha256
from vermilion.core.typeset.zones import Zone

from . import services
from .signing import SealedDocument


class Typeset(Protocol):
    """A finished PDF and what it was made from, as the templates give it."""

    @property
    def pdf(self) -> bytes:
        """Return the file."""

    @property
    def pages(self) -> int:
        """Return how many pages it has."""

    @property
    def template_digest(self) -> str:
        """Return the SHA-256 (hex) of its template."""

    @property
    def data_digest(self) -> str:
        """Return the SHA-256 (hex) of its data."""

    def zone(self, role: str) -> Zone:
        """Return where ``role`` signs."""


@dataclass(frozen=True)
class Stored:
    """A document that is sealed and whose file is stored; :func:`record_sealed` makes it known."""

    document: Document
    made: Typeset
    sealed: SealedDocument
    blob_key: str


def seal_by_grant(document: Document, made: Typeset, *, amount: int = 0) -> Stored:
    """Set the insurer's seal on ``made`` by a grant for the document's kind, and store the file. Safe to repeat.

    ``amount``: the sum insured that the document promises, in fen. Outside any transaction. Raises SealError.
    """
    case = document.case
    with transaction.atomic():
        cases.lock(case.id)  # two at once get one permission
        permission = services.grant_permission(
            insurer_id=case.insurer_id,
            document_kind=document.kind,
            product=case.product.code,
            amount=amount,
            case_id=case.id,
            document_id=document.id,
            shown_digest=sha256(made.pdf),
            template_digest=made.template_digest,
            data_digest=made.data_digest,
        )
    sealed = services.seal_document(permission_id=permission.id, pdf=made.pdf, zone=made.zone("insurer"))
    return Stored(document, made, sealed, documents.store_bytes(case, document.id, sealed.pdf))


def record_sealed(stored: Stored) -> Revision:
    """Record the sealed file as the revision that closes its document, and the use of the seal as stored.

    In the transaction that says what follows from it, under the case's lock, when the document is not closed yet. Raises UseNotCurrent.
    """
    made = stored.made
    document = documents.made_from(stored.document, template_digest=made.template_digest, data_digest=made.data_digest)
    revision = documents.add_revision(
        document=document, kind="sealed", data=stored.sealed.pdf, blob_key=stored.blob_key, pages=made.pages, closes=True
    )
    services.mark_stored(use_id=stored.sealed.use_id, revision_digest=revision.sha256)
    return revision

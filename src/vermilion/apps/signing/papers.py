"""Papers that people are shown, to sign or to agree to: typeset and stored first, then recorded with what follows from showing them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from vermilion.apps.cases import documents
from vermilion.apps.cases.models import Case, Document, Revision
from vermilion.apps.templates.services import TypesetDocument, typeset_document

from .fields import with_fields


@dataclass(frozen=True)
class Paper:
    """A typeset document whose file is stored; :func:`show` makes it known."""

    document: Document
    made: TypesetDocument
    pdf: bytes
    blob_key: str


def typeset(
    case: Case, document: Document, data: dict[str, Any], *, template: str = "", roles: Sequence[str] = (), in_order: bool = True
) -> Paper:
    """Typeset a document of the case in its language, with an empty field for each of ``roles`` that signs it, and store the file.

    ``template``: its kind, where that is not the document's. Outside any transaction; safe to repeat. Raises as ``typeset_document`` does.
    """
    kind = template or document.kind
    made = typeset_document(kind, data, language=document.language, insurer_id=case.insurer_id, product=case.product.code)
    pdf = with_fields(made, roles, in_order=in_order) if roles else made.pdf
    return Paper(document, made, pdf, documents.store_bytes(case, document.id, pdf))


def show(paper: Paper, *, closes: bool = False) -> Revision:
    """Record the stored file as what is shown, and what it was made from. In the transaction that says what follows, case locked.

    ``closes`` marks that nobody signs it in the file.
    """
    made = paper.made
    document = documents.made_from(paper.document, template_digest=made.template_digest, data_digest=made.data_digest)
    return documents.add_revision(document=document, kind="shown", data=paper.pdf, blob_key=paper.blob_key, pages=made.pages, closes=closes)

"""投保单: the application as the customer finished it, kept beside the confirmation that is signed."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from vermilion.apps.cases import documents
from vermilion.apps.cases import services as cases
from vermilion.apps.cases.models import Document
from vermilion.apps.templates.data import sale
from vermilion.base import children
from vermilion.core.pdf.attachments import attached_json

from . import papers

KIND = "application"
TITLE = gettext_noop("投保单")


def keep_application_form(*, document_id: UUID) -> Document:
    """Make the form of the application that a confirmation shows, from the confirmation's own data. Idempotent.

    It bears no signature: it names the confirmation, whose signers sign the same content. Where that is void, the form is, too.
    """
    confirmation = Document.objects.select_related("case__insurer", "case__product").defer("case__product__data").get(pk=document_id)
    shown, case = confirmation.revisions.get(kind="shown"), confirmation.case
    with transaction.atomic():
        case = cases.lock(case.id)
        document = documents.open_document(case=case, kind=KIND, title=TITLE, subject=confirmation.subject, language=confirmation.language)
    if document.closed_at:
        return document
    proposed = children.call(attached_json, documents.read(shown))
    data = sale.application_form(document, proposed, shown)
    paper = papers.typeset(case, document, data)
    with transaction.atomic():
        case = cases.lock(case.id)
        document.refresh_from_db()
        if document.closed_at:
            return document  # another worker was quicker
        document = papers.show(paper, closes=True).document
        confirmation.refresh_from_db()
        if confirmation.void:  # she went back to the form meanwhile
            document.void = True
            document.save(update_fields=["void"])
    return document

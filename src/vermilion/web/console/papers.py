"""Documents looked at in the page: pictures of each revision, its digest, what the verifier says of it, and the file itself."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from vermilion.apps.archive import faults
from vermilion.apps.archive import queries as archive
from vermilion.apps.cases import documents, queries
from vermilion.apps.cases.models import Document, Revision
from vermilion.apps.policies import verifying
from vermilion.apps.templates.services import page_pictures

from . import permissions, words
from .case import visit
from .frame import picture, show

DPI = 110


@require_safe
@permissions.page("document")
def document(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Show one document, its newest revision unless ``?revision=`` names another."""
    found = queries.document_of(request.scope, document_id)  # type: ignore[attr-defined]
    wanted = request.GET.get("revision", "")
    revision = queries.revision_of(found, int(wanted) if wanted.isdigit() else None)
    visit(request, found.case, "document", str(found.id))
    fault = archive.fault(found)
    judgement = verifying.judge(documents.read(revision)) if revision.kind in ("signed", "sealed") else None
    context = {
        "document": found,
        "case": found.case,
        "revision": revision,
        "revisions": [(item, words.REVISIONS.get(item.kind, item.kind)) for item in found.revisions.order_by("-number")],
        "pages": page_addresses(found, revision),
        "judgement": judgement,
        "verdict_title": words.INTEGRITY.get(judgement.verdict.bottom_line, "") if judgement else "",
        "copies": archive.copies(found),
        "fault": fault,
        "fault_words": faults.words(fault) if fault else "",
        "download_url": reverse("console:document_file", args=[found.id, revision.number]),
    }
    crumbs = [(found.case.number, reverse("console:case", args=[found.case.number])), (found.title, "")]
    return show(request, "console/document.html", context, crumbs=crumbs)


def page_addresses(found: Document, revision: Revision) -> list[dict[str, Any]]:
    """Return where the pictures of a revision's pages are."""
    return [
        {"url": reverse("console:document_picture", args=[found.id, revision.number, page])} for page in range(1, (revision.pages or 1) + 1)
    ]


@require_safe
@permissions.page("document_picture")
def document_picture(request: HttpRequest, document_id: UUID, revision: int, page: int) -> HttpResponse:
    """Give one page as a picture."""
    found = queries.document_of(request.scope, document_id)  # type: ignore[attr-defined]
    return picture(page_picture(queries.revision_of(found, revision), page))


def page_picture(revision: Revision, page: int) -> bytes:
    """Return one page of a revision as WebP, drawn in a confined child."""
    pictures = page_pictures(documents.read(revision), dpi=DPI, pages=(page, page))
    if not pictures:
        raise Http404
    return pictures[0]


@require_safe
@permissions.page("document_file")
def document_file(request: HttpRequest, document_id: UUID, revision: int) -> HttpResponse:
    """Give the file of a revision, byte for byte."""
    found = queries.document_of(request.scope, document_id)  # type: ignore[attr-defined]
    wanted = queries.revision_of(found, revision)
    visit(request, found.case, "document", str(found.id))
    response = HttpResponse(documents.read(wanted), content_type="application/pdf")
    name = _("%(case)s-%(kind)s-第%(number)d版.pdf") % {"case": found.case.number, "kind": found.title, "number": wanted.number}
    response.headers["Content-Disposition"] = _attachment(name)
    return response


@require_safe
@permissions.page("document_preserved")
def document_preserved(request: HttpRequest, document_id: UUID, copy: int) -> HttpResponse:
    """Give a long-term copy, byte for byte; who took it is on record."""
    found = queries.document_of(request.scope, document_id)  # type: ignore[attr-defined]
    data = archive.read(found, copy)
    visit(request, found.case, "preserved", str(found.id))
    response = HttpResponse(data, content_type="application/pdf")
    name = _("%(case)s-%(kind)s-长期保存%(number)d.pdf") % {"case": found.case.number, "kind": found.title, "number": copy}
    response.headers["Content-Disposition"] = _attachment(name)
    return response


def _attachment(name: str) -> str:
    return f"attachment; filename*=UTF-8''{quote(name)}"

"""A case's documents for those who are party to it: pages as pictures, and the files. Everybody else gets a 404."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vermilion.apps.cases import documents
from vermilion.apps.cases.models import Case, CaseParty, Document, Revision
from vermilion.apps.chronicle.services import record
from vermilion.apps.notices.services import send
from vermilion.apps.policies.queries import applications_refused
from vermilion.apps.signing import applying
from vermilion.apps.signing.errors import PhoneNotProven
from vermilion.apps.signing.group.queries import answer_of, is_member
from vermilion.apps.templates.services import page_pictures
from vermilion.base.validation import InvalidValue, mask_email, validate_email
from vermilion.web.limits import Limit, hit
from vermilion.web.problems import NotFound
from vermilion.web.templatetags.customer import title_words
from vermilion.web.traced import traced

from .access import Access, customer
from .pages import page

MAILS = Limit("portal.document_mail", 5, 3600)
# What a customer may see. Papers of the insurer's own (approvals) are not among them.
KINDS = (
    "application",
    "authorisation",
    "insured_consent",
    "confirmation",
    "underwriting_notice",
    "terms_consent",
    "decision_notice",
    "policy",
    "insured_certificate",
    "policy_acknowledgement",
    "servicing_application",
    "endorsement",
    "claim_decision",
    "claim_refusal",
    "invoice",
)
# What everybody of the contract may see; of the rest a further signer sees what she signs.
COMMON = ("policy", "endorsement")
# The insurer's own documents: before they are sealed they are nobody's but the insurer's.
SEALED_ONLY = ("policy", "insured_certificate", "endorsement", "decision_notice", "claim_decision", "claim_refusal")
# Hundreds of them may be made; the list of insured persons leads to them (web/my/certificates.py).
UNLISTED = ("insured_certificate",)


def visible(case: Case, party: CaseParty | None) -> list[Document]:
    """Return the documents that this party may see, oldest first, void ones left out."""
    rows = case.documents.filter(kind__in=KINDS, void=False, revisions__isnull=False).distinct().order_by("created_at")
    rows = rows.exclude(kind__in=SEALED_ONLY, closed_at=None)
    if party is None or party.role == applying.applicant_role(case):
        return list(rows)
    if is_member(party):
        answer = answer_of(party)
        return [row for row in rows if answer is not None and row.id == answer.round.document_id]
    own = set(party.signing_tasks.values_list("document_id", flat=True))
    return [row for row in rows if row.id in own or row.kind in COMMON]


def newest(document: Document) -> Revision:
    """Return the last state of a document."""
    return document.revisions.order_by("-number")[0]


def pictures(case: Case, document: Document, revision: Revision) -> list[dict[str, Any]]:
    """Return the addresses of a revision's page pictures, as the document component wants them."""
    return [
        {"url": reverse("apply_document_page", args=[case.number, document.code, revision.number, number])}
        for number in range(1, revision.pages + 1)
    ]


def listed(case: Case, party: CaseParty | None) -> list[dict[str, Any]]:
    """Return the visible documents as the pages list them; ``refused`` marks the application for a change that was not made."""
    found = []
    refused = set(applications_refused(case))
    for document in visible(case, party):
        if document.kind in UNLISTED:
            continue
        revision = newest(document)
        found.append(
            {
                "document": document,
                "revision": revision,
                "final": document.closed_at is not None,
                "refused": document.id in refused,
                "kilobytes": -(-revision.size // 1024),
            }
        )
    return found


def _find(access: Access, code: str) -> Document:
    for document in visible(access.case, access.party):
        if document.code == code.upper():
            return document
    raise NotFound()


@traced("document")
@customer
@require_safe
def read(request: HttpRequest, access: Access, code: str) -> HttpResponse:
    """One document, looked at in the page."""
    document = _find(access, code)
    revision = newest(document)
    context = {
        "document": document,
        "revision": revision,
        "pages": pictures(access.case, document, revision),
        "verify_path": f"/v/{document.code}",
        "email": (access.party.personal.get("email") or "") if access.party and access.proven else "",
        "proven": access.proven,
    }
    return page(request, access, "portal/document.html", context)


@customer
@require_POST
def mail(request: HttpRequest, access: Access, code: str) -> HttpResponse:
    """Send the file to an address that the customer gives: chat programs cannot download it. Only from a browser that proved her phone."""
    document = _find(access, code)
    back = HttpResponseRedirect(reverse("apply_document", args=[access.case.number, document.code]))
    if not access.proven:
        raise PhoneNotProven()
    hit(MAILS, str(access.case.id))
    try:
        to = validate_email(request.POST.get("email", "")[:200])
    except InvalidValue as error:
        messages.warning(request, error.message)
        return back
    revision = newest(document)
    with transaction.atomic():
        name = f"{document.title}-{document.code}.{documents.suffix_of(documents.read(revision))}"
        sent = send(
            case=access.case,
            party=access.party,
            template="document_mail",
            channel="mail",
            to=to,
            data={"document": str(title_words(document.title))},
            files=[(name, revision)],
        )
        facts = {"document": str(document.id), "revision": revision.sha256, "by": access.role, "notice": str(sent.id)}
        record(stream="case", stream_id=access.case.id, type="document.mailed", public=facts)
    messages.success(request, _("正在发送到 %(to)s，几分钟内会收到。") % {"to": mask_email(to)})
    return back


@customer
@require_safe
def picture(request: HttpRequest, access: Access, code: str, revision: int, page_number: int) -> HttpResponse:
    """One page of one revision as a picture."""
    document = _find(access, code)
    found = document.revisions.filter(number=revision).first()
    if found is None or not 1 <= page_number <= found.pages:
        raise NotFound()
    drawn = page_pictures(documents.read(found), pages=(page_number, page_number))
    return HttpResponse(drawn[0], content_type="image/webp")


@customer
@require_safe
def download(request: HttpRequest, access: Access, code: str) -> HttpResponse:
    """The file itself, byte for byte as it was signed or sealed. Every download is on record."""
    document = _find(access, code)
    revision = newest(document)
    data = documents.read(revision)
    with transaction.atomic():
        record(
            stream="case",
            stream_id=access.case.id,
            type="document.downloaded",
            public={"document": str(document.id), "revision": revision.sha256, "by": access.role},
        )
    suffix = documents.suffix_of(data)
    response = HttpResponse(data, content_type=f"application/{suffix}")
    response["Content-Disposition"] = str(content_disposition_header(True, f"{document.title}-{document.code}.{suffix}"))
    return response

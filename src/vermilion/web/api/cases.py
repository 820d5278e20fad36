"""Cases that a sales platform starts and follows."""

from __future__ import annotations

from base64 import b64encode
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from vermilion.apps.cases import documents
from vermilion.apps.cases import services as cases
from vermilion.apps.cases.errors import CaseNotFound, DocumentNotFound
from vermilion.apps.cases.models import Case, Document
from vermilion.apps.cases.transitions import State
from vermilion.apps.integrations.models import ApiClient
from vermilion.apps.parties.models import Branch, Salesperson
from vermilion.apps.parties.queries import is_genuine
from vermilion.apps.products import queries as products
from vermilion.apps.signing import links, prefilling
from vermilion.apps.signing.group import queries as group
from vermilion.base import clock
from vermilion.base.config import config

from . import contract, present
from .auth import Scoped, client_of
from .errors import BranchUnknown, SalespersonUnknown, within
from .idempotent import answer
from .schemas import CaseIn, CaseOut, InsuredConsentsOut, WithdrawalIn

router = Router()
LONGEST_PAGE = 100


@router.post("/cases", response={201: CaseOut}, auth=Scoped("cases:write"))
def start_case(request: HttpRequest, body: CaseIn) -> HttpResponse:
    """Start a case and return the link that the customer opens on her own phone. The link is in this answer and its repeats only."""
    client = client_of(request)
    return answer(request, client, lambda: _start(client, body))


@router.get("/cases/{number}", response=CaseOut, auth=Scoped("policies:read"))
def read_case(request: HttpRequest, number: str) -> Any:
    """Return a case of this client."""
    return present.case(find(client_of(request), number))


@router.get("/cases/{number}/insured-consents", response=InsuredConsentsOut, auth=Scoped("policies:read"))
def read_insured_consents(request: HttpRequest, number: str) -> Any:
    """Return how many on a group's list consented, wait or refused; 404 where nobody was asked. It names nobody."""
    asked = group.round_of(find(client_of(request), number))
    if asked is None:
        raise CaseNotFound()
    counted = group.counts(asked)
    return {
        "state": asked.state,
        "consented": counted.consented,
        "waiting": counted.waiting,
        "refused": counted.refused,
        "closes_at": asked.closes_at,
        "closed_at": asked.closed_at,
        "paper_sha256": asked.shown_digest,
    }


@router.get("/cases", response=list[CaseOut], auth=Scoped("policies:read"))
def list_cases(
    request: HttpRequest, external_id: str = "", state: State | None = None, limit: int = Query(50, ge=1, le=LONGEST_PAGE)
) -> Any:
    """Return this client's cases, newest first."""
    rows = (
        Case.objects.filter(client_id=client_of(request).client_id).select_related("product").defer("product__data").order_by("-applied_at")
    )
    if external_id:
        rows = rows.filter(external_id=external_id)
    if state:
        rows = rows.filter(state=state)
    return [present.case(row) for row in rows[:limit]]


@router.post("/cases/{number}/withdrawal", response=CaseOut, auth=Scoped("cases:write"))
def withdraw_case(request: HttpRequest, number: str, body: WithdrawalIn | None = None) -> HttpResponse:
    """End a case before a policy exists, because the customer asked for it at the client's. A body may say why."""
    client = client_of(request)
    reason = body.reason if body else ""

    def work() -> tuple[int, Any]:
        case = cases.withdraw(case_id=find(client, number).id, actor="client", reason=reason or "api")
        return 200, present.case(case)

    return answer(request, client, work)


@router.get(
    "/documents/{document_id}/content",
    auth=Scoped("policies:read"),
    response={200: None},
    openapi_extra={"responses": {200: {"content": contract.files("application/pdf", "application/ofd")}}},
)
def read_document(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Return the newest revision of a document of this client's cases: PDF, or the OFD that the tax system gave as an invoice."""
    row = Document.objects.select_related("case").filter(pk=document_id, case__client_id=client_of(request).client_id).first()
    if row is None or not row.revisions.exists():
        raise DocumentNotFound()
    revision = row.revisions.latest("number")
    data = documents.read(revision)
    suffix = documents.suffix_of(data)
    response = HttpResponse(data, content_type=f"application/{suffix}")
    response["Repr-Digest"] = f"sha-256=:{b64encode(bytes.fromhex(revision.sha256)).decode()}:"  # RFC 9530
    response["Content-Disposition"] = f'attachment; filename="{row.kind}-{row.code}.{suffix}"'
    return response


def find(client: ApiClient, number: str) -> Case:
    """Return a case that this client started. Raises CaseNotFound, also for other clients' cases."""
    row = Case.objects.select_related("product").defer("product__data").filter(number=number, client_id=client.client_id).first()
    if row is None:
        raise CaseNotFound()
    return row


def branch_of(client: ApiClient, code: str) -> Branch:
    """Return the named branch of the client's insurer, or its own. Raises BranchUnknown."""
    if not code:
        return client.branch
    found = Branch.objects.filter(insurer=client.insurer, code=code).first()
    if found is None:
        raise BranchUnknown(fields={"branch": BranchUnknown.hint})
    return found


def _start(client: ApiClient, body: CaseIn) -> tuple[int, Any]:
    product = products.current(client.insurer, body.product)
    seller = None
    if body.salesperson:
        seller = Salesperson.objects.filter(insurer=client.insurer, licence_no=body.salesperson).first()
        if seller is None or not is_genuine(seller, on=clock.today()) or product.code not in seller.products:
            raise SalespersonUnknown(fields={"salesperson": SalespersonUnknown.hint})
    case = cases.start_case(
        product=product,
        branch=branch_of(client, body.branch),
        channel="api",
        salesperson=seller,
        language=body.language,
        client_id=client.client_id,
        external_id=body.external_id,
    )
    if body.application:
        with within("application"):
            prefilling.prefill(case_id=case.id, data=body.application)
    hours = product.definition.times.link_hours
    token, _code = links.make_link(case=case, party=None, purpose="apply", hours=hours, pickup=False)
    link = {"url": f"{config().base_url}/s/{token}/", "expires_at": clock.now() + timedelta(hours=hours)}
    return 201, present.case(case, link)

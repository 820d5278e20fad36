"""Cases that a sales platform starts and follows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from vermilion.apps.cases import documents
from vermilion.apps.cases import services as cases
from vermilion.apps.cases.errors import CaseNotFound
from vermilion.apps.cases.models import Case, Document
from vermilion.apps.integrations.models import ApiClient
from vermilion.apps.parties.models import Branch, Salesperson
from vermilion.apps.parties.queries import is_genuine
from vermilion.apps.products import queries as products
from vermilion.apps.signing import links
from vermilion.base import clock
from vermilion.base.config import config
from vermilion.base.errors import VermilionError
from vermilion.web.problems import _

from . import present
from .auth import Scoped, client_of
from .idempotent import answer
from .schemas import CaseIn, CaseOut, Problem

router = Router()
LONGEST_PAGE = 100


class SalespersonUnknown(VermilionError):
    """The licence number belongs to nobody who may sell this product today."""

    code = "salesperson_unknown"
    status = 422
    message = _("没有这名销售人员，或其今天不能销售该产品。")
    hint = _("请核对执业证编号、有效期和可售产品。")


class BranchUnknown(VermilionError):
    """The branch code is not one of the insurer's."""

    code = "branch_unknown"
    status = 422
    message = _("没有这个分支机构。")
    hint = _("请核对机构代码；不填时使用接口客户登记的机构。")


class HealthAnswersRefused(VermilionError):
    """Somebody other than the customer filled in answers about health."""

    code = "health_answers_refused"
    status = 422
    message = _("健康告知只能由客户本人回答，不能由系统代填。")
    hint = _("请从 application 中去掉 disclosure。")


@router.post("/cases", response={201: CaseOut, 422: Problem, 409: Problem}, auth=Scoped("cases:write"))
def start_case(request: HttpRequest, body: CaseIn) -> HttpResponse:
    """Start a case and return the link that the customer opens on her own phone. The link is in the first answer only."""
    client = client_of(request)
    return answer(request, client, lambda: _start(client, body))


@router.get("/cases/{number}", response={200: CaseOut, 404: Problem}, auth=Scoped("policies:read"))
def read_case(request: HttpRequest, number: str) -> Any:
    """Return a case of this client."""
    return present.case(find(client_of(request), number))


@router.get("/cases", response=list[CaseOut], auth=Scoped("policies:read"))
def list_cases(request: HttpRequest, external_id: str = "", state: str = "", limit: int = Query(50, ge=1, le=LONGEST_PAGE)) -> Any:
    """Return this client's cases, newest first."""
    rows = Case.objects.filter(client_id=client_of(request).client_id).select_related("product").order_by("-applied_at")
    if external_id:
        rows = rows.filter(external_id=external_id)
    if state:
        rows = rows.filter(state=state)
    return [present.case(row) for row in rows[:limit]]


@router.post("/cases/{number}/withdrawal", response={200: CaseOut, 404: Problem, 409: Problem}, auth=Scoped("cases:write"))
def withdraw_case(request: HttpRequest, number: str) -> HttpResponse:
    """End a case before a policy exists, because the customer asked for it at the client's."""
    client = client_of(request)

    def work() -> tuple[int, Any]:
        case = cases.withdraw(case_id=find(client, number).id, actor="client", reason="api")
        return 200, present.case(case)

    return answer(request, client, work)


@router.get("/documents/{document_id}/content", auth=Scoped("policies:read"), response={200: None, 404: Problem})
def read_document(request: HttpRequest, document_id: str) -> HttpResponse:
    """Return the newest revision of a document of this client's cases, as PDF."""
    row = Document.objects.select_related("case").filter(pk=_uuid(document_id), case__client_id=client_of(request).client_id).first()
    if row is None or not row.revisions.exists():
        raise CaseNotFound()
    revision = row.revisions.latest("number")
    response = HttpResponse(documents.read(revision), content_type="application/pdf")
    response["Digest"] = f"sha-256={revision.sha256}"
    response["Content-Disposition"] = f'attachment; filename="{row.kind}-{row.code}.pdf"'
    return response


def find(client: ApiClient, number: str) -> Case:
    """Return a case that this client started. Raises CaseNotFound, also for other clients' cases."""
    row = Case.objects.select_related("product").filter(number=number, client_id=client.client_id).first()
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
    if "disclosure" in body.application:
        raise HealthAnswersRefused(fields={"application.disclosure": HealthAnswersRefused.hint})
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
        row = cases.application(case)
        row.data, row.prefilled_by_staff = body.application, True
        row.save(update_fields=["data", "prefilled_by_staff"])
    hours = product.definition.times.link_hours
    token, _code = links.make_link(case=case, party=None, purpose="apply", hours=hours, pickup=False)
    link = {"url": f"{config().base_url}/s/{token}/", "expires_at": clock.now() + timedelta(hours=hours)}
    return 201, present.case(case, link)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise CaseNotFound() from None

"""Data in, sealed policy out; reading policies; the tax system's invoice."""

from __future__ import annotations

import json
import re
import time
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Router

from vermilion.apps.cases.transitions import State
from vermilion.apps.integrations.models import ApiClient
from vermilion.apps.policies import finishing, issuing
from vermilion.apps.policies.errors import PolicyNotFound
from vermilion.apps.policies.models import Policy
from vermilion.apps.products import queries as products
from vermilion.apps.products.checking import check_application
from vermilion.base import clock
from vermilion.base.errors import VermilionError
from vermilion.core.typeset import missing_characters
from vermilion.web.problems import TooLarge, _

from . import present
from .auth import Scoped, client_of
from .cases import branch_of
from .idempotent import answer
from .schemas import InvoiceOut, PolicyIn, PolicyOut, Problem

router = Router()
LONGEST_WAIT = 30  # seconds of ``Prefer: wait=N`` (RFC 7240)
LARGEST_INVOICE = 5 * 1024 * 1024


class InvoiceNotReadable(VermilionError):
    """The body is no PDF or OFD file."""

    code = "invoice_not_readable"
    status = 422
    message = _("收到的发票文件不是 PDF 或 OFD。")
    hint = _("请把发票文件的原始字节作为请求体发送。")


@router.post("/policies", response={201: PolicyOut, 202: PolicyOut, 409: Problem, 422: Problem}, auth=Scoped("policies:write"))
def order_policy(request: HttpRequest, body: PolicyIn) -> HttpResponse:
    """Issue a policy that the core has concluded, priced and collected.

    The order is accepted in one transaction; sealing and delivery follow within seconds. With `Prefer: wait=20` the answer waits for the
    delivered policy (201); otherwise, or when it takes longer, it says how far it is (202) and webhooks tell the rest. A repeat with the
    same key and body gets the same policy.
    """
    client = client_of(request)
    first = answer(request, client, lambda: _order(client, body))
    number = json.loads(first.content)["number"]
    policy = _wait(client, number, _wished_wait(request))
    done = policy.case.state not in (State.ISSUING, State.SEALED, State.DIFFERENT)
    response = JsonResponse(present.policy(policy), status=201 if done else 202, json_dumps_params={"ensure_ascii": False})
    response["Location"] = f"/api/v1/policies/{number}"
    if first.get("Idempotent-Replayed"):
        response["Idempotent-Replayed"] = "true"
    return response


@router.get("/policies/{number}", response={200: PolicyOut, 404: Problem}, auth=Scoped("policies:read"))
def read_policy(request: HttpRequest, number: str) -> Any:
    """Return a policy of the client's insurer."""
    return present.policy(_find(client_of(request), number))


@router.put(
    "/policies/{number}/invoices/{invoice_number}", response={200: InvoiceOut, 404: Problem, 422: Problem}, auth=Scoped("invoices:write")
)
def put_invoice(request: HttpRequest, number: str, invoice_number: str) -> Any:
    """Hand over the invoice file (raw bytes) that the tax system made. Repeating it changes nothing."""
    policy = _find(client_of(request), number, any_client=True)
    data = request.body
    if len(data) > LARGEST_INVOICE:
        raise TooLarge()
    if not data.startswith((b"%PDF-", b"PK\x03\x04")) or not re.fullmatch(r"[0-9A-Za-z-]{6,40}", invoice_number):
        raise InvoiceNotReadable()
    invoice = finishing.receive_invoice(policy_number=policy.number, insurer_id=policy.insurer_id, invoice_number=invoice_number, file=data)
    if invoice.document is None:
        raise InvoiceNotReadable()
    revision = invoice.document.revisions.get()
    return {"policy_number": policy.number, "invoice_number": invoice.number, "received_at": invoice.received_at, "sha256": revision.sha256}


def _order(client: ApiClient, body: PolicyIn) -> tuple[int, Any]:
    product = products.current(client.insurer, body.product)
    checked = check_application(product.definition, body.application, today=clock.today(), missing_characters=missing_characters)
    with transaction.atomic():
        case = issuing.order_policy(
            product=product,
            branch=branch_of(client, body.branch),
            application=checked.application,
            policy_number=body.policy_number,
            premium=body.premium,
            concluded_on=body.concluded_on,
            client_id=client.client_id,
            external_id=body.external_id,
        )
    return 202, present.policy(case.policy)


def _find(client: ApiClient, number: str, *, any_client: bool = False) -> Policy:
    """Return a policy: of this client's cases, or of the whole insurer for the tax system. Raises PolicyNotFound."""
    rows = Policy.objects.select_related("case").filter(number=number, insurer=client.insurer)
    if not any_client:
        rows = rows.filter(case__client_id=client.client_id)
    policy = rows.first()
    if policy is None:
        raise PolicyNotFound()
    return policy


def _wait(client: ApiClient, number: str, seconds: float) -> Policy:
    end = time.monotonic() + seconds
    while True:
        policy = _find(client, number)
        if policy.case.state not in (State.ISSUING, State.SEALED) or time.monotonic() >= end:
            return policy
        time.sleep(0.2)


def _wished_wait(request: HttpRequest) -> float:
    found = re.search(r"\bwait=(\d{1,3})\b", request.headers.get("Prefer", ""))
    return float(min(int(found.group(1)), LONGEST_WAIT)) if found else 0.0

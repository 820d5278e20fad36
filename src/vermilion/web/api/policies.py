"""Data in, sealed policy out; reading policies; the tax system's invoice."""

from __future__ import annotations

import json
import re
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Router

from vermilion.apps.integrations.models import ApiClient
from vermilion.apps.parties.queries import staff_phones
from vermilion.apps.policies import finishing, issuing
from vermilion.apps.policies.errors import PolicyNotFound
from vermilion.apps.policies.models import Policy
from vermilion.apps.products import queries as products
from vermilion.apps.products.checking import check_application, refuse_unused
from vermilion.base import clock
from vermilion.base.canonical import sha256
from vermilion.core.typeset import missing_characters

from . import contract, present, waiting
from .auth import Scoped, client_of
from .cases import branch_of
from .errors import BodyInvalid, BodyTypeUnsupported, ConcludedLater, InvoiceNotReadable, within
from .idempotent import answer, later
from .schemas import InvoiceOut, PolicyIn, PolicyOut

router = Router()
ACCEPTED = 202
INVOICE_NUMBER = re.compile(r"[0-9A-Za-z-]{6,40}")
INVOICE_TYPES = ("application/pdf", "application/ofd", "application/octet-stream")


@router.post(
    "/policies",
    response={201: PolicyOut, 202: PolicyOut},
    auth=Scoped("policies:write"),
    openapi_extra={"parameters": [contract.PREFER]},
)
def order_policy(request: HttpRequest, body: PolicyIn) -> HttpResponse:
    """Issue a policy that the core has concluded, priced and collected.

    The order is accepted in one transaction; sealing and delivery follow within seconds. Without `Prefer` the answer is 202, at once, and
    so are its repeats; webhooks or `GET` tell the rest. With `Prefer: wait=20` the answer waits for the delivered policy (201) or, when it
    takes longer, says how far it is (202). Once a 201 was given, every repeat gets the same 201.
    """
    client = client_of(request)
    given = answer(request, client, lambda: _order(client, body))
    number = json.loads(given.content)["number"]
    seconds = waiting.wished(request)
    if seconds and given.status_code == ACCEPTED:
        done = waiting.for_delivery(find(client, number), seconds)
        given = later(request, client, 201 if done else ACCEPTED, present.policy(find(client, number)))
    given["Location"] = f"/api/v1/policies/{number}"
    return given


@router.get("/policies/{number}", response=PolicyOut, auth=Scoped("policies:read"))
def read_policy(request: HttpRequest, number: str) -> Any:
    """Return a policy of this client's cases as it is now."""
    return present.policy(find(client_of(request), number))


@router.put(
    "/policies/{number}/invoices/{invoice_number}",
    response=InvoiceOut,
    auth=Scoped("invoices:write"),
    openapi_extra={"requestBody": {"required": True, "content": contract.files("application/pdf", "application/ofd")}},
)
def put_invoice(request: HttpRequest, number: str, invoice_number: str) -> Any:
    """Hand over the invoice file (raw bytes) that the tax system made. Repeating it changes nothing; another file is refused."""
    policy = find(client_of(request), number, any_client=True)
    data = request.body
    if not INVOICE_NUMBER.fullmatch(invoice_number):
        raise BodyInvalid(fields={"invoice_number": BodyInvalid.hint})
    if request.content_type not in INVOICE_TYPES:
        raise BodyTypeUnsupported()
    if not (data.startswith(b"%PDF-") and b"%%EOF" in data[-1024:]) and not (data.startswith(b"PK\x03\x04") and b"OFD.xml" in data):
        raise InvoiceNotReadable()
    invoice = finishing.receive_invoice(policy_number=policy.number, insurer_id=policy.insurer_id, invoice_number=invoice_number, file=data)
    return {
        "policy_number": policy.number,
        "invoice_number": invoice.number,
        "received_at": invoice.received_at,
        "sha256": sha256(data),
    }


def _order(client: ApiClient, body: PolicyIn) -> tuple[int, Any]:
    product = products.current(client.insurer, body.product)
    if body.concluded_on > clock.today():
        raise ConcludedLater(fields={"concluded_on": ConcludedLater.hint})
    with within("application"):
        checked = check_application(
            product.definition,
            body.application,
            today=clock.today(),
            missing_characters=missing_characters,
            forbidden_phones=staff_phones(client.insurer),
        )
        refuse_unused(body.application, checked.application)
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
            language=body.language,
        )
    return 202, present.policy(case.policy)


def find(client: ApiClient, number: str, *, any_client: bool = False) -> Policy:
    """Return a policy: of this client's cases, or of the whole insurer for the tax system. Raises PolicyNotFound."""
    rows = Policy.objects.select_related("case").filter(number=number, insurer=client.insurer)
    if not any_client:
        rows = rows.filter(case__client_id=client.client_id)
    policy = rows.first()
    if policy is None:
        raise PolicyNotFound()
    return policy

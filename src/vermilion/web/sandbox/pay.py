"""The sandbox payment page. When its button is pressed, the gateway's signed callback travels over real HTTP, as a real gateway's would."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Callable
from functools import partial
from urllib.parse import urljoin
from uuid import UUID

import httpx
import structlog
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from vermilion.apps.payments.errors import OrderNotFound
from vermilion.apps.payments.gateways import SandboxGateway, sign
from vermilion.apps.payments.models import OrderState, PaymentOrder
from vermilion.base import clock
from vermilion.base.instance import is_demo

TRIES = 5
logger = structlog.get_logger("vermilion.sandbox")


@require_http_methods(["GET", "HEAD", "POST"])
def pay(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Show the order; on POST pretend that the money moved and go back to the insurer."""
    order = (
        PaymentOrder.objects.select_related("case__insurer", "case__product")
        .defer("case__product__data")
        .filter(pk=order_id, gateway=SandboxGateway.name)
        .first()
    )
    if not is_demo() or order is None:
        raise OrderNotFound()
    request.insurer = order.case.insurer  # type: ignore[attr-defined]
    back = reverse("apply_status", args=[order.case.number])
    if request.method != "POST":
        context = {
            "order": order,
            "case": order.case,
            "product": order.case.product.definition,
            "open": order.state == OrderState.OPEN,
            "back": back,
        }
        return TemplateResponse(request, "sandbox/pay.html", context)
    if order.state == OrderState.OPEN and "cancel" not in request.POST:
        callback_url = urljoin(f"{request.scheme}://{request.get_host()}", reverse("payment-callback", args=[SandboxGateway.name]))
        body = json.dumps(
            {
                "order_id": str(order.id),
                "case_number": order.case.number,
                "amount": order.amount,
                "currency": order.currency,
                "transaction_id": f"SB{uuid.uuid4().hex[:20]}",
                "payer": f"sandbox {order.case.number}",  # each pays from an account of her own
            }
        ).encode()
        threading.Thread(target=call_back, args=(callback_url, body, partial(sign, SandboxGateway().key())), daemon=True).start()
    return HttpResponseRedirect(back)


def call_back(url: str, body: bytes, sign: Callable[[str, bytes], str]) -> None:
    """POST the callback until it is answered, each try stamped and signed anew. Touches no database: it stands for another company."""
    for attempt in range(TRIES):
        timestamp = str(int(clock.now().timestamp()))
        headers = {"Content-Type": "application/json", "X-Timestamp": timestamp, "X-Signature": sign(timestamp, body)}
        try:
            answer = httpx.post(url, content=body, headers=headers, timeout=10, trust_env=False)
            if answer.status_code < 500:
                logger.info("sandbox_callback", status=answer.status_code)
                return
        except httpx.HTTPError as error:
            logger.warning("sandbox_callback_failed", error=type(error).__name__)
        time.sleep(0.2 * 2**attempt)

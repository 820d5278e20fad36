"""The payment gateway's callback: signature over the raw body and time, then order, case, amount and currency."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from vermilion.apps.payments.services import take_callback
from vermilion.web.problems import TooLarge

LARGEST_CALLBACK = 16 * 1024


# The gateway has no session; its signature is what is believed.
@csrf_exempt
@require_POST
def callback(request: HttpRequest, gateway: str) -> HttpResponse:
    """Answer 200 when the payment was accepted, now or before; 4xx with a problem otherwise, so that the gateway tries again or alarms."""
    if len(request.body) > LARGEST_CALLBACK:
        raise TooLarge()
    result = take_callback(
        gateway_name=gateway,
        timestamp=request.headers.get("X-Timestamp", ""),
        signature=request.headers.get("X-Signature", ""),
        raw=request.body,
    )
    return JsonResponse({"result": result})

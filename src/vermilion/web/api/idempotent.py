"""Every POST through one door: ``Idempotency-Key``, one transaction, the answer kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse, JsonResponse

from vermilion.apps.integrations.models import ApiClient
from vermilion.apps.integrations.services import run_idempotent


def answer(request: HttpRequest, client: ApiClient, work: Callable[[], tuple[int, Any]]) -> HttpResponse:
    """Run ``work`` once for this key and body and return its answer, or the stored one (``Idempotent-Replayed: true``)."""

    def plain() -> tuple[int, Any]:
        status, body = work()
        return status, json.loads(json.dumps(body, cls=DjangoJSONEncoder))

    given = run_idempotent(
        client=client,
        key=request.headers.get("Idempotency-Key"),
        method=request.method or "POST",
        path=request.path,
        body=request.body,
        work=plain,
    )
    response = JsonResponse(given.body, status=given.status, json_dumps_params={"ensure_ascii": False})
    if given.replayed:
        response["Idempotent-Replayed"] = "true"
    return response

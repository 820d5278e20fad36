"""Every POST through one door: ``Idempotency-Key``, one transaction, the answer kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse, JsonResponse

from vermilion.apps.integrations.models import ApiClient
from vermilion.apps.integrations.services import later_answer, run_idempotent

REPLAYED = "Idempotent-Replayed"


def answer(request: HttpRequest, client: ApiClient, work: Callable[[], tuple[int, Any]]) -> HttpResponse:
    """Run ``work`` once for this key and body and return its answer, or the stored one (``Idempotent-Replayed: true``)."""

    def in_json() -> tuple[int, Any]:
        status, body = work()
        return status, _json(body)

    given = run_idempotent(
        client=client,
        key=request.headers.get("Idempotency-Key"),
        method=request.method or "POST",
        path=request.path,
        body=request.body,
        work=in_json,
    )
    return _respond(given.status, given.body, replayed=given.replayed)


def later(request: HttpRequest, client: ApiClient, status: int, body: Any) -> HttpResponse:
    """Return a newer answer to a request that :func:`answer` had answered with 202, and keep it for its repeats."""
    kept = later_answer(client=client, key=request.headers["Idempotency-Key"], status=status, body=_json(body))
    return _respond(kept.status, kept.body, replayed=kept.replayed)


def _respond(status: int, body: Any, *, replayed: bool) -> HttpResponse:
    # Sorted, as it is stored: a repeat gets the same bytes.
    response = JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False, "sort_keys": True})
    if replayed:
        response[REPLAYED] = "true"
    return response


def _json(body: Any) -> Any:
    return json.loads(json.dumps(body, cls=DjangoJSONEncoder))

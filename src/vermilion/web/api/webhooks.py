"""Where a client wants to be told."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router
from ninja.responses import Status

from vermilion.apps.integrations import services
from vermilion.apps.integrations.models import WebhookEndpoint

from .auth import Scoped, client_of
from .idempotent import answer
from .schemas import EndpointIn, EndpointOut, SecretOut

router = Router()

#: Who may make cases or policies may have itself told of them.
OWNERS = ("cases:write", "policies:write")


@router.post("/webhook-endpoints", response={201: EndpointOut}, auth=Scoped(*OWNERS))
def add_endpoint(request: HttpRequest, body: EndpointIn) -> HttpResponse:
    """Register an address. The secret (Standard Webhooks, `whsec_…`) is in this answer and its repeats only."""
    client = client_of(request)

    def work() -> tuple[int, Any]:
        endpoint, secret = services.add_endpoint(client=client, url=body.url, all_cases=body.all_cases)
        return 201, {**_present(endpoint), "secret": secret}

    return answer(request, client, work)


@router.get("/webhook-endpoints", response=list[EndpointOut], auth=Scoped("policies:read", *OWNERS))
def list_endpoints(request: HttpRequest) -> Any:
    """Return the client's addresses, without secrets."""
    return [_present(row) for row in WebhookEndpoint.objects.filter(client=client_of(request)).order_by("created_at")]


@router.post("/webhook-endpoints/{endpoint_id}/secret", response=SecretOut, auth=Scoped(*OWNERS))
def rotate_secret(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    """Make a new secret. Webhooks carry a signature by each of the two newest, so that you can change over."""
    client = client_of(request)
    return answer(request, client, lambda: (200, {"secret": services.rotate_secret(client=client, endpoint_id=endpoint_id)}))


@router.delete("/webhook-endpoints/{endpoint_id}", response={204: None}, auth=Scoped(*OWNERS))
def remove_endpoint(request: HttpRequest, endpoint_id: UUID) -> Any:
    """Stop telling an address; what was delivered stays on record."""
    services.remove_endpoint(client=client_of(request), endpoint_id=endpoint_id)
    return Status(204, None)


def _present(endpoint: WebhookEndpoint) -> dict[str, Any]:
    return {"id": str(endpoint.id), "url": endpoint.url, "enabled": endpoint.enabled, "all_cases": endpoint.all_cases}

"""Webhooks: where to tell, what to tell, and telling again."""

from __future__ import annotations

import base64
import secrets
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from vermilion.apps.cases.models import Case
from vermilion.base import clock, jobs
from vermilion.base.instance import is_demo

from . import safe_http, tasks
from .errors import ScopeMissing, WebhookNotFound, WebhookUrlRefused
from .models import ApiClient, DeliveryState, WebhookDelivery, WebhookEndpoint, WebhookEvent, new_event_id
from .payload import Event
from .scopes import ALL_CASES


def add_endpoint(*, client: ApiClient, url: str, all_cases: bool = False) -> tuple[WebhookEndpoint, str]:
    """Register where a client is told; return the endpoint and its secret (``whsec_…``), shown once.

    Raises WebhookUrlRefused, or ScopeMissing when ``all_cases`` is asked for by a client that may know of its own only.
    """
    if all_cases and ALL_CASES not in client.scopes:
        raise ScopeMissing(missing=[ALL_CASES])
    try:
        safe_http.check_url(url, allow_loopback=is_demo())
    except safe_http.CallRefused as refusal:
        raise WebhookUrlRefused(reason=refusal.code) from refusal
    secret = _new_secret()
    endpoint = WebhookEndpoint.objects.create(
        client=client, url=url, secret={"keys": [secret]}, all_cases=all_cases, created_at=clock.now()
    )
    return endpoint, secret


def remove_endpoint(*, client: ApiClient, endpoint_id: UUID) -> None:
    """Tell a client's address nothing more; what was delivered stays on record. Raises WebhookNotFound."""
    if not WebhookEndpoint.objects.filter(pk=endpoint_id, client=client).update(enabled=False):
        raise WebhookNotFound()


def rotate_secret(*, client: ApiClient, endpoint_id: UUID) -> str:
    """Return a new secret; from now on both sign, so that the receiver can change over. The one before the last stops.

    Raises WebhookNotFound, also for an address that was removed.
    """
    with transaction.atomic():
        endpoints = WebhookEndpoint.objects.select_for_update(of=("self",), no_key=True).select_related("client")
        endpoint = endpoints.filter(pk=endpoint_id, client=client, enabled=True).first()
        if endpoint is None:
            raise WebhookNotFound()
        secret = _new_secret()
        endpoint.secret = {"keys": [secret, *endpoint.secret["keys"]][:2]}
        endpoint.save(update_fields=["secret"])
    return secret


def publish(*, case: Case, type: str, payload: dict[str, Any] | None = None, subject: str = "") -> WebhookEvent:
    """Tell the clients of a case what happened; must run inside the transaction of the fact. A second call returns the first event.

    ``payload`` has fields of ``payload.EventData`` beyond the case's own, such as ``policy_number`` and ``documents``. ``subject`` tells
    several events of one type apart (version, endorsement). Raises pydantic's ValidationError, a defect of the caller, when the payload
    does not fit.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a webhook is published in the transaction of the fact that it tells")
    known = WebhookEvent.objects.filter(case=case, type=type, subject=subject).first()
    if known:
        return known
    moment = clock.now()
    data = {"case_number": case.number, "external_id": case.external_id, "status": str(case.state), **(payload or {})}
    body = Event.model_validate({"id": new_event_id(), "type": type, "timestamp": clock.rfc3339(moment), "data": data})
    event = WebhookEvent.objects.create(
        id=body.id, case=case, type=type, subject=subject, payload=body.model_dump(exclude_none=True), created_at=moment
    )
    own_or_all = Q(client__client_id=case.client_id) | Q(all_cases=True, client__scopes__contains=[ALL_CASES])
    for endpoint in WebhookEndpoint.objects.filter(own_or_all, enabled=True, client__active=True, client__insurer_id=case.insurer_id):
        delivery = WebhookDelivery.objects.create(event=event, endpoint=endpoint, next_at=moment, created_at=moment)
        enqueue(delivery)
    return event


def resend(*, delivery_id: UUID) -> WebhookDelivery:
    """Deliver again, whether it was given up or had arrived; the receiver sees the same id. Raises WebhookNotFound."""
    with transaction.atomic():
        delivery = WebhookDelivery.objects.select_for_update(no_key=True).filter(pk=delivery_id).first()
        if delivery is None:
            raise WebhookNotFound()
        delivery.state, delivery.attempts, delivery.next_at = DeliveryState.PENDING, 0, clock.now()
        delivery.save(update_fields=["state", "attempts", "next_at"])
        enqueue(delivery)
    return delivery


def enqueue(delivery: WebhookDelivery, *, delay_seconds: int = 0) -> None:
    """Enqueue the job of a delivery in the caller's transaction."""
    jobs.enqueue(tasks.deliver, lock=f"webhook:{delivery.id}", delay_seconds=delay_seconds, delivery_id=str(delivery.id))


def _new_secret() -> str:
    return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"

"""One try of one webhook: signed, sent outside any transaction, its true outcome on record, the next try enqueued with it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from standardwebhooks.webhooks import Webhook

from vermilion.apps.notices.services import send
from vermilion.base import clock
from vermilion.base.canonical import canonical
from vermilion.base.instance import is_demo

from . import safe_http, webhooks
from .models import DeliveryState, WebhookAttempt, WebhookDelivery, WebhookEndpoint, WebhookEvent

#: Seconds before the next try: 2, 4, 8 … the last about 18 hours after the one before, 36 hours after the event.
MOST_ATTEMPTS = 17
ALERT_AFTER = 5


@dataclass(frozen=True)
class Outcome:
    """What came of one try; ``permanent`` means that trying again cannot help."""

    status: int | None
    error: str = ""
    detail: str = ""
    permanent: bool = False

    @property
    def ok(self) -> bool:
        """Tell whether the receiver took it."""
        return not self.error


def deliver(delivery_id: UUID) -> None:
    """Try a pending delivery once. Failures are recorded and tried again later by a new job; nothing is raised."""
    delivery = WebhookDelivery.objects.select_related("event", "endpoint__client").filter(pk=delivery_id).first()
    if delivery is None or delivery.state != DeliveryState.PENDING:
        return
    moment, started = clock.now(), time.monotonic()
    outcome = _call(delivery.endpoint, delivery.event, moment)
    _conclude(delivery_id, outcome, moment, int((time.monotonic() - started) * 1000))


def signed_headers(endpoint: WebhookEndpoint, event_id: str, body: bytes, moment: datetime) -> dict[str, str]:
    """Return the Standard Webhooks headers; during a rotation there is one signature a key, the newest first."""
    signatures = [Webhook(key).sign(event_id, moment, body.decode()) for key in endpoint.secret["keys"]]
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(signatures),
        "content-type": "application/json",
        "user-agent": "Vermilion-Webhooks/1",
    }


def _call(endpoint: WebhookEndpoint, event: WebhookEvent, moment: datetime) -> Outcome:
    if not (endpoint.enabled and endpoint.client.active):
        return Outcome(None, "endpoint_disabled", permanent=True)
    body = canonical(event.payload)
    try:
        status = safe_http.post(endpoint.url, body, signed_headers(endpoint, event.id, body, moment), allow_loopback=is_demo())
    except safe_http.CallRefused as refusal:
        return Outcome(None, refusal.code, refusal.detail, refusal.permanent)
    if 200 <= status < 300:
        return Outcome(status)
    return Outcome(status, "redirected" if 300 <= status < 400 else "refused", permanent=status == 410)


def _conclude(delivery_id: UUID, outcome: Outcome, moment: datetime, milliseconds: int) -> None:
    with transaction.atomic():
        delivery = (
            WebhookDelivery.objects.select_for_update(of=("self",), no_key=True)
            .select_related("event__case", "endpoint__client")
            .get(pk=delivery_id)
        )
        WebhookAttempt.objects.create(
            delivery=delivery, at=moment, milliseconds=milliseconds, status=outcome.status, error=outcome.error, detail=outcome.detail
        )
        if delivery.state != DeliveryState.PENDING:
            return
        delivery.attempts += 1
        delivery.next_at = None
        if outcome.ok:
            delivery.state, delivery.delivered_at = DeliveryState.DELIVERED, clock.now()
            WebhookEndpoint.objects.filter(pk=delivery.endpoint_id).update(failing_since=None, alerted_at=None)
        else:
            _plan_next(delivery, outcome)
            _note_failure(delivery, outcome)
        delivery.save()


def _plan_next(delivery: WebhookDelivery, outcome: Outcome) -> None:
    if outcome.permanent or delivery.attempts >= MOST_ATTEMPTS:
        delivery.state = DeliveryState.FAILED
        return
    wait = 2**delivery.attempts
    delivery.next_at = clock.now() + timedelta(seconds=wait)
    webhooks.enqueue(delivery, delay_seconds=wait)


def _note_failure(delivery: WebhookDelivery, outcome: Outcome) -> None:
    """Mark the endpoint as failing, and tell its contact once when it goes on."""
    endpoints = WebhookEndpoint.objects.select_for_update(of=("self",), no_key=True).select_related("client__insurer")
    endpoint = endpoints.get(pk=delivery.endpoint_id)
    endpoint.failing_since = endpoint.failing_since or clock.now()
    serious = delivery.attempts >= ALERT_AFTER or delivery.state == DeliveryState.FAILED
    if serious and endpoint.alerted_at is None and endpoint.client.contact_mail:
        endpoint.alerted_at = clock.now()
        send(
            case=None,
            insurer=endpoint.client.insurer,
            template="webhook_failing",
            channel="mail",
            to=endpoint.client.contact_mail,
            data={"endpoint": endpoint.url, "error": f"{outcome.error} {outcome.status or ''}".strip()},
        )
    endpoint.save(update_fields=["failing_since", "alerted_at"])

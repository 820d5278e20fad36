"""Reading webhooks: what was told to whom, and what went wrong."""

from __future__ import annotations

from django.db.models import QuerySet

from vermilion.apps.cases.models import Case
from vermilion.apps.parties.models import Insurer

from .models import DeliveryState, WebhookDelivery


def of_case(case: Case) -> QuerySet[WebhookDelivery]:
    """Return the deliveries about a case with their attempts, newest first."""
    rows = WebhookDelivery.objects.filter(event__case=case).select_related("event", "endpoint__client")
    return rows.prefetch_related("tries").order_by("-created_at")


def troubled(insurer: Insurer) -> QuerySet[WebhookDelivery]:
    """Return the deliveries that were given up or are being tried again, newest first."""
    rows = WebhookDelivery.objects.filter(endpoint__client__insurer=insurer).exclude(state=DeliveryState.DELIVERED)
    return rows.filter(tries__isnull=False).distinct().select_related("event", "endpoint__client").order_by("-created_at")

"""The insurer's systems: who they are, which requests of theirs were done, where they want to be told."""

from __future__ import annotations

import secrets
import uuid
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from oauth2_provider.settings import oauth2_settings

from vermilion.base.vault import EncryptedJSONField


class ApiClient(models.Model):
    """A system of the insurer. ``client_id`` is the OAuth client id; ``Case.client_id`` names it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    application = models.OneToOneField(oauth2_settings.APPLICATION_MODEL, on_delete=models.PROTECT, related_name="api_client")
    client_id = models.CharField(max_length=100, unique=True)
    insurer = models.ForeignKey("parties.Insurer", on_delete=models.PROTECT, related_name="api_clients")
    branch = models.ForeignKey("parties.Branch", on_delete=models.PROTECT, related_name="api_clients")  # of cases that name none
    name = models.CharField(max_length=80)
    scopes = ArrayField(models.CharField(max_length=40), default=list)
    # Whom to tell when this client's webhooks fail; empty = nobody.
    contact_mail = models.EmailField(blank=True)
    data_key = models.ForeignKey("base.DataKey", on_delete=models.PROTECT, related_name="+")
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class IdempotencyState(models.TextChoices):
    """``in_progress`` older than the take-over time belongs to a process that died."""

    IN_PROGRESS = "in_progress", "in_progress"
    DONE = "done", "done"


class IdempotencyRecord(models.Model):
    """One ``Idempotency-Key`` of one client: the request it was used for, and the answer that was given."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, related_name="requests")
    key = models.CharField(max_length=255)
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=500)
    body_hash = models.CharField(max_length=64)  # keyed: a body holds personal data
    state = models.CharField(max_length=12, choices=IdempotencyState.choices, default=IdempotencyState.IN_PROGRESS)
    attempt = models.UUIDField(default=uuid.uuid4)  # which process works on it
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    response = EncryptedJSONField(data_key="data_key_id", null=True, blank=True)
    started_at = models.DateTimeField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "key"], name="integrations_key_once_per_client")]
        indexes = [models.Index(fields=["created_at"])]

    @property
    def data_key_id(self) -> UUID:
        return self.client.data_key_id


class WebhookEndpoint(models.Model):
    """An address of a client that is told of events. ``secret``: ``{"keys": [newest, …]}``; during a rotation both sign."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, related_name="webhooks")
    url = models.URLField(max_length=500)
    secret = EncryptedJSONField(data_key="data_key_id")
    # False: only cases that this client started. True: every case of its insurer.
    all_cases = models.BooleanField(default=False)
    enabled = models.BooleanField(default=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    alerted_at = models.DateTimeField(null=True, blank=True)  # its contact was told, once until it works again
    created_at = models.DateTimeField()

    @property
    def data_key_id(self) -> UUID:
        return self.client.data_key_id


def new_event_id() -> str:
    """Return the stable id by which a receiver notices that it was told twice."""
    return f"evt_{secrets.token_hex(16)}"


class WebhookEvent(models.Model):
    """Something that happened to a case, as it is told; ``payload`` holds no personal datum."""

    id = models.CharField(max_length=40, primary_key=True, default=new_event_id)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="webhook_events")
    type = models.CharField(max_length=40)
    subject = models.CharField(max_length=64, blank=True)  # which of several (policy version, endorsement); makes publishing repeatable
    payload = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "type", "subject"], name="integrations_event_once")]


class DeliveryState(models.TextChoices):
    """``failed``: given up after the last attempt; resending makes it pending again."""

    PENDING = "pending", _("待送")
    DELIVERED = "delivered", _("已送达")
    FAILED = "failed", _("已放弃")


class WebhookDelivery(models.Model):
    """One event to one endpoint."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    event = models.ForeignKey(WebhookEvent, on_delete=models.PROTECT, related_name="deliveries")
    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.PROTECT, related_name="deliveries")
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)  # since it was published or last resent
    next_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "endpoint"], name="integrations_one_delivery_per_endpoint"),
            models.CheckConstraint(condition=models.Q(state__in=DeliveryState.values), name="integrations_known_delivery_state"),
        ]
        indexes = [models.Index(fields=["state", "next_at"])]


class WebhookAttempt(models.Model):
    """One try of one delivery, with its true outcome."""

    delivery = models.ForeignKey(WebhookDelivery, on_delete=models.PROTECT, related_name="tries")
    at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField()
    status = models.PositiveSmallIntegerField(null=True, blank=True)  # what the receiver answered; null = nothing
    error = models.CharField(max_length=40, blank=True)  # stable code
    detail = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["delivery", "at"]

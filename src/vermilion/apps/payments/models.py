"""PaymentOrder and every callback that claimed to be about one."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class OrderState(models.TextChoices):
    OPEN = "open", _("待支付")
    PAID = "paid", _("已支付")
    REFUNDED = "refunded", _("已退还")
    VOID = "void", _("已关闭")


class PaymentOrder(models.Model):
    """One request to the customer to pay one amount for one case."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="payment_orders")
    amount = models.BigIntegerField()  # fen
    currency = models.CharField(max_length=3, default="CNY")
    state = models.CharField(max_length=8, choices=OrderState.choices, default=OrderState.OPEN)
    gateway = models.CharField(max_length=24)
    transaction_id = models.CharField(max_length=64, unique=True, null=True)
    requested_at = models.DateTimeField(null=True)  # the customer was sent to the gateway
    paid_at = models.DateTimeField(null=True)
    # Returned whole, outside the platform: when a clerk said so, and by which number it is found with the bank or gateway.
    refunded_at = models.DateTimeField(null=True)
    refunded_by = models.ForeignKey("parties.StaffMember", null=True, on_delete=models.PROTECT, related_name="+")
    refund_reference = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="payments_positive_amount"),
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(state__in=["open", "paid"]), name="payments_one_live_order_per_case"
            ),
        ]


class GatewayCallback(models.Model):
    """A callback as it arrived, with what was made of it: refusals are kept too."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    order = models.ForeignKey(PaymentOrder, null=True, on_delete=models.PROTECT, related_name="callbacks")
    gateway = models.CharField(max_length=24)
    body_digest = models.CharField(max_length=64)
    result = models.CharField(max_length=40)  # accepted | repeated | code of the refusal
    received_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["result", "received_at"])]

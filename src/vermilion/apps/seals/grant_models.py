"""What happens to grants in use: 临时增额, an increase of one day's limit; 用印预警, a use that somebody should look at."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from vermilion.base.vault import EncryptedJSONField


class GrantIncrease(models.Model):
    """临时增额: more uses of a grant on one day, approved by one approver's passkey on the phone; the next day it is over."""

    class State(models.TextChoices):
        WAITING = "waiting", _("待审批")
        APPROVED = "approved", _("已批准")
        REFUSED = "refused", _("未批准")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    grant = models.ForeignKey("seals.SealGrant", on_delete=models.PROTECT, related_name="increases")
    day = models.DateField()  # of Shanghai
    extra = models.PositiveIntegerField()  # uses beyond the daily limit
    reason = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)  # of all that is approved
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    requested_by = models.ForeignKey("parties.StaffMember", on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    decided_by = models.ForeignKey("parties.StaffMember", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    proof = models.JSONField(null=True, blank=True)  # the passkey's answer, to be checked again

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["grant", "day"], condition=Q(state="waiting"), name="seals_one_open_increase"),
            models.CheckConstraint(
                condition=~Q(state="approved") | (Q(decided_by__isnull=False, proof__isnull=False) & ~Q(decided_by=F("requested_by"))),
                name="seals_increase_two_people",
            ),
        ]


class SealAlert(models.Model):
    """用印预警: an unusual use, told once to custodians and compliance, open until one of them looked."""

    class Kind(models.TextChoices):
        LIMIT = "limit", _("已用每日限额的 80%")
        HOURS = "hours", _("工作时间以外用印")
        BURST = "burst", _("一小时用印超过平时的 3 倍")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    insurer = models.ForeignKey("parties.Insurer", on_delete=models.PROTECT, related_name="+")
    seal = models.ForeignKey("seals.Seal", on_delete=models.PROTECT, related_name="alerts")
    grant = models.ForeignKey("seals.SealGrant", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    about = models.CharField(max_length=80)  # the day or hour: the same thing is told once
    count = models.PositiveIntegerField()
    usual = models.PositiveIntegerField()  # the limit, or the median
    raised_at = models.DateTimeField()
    looked_by = models.ForeignKey("parties.StaffMember", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    looked_at = models.DateTimeField(null=True, blank=True)
    data_key_id = models.UUIDField(null=True, blank=True)
    content = EncryptedJSONField(data_key="data_key_id", null=True)  # {"finding": what the person who looked found}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["seal", "kind", "about"], name="seals_alert_once")]
        indexes = [models.Index(fields=["insurer", "looked_at"])]

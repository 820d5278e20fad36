"""Notice: one message to one person, from the moment it was decided until the gateway confirmed it."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from vermilion.base.vault import EncryptedJSONField


class Channel(models.TextChoices):
    """By what way a notice travels."""

    SMS = "sms", _("短信")
    MAIL = "mail", _("邮件")


class NoticeState(models.TextChoices):
    """How far a notice came. ``sent``: a gateway took it; ``received``: the gateway says that it arrived."""

    QUEUED = "queued", _("待发送")
    SENT = "sent", _("已发出")
    RECEIVED = "received", _("已送达")
    FAILED = "failed", _("送达失败")


class Notice(models.Model):
    """One message. ``content``: to, subject, body; the body of a one-time code loses the code once it was handed over."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    insurer = models.ForeignKey("parties.Insurer", null=True, blank=True, on_delete=models.PROTECT, related_name="notices")
    case = models.ForeignKey("cases.Case", null=True, blank=True, on_delete=models.PROTECT, related_name="notices")
    party = models.ForeignKey("cases.CaseParty", null=True, blank=True, on_delete=models.SET_NULL, related_name="notices")
    template = models.CharField(max_length=40)
    channel = models.CharField(max_length=4, choices=Channel.choices)
    language = models.CharField(max_length=8, default="zh-hans")
    data_key = models.ForeignKey("base.DataKey", on_delete=models.PROTECT, related_name="+")
    content: Any = EncryptedJSONField(data_key="data_key_id")
    recipient_hash = models.CharField(max_length=64, db_index=True)
    state = models.CharField(max_length=8, choices=NoticeState.choices, default=NoticeState.QUEUED)
    provider = models.CharField(max_length=40, blank=True)
    provider_id = models.CharField(max_length=120, blank=True)
    sandbox = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=64, blank=True)  # stable code
    last_error_detail = models.CharField(max_length=400, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    handed_over_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [models.CheckConstraint(condition=models.Q(state__in=NoticeState.values), name="notices_known_state")]
        indexes = [models.Index(fields=["state", "created_at"]), models.Index(fields=["provider", "provider_id"])]

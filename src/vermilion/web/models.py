"""What the doors count and keep: attempts within a time, log-ins of the insurer's people."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models


class RateCounter(models.Model):
    """Attempts under one hashed key until ``expires_at``; written by :mod:`vermilion.web.limits` only."""

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField()
    expires_at = models.DateTimeField(db_index=True)


class StaffLogIn(models.Model):
    """One log-in of a member of staff or a salesperson; its session lives while it has not ended (:mod:`vermilion.web.staff.log_ins`)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="log_ins")
    method = models.CharField(max_length=16, blank=True)
    device = models.CharField(max_length=40, blank=True)
    network = models.CharField(max_length=43, blank=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["user", "ended_at"])]

"""What the doors count: attempts within a time."""

from __future__ import annotations

from django.db import models


class RateCounter(models.Model):
    """Attempts under one hashed key until ``expires_at``; written by :mod:`vermilion.web.limits` only."""

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField()
    expires_at = models.DateTimeField(db_index=True)

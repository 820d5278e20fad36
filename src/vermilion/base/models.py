"""The platform's own tables: data keys and facts about the instance."""

from __future__ import annotations

import uuid

from django.db import models


class DataKey(models.Model):
    """A key that encrypts one case's data, itself encrypted by the master key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(max_length=40)
    wrapped = models.BinaryField()
    # Which master key wrapped it, so that a wrong one is named instead of guessed.
    master = models.CharField(max_length=16)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.purpose} {self.id}"


class InstanceFact(models.Model):
    """Something that was decided when the instance was made; a trigger refuses any change."""

    name = models.CharField(max_length=40, primary_key=True)
    value = models.JSONField()
    recorded_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.name} = {self.value}"


class JobFailure(models.Model):
    """A failed attempt of a job: what went wrong and where, without personal data."""

    job_id = models.BigIntegerField(db_index=True)
    task = models.CharField(max_length=128)
    attempt = models.PositiveIntegerField()
    error = models.CharField(max_length=200)
    code = models.CharField(max_length=60, blank=True)
    message = models.CharField(max_length=500, blank=True)
    place = models.TextField(blank=True)
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.task} #{self.job_id}, attempt {self.attempt}: {self.error}"

"""ArchiveEntry: the manifest of a case and its retention."""

from __future__ import annotations

import uuid

from django.db import models


class ArchiveEntry(models.Model):
    """A case in the archive. ``manifest`` lists every document, revision, size and digest, and the head of the evidence chain."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="archive_entries")
    number = models.PositiveSmallIntegerField()  # a later change of the policy makes the next entry
    manifest = models.JSONField()
    manifest_digest = models.CharField(max_length=64)
    timestamp_token = models.BinaryField()  # RFC 3161 over the manifest digest
    retention_until = models.DateField(null=True)  # null while the contract has no end date
    retention_basis = models.CharField(max_length=200)
    archived_at = models.DateTimeField()

    class Meta:
        ordering = ["case", "number"]
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="archive_entry_number")]

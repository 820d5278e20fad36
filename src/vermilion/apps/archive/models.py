"""ArchiveEntry: the manifest of a case and its retention. PreservedFile: what keeps a signed document verifiable."""

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


class PreservedFile(models.Model):
    """长期保存件: a signed document as it was delivered, with validation data and a document timestamp behind it (PAdES B-LT, B-LTA).

    What the customer holds stays the file of the last Revision; this one begins with the same bytes. A renewal is the next number.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    document = models.ForeignKey("cases.Document", on_delete=models.PROTECT, related_name="preserved")
    number = models.PositiveSmallIntegerField()
    level = models.CharField(max_length=8)
    signed_sha256 = models.CharField(max_length=64)  # of the delivered revision that it begins with
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    blob_key = models.CharField(max_length=200, unique=True)
    timestamped_until = models.DateTimeField(null=True)  # when the certificate of its newest document timestamp ends
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["document", "number"]
        constraints = [models.UniqueConstraint(fields=["document", "number"], name="archive_preserved_number")]
        indexes = [models.Index(fields=["timestamped_until"])]


class PreservingFault(models.Model):
    """Why a document's long-term copy could not be made or renewed, until it is: nothing is kept at a lower level instead.

    ``code`` is a SealError's, ``reasons`` are the verifier's codes; both are worded when they are shown. ``looked_…``: where no retry
    helps, who has looked at it, when, and what is done about it.
    """

    document = models.OneToOneField("cases.Document", primary_key=True, on_delete=models.PROTECT, related_name="preserving_fault")
    code = models.CharField(max_length=40)
    reasons = models.JSONField(default=list)
    detail = models.CharField(max_length=400)  # which address did what
    tries = models.PositiveIntegerField()
    since = models.DateTimeField()
    last_at = models.DateTimeField()
    looked_at = models.DateTimeField(null=True)
    looked_by = models.ForeignKey("parties.StaffMember", on_delete=models.PROTECT, null=True, related_name="+")
    looked_why = models.CharField(max_length=200, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="archive_fault_looked_at_by_somebody",
                condition=models.Q(looked_at=None, looked_by=None, looked_why="")
                | models.Q(looked_at__isnull=False, looked_by__isnull=False) & ~models.Q(looked_why=""),
            )
        ]

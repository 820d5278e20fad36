"""What was on the screen: the content of pages, and who saw them when (可回溯, regulation.md §7)."""

from __future__ import annotations

import uuid
from uuid import UUID

from django.db import models

from vermilion.base.vault import EncryptedJSONField


class PageVersion(models.Model):
    """页面版本: one exact content of one page in a case. ``digest`` is SHA-256 of the stored form, which holds a salt of the case."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="page_versions")
    page = models.CharField(max_length=60)
    template = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=8)
    digest = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    blob_key = models.CharField(max_length=200)  # encrypted under the case's key
    first_seen = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "page", "digest"], name="tracing_page_version_once")]


class PageShown(models.Model):
    """One showing of a page to one browser, and what was answered on it. ``details``: session, ip, device."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="pages_shown")
    party = models.ForeignKey("cases.CaseParty", null=True, blank=True, on_delete=models.SET_NULL, related_name="pages_shown")
    version = models.ForeignKey(PageVersion, on_delete=models.PROTECT, related_name="showings")
    page = models.CharField(max_length=60)
    session_hash = models.CharField(max_length=64)
    shown_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answer_hash = models.CharField(max_length=64, blank=True)  # keyed
    details = EncryptedJSONField(data_key="data_key_id")

    class Meta:
        ordering = ["case", "shown_at"]
        indexes = [models.Index(fields=["case", "session_hash", "page", "shown_at"])]

    @property
    def data_key_id(self) -> UUID:
        return self.case.data_key_id

"""ProductVersion: what an insurer published, for ever."""

from __future__ import annotations

import uuid
from functools import cached_property

from django.db import models

from .definition import ProductDefinition


class ProductVersion(models.Model):
    """One published definition of one product. Only ``retired_at`` ever changes; a database trigger refuses anything else."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    insurer = models.ForeignKey("parties.Insurer", on_delete=models.PROTECT, related_name="product_versions")
    code = models.CharField(max_length=40)
    version = models.CharField(max_length=8)
    data = models.JSONField()
    digest = models.CharField(max_length=64)
    clause_bundle_digest = models.CharField(max_length=64)
    published_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["code", "-published_at"]
        constraints = [
            models.UniqueConstraint(fields=["insurer", "code", "version"], name="products_version_once"),
            models.UniqueConstraint(
                fields=["insurer", "code"], condition=models.Q(retired_at__isnull=True), name="products_one_version_on_sale"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"

    @cached_property
    def definition(self) -> ProductDefinition:
        """The definition, validated again as it leaves the database."""
        return ProductDefinition.model_validate(self.data)

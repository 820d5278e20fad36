"""ProductVersion: what an insurer published, for ever."""

from __future__ import annotations

import json
import uuid
from functools import lru_cache
from typing import Any

from django.db import models

from vermilion.base.canonical import digest

from .definition import ProductDefinition
from .errors import DefinitionChanged

# A process reads each definition once, so that the 2 ms of validation are not paid by every page. Some 64 are a few megabytes.
KEEP = 64


class SharedJSONField(models.JSONField):
    """JSON that is read once a process for all rows with the same text: a definition comes along with every case. Not to be changed."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """Return the value; the same object for the same text."""
        return _parsed(value) if isinstance(value, str) and self.decoder is None else super().from_db_value(value, expression, connection)

    def deconstruct(self) -> Any:
        """Stand in migrations as what it is to the database."""
        name, _path, arguments, options = super().deconstruct()
        return name, "django.db.models.JSONField", arguments, options


@lru_cache(maxsize=32)
def _parsed(text: str) -> Any:
    return json.loads(text)


class ProductVersion(models.Model):
    """One published definition of one product. Only ``retired_at`` ever changes; a database trigger refuses anything else."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    insurer = models.ForeignKey("parties.Insurer", on_delete=models.PROTECT, related_name="product_versions")
    code = models.CharField(max_length=40)
    version = models.CharField(max_length=8)
    data = SharedJSONField()
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

    @property
    def definition(self) -> ProductDefinition:
        """The definition as it was published, read once a process. Raises DefinitionChanged when the row says something else by now."""
        known = _read.get(self.digest)
        if known is None:
            if digest(self.data) != self.digest:
                raise DefinitionChanged(product=self.code, version=self.version)
            known = ProductDefinition.model_validate(self.data)
            if len(_read) >= KEEP:
                _read.clear()
            _read[self.digest] = known
        return known


# By digest: frozen, so that all threads and all rows with the same content may share one.
_read: dict[str, ProductDefinition] = {}

"""ProductVersion: what an insurer published, for ever."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Self, cast

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


class _WithoutText(models.Manager["ProductVersion"]):
    """What a case or an order leads to: the 150 kB of the definition come when they are asked for, which is once a process."""

    def get_queryset(self) -> models.QuerySet[ProductVersion]:
        return super().get_queryset().defer("data")


class ProductVersion(models.Model):
    """One published definition of one product. Only ``retired_at`` ever changes; a database trigger refuses anything else.

    Whoever joins it to something else defers ``data``; :attr:`definition` is there all the same.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    insurer = models.ForeignKey("parties.Insurer", on_delete=models.PROTECT, related_name="product_versions")
    code = models.CharField(max_length=40)
    version = models.CharField(max_length=8)
    data = SharedJSONField()
    digest = models.CharField(max_length=64)
    clause_bundle_digest = models.CharField(max_length=64)
    published_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = models.Manager["ProductVersion"]()
    without_text = _WithoutText()

    class Meta:
        base_manager_name = "without_text"
        ordering = ["code", "-published_at"]
        constraints = [
            models.UniqueConstraint(fields=["insurer", "code", "version"], name="products_version_once"),
            models.UniqueConstraint(
                fields=["insurer", "code"], condition=models.Q(retired_at__isnull=True), name="products_one_version_on_sale"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"

    def refresh_from_db(
        self, using: str | None = None, fields: Iterable[str] | None = None, from_queryset: models.QuerySet[Self] | None = None
    ) -> None:
        """Read again, ``data`` too, which the base manager would leave out."""
        everything = cast("models.QuerySet[Self]", ProductVersion.objects.all())
        super().refresh_from_db(using, fields, everything if from_queryset is None else from_queryset)

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

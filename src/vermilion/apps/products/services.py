"""Publishing and retiring product versions."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from vermilion.apps.parties.models import Insurer
from vermilion.base import clock
from vermilion.base.canonical import digest
from vermilion.base.rows import only

from .definition import ProductDefinition
from .errors import VersionAlreadyPublished
from .models import ProductVersion


def clause_bundle(definition: ProductDefinition) -> dict[str, Any]:
    """Return what the signed confirmation binds by digest: clauses with annexes, exemption, prompts and rates of one version."""
    return {
        "product": definition.code,
        "version": definition.version,
        "clauses": definition.clauses.model_dump(mode="json"),
        "exemption": definition.exemption.model_dump(mode="json"),
        "prompts": definition.prompts.model_dump(mode="json"),
        "rates": [table.model_dump(mode="json") for table in definition.rates],
        "cash_values": definition.cash_values.model_dump(mode="json"),
    }


@transaction.atomic
def publish(*, insurer: Insurer, definition: ProductDefinition) -> ProductVersion:
    """Publish a definition and retire the version on sale before it. The same content again returns what is there.

    Raises VersionAlreadyPublished when this version number already stands for other content.
    """
    Insurer.objects.select_for_update(no_key=True).get(pk=insurer.pk)
    data = definition.model_dump(mode="json")
    whole = digest(data)
    existing = only(ProductVersion.objects.filter(insurer=insurer, code=definition.code, version=definition.version))
    if existing is not None:
        if existing.digest != whole:
            raise VersionAlreadyPublished
        return existing
    moment = clock.now()
    ProductVersion.objects.filter(insurer=insurer, code=definition.code, retired_at=None).update(retired_at=moment)
    return ProductVersion.objects.create(
        insurer=insurer,
        code=definition.code,
        version=definition.version,
        data=data,
        digest=whole,
        clause_bundle_digest=digest(clause_bundle(definition)),
        published_at=moment,
    )


@transaction.atomic
def retire(*, insurer: Insurer, code: str) -> None:
    """Take a product off sale. Cases already begun keep their version."""
    ProductVersion.objects.filter(insurer=insurer, code=code, retired_at=None).update(retired_at=clock.now())

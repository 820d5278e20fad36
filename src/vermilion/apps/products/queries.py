"""Which product versions there are."""

from __future__ import annotations

from django.db.models import QuerySet

from vermilion.apps.parties.models import Insurer
from vermilion.base.rows import only

from .errors import ProductNotOnSale
from .models import ProductVersion


def on_sale(insurer: Insurer) -> QuerySet[ProductVersion]:
    """Return the versions an insurer sells now, by code."""
    return ProductVersion.objects.filter(insurer=insurer, retired_at=None).order_by("code")


def current(insurer: Insurer, code: str) -> ProductVersion:
    """Return the version of a product on sale. Raises ProductNotOnSale."""
    version = only(on_sale(insurer).filter(code=code))
    if version is None:
        raise ProductNotOnSale
    return version

"""What is on sale."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from vermilion.apps.products import queries
from vermilion.apps.products.models import ProductVersion

from .auth import Scoped, client_of
from .schemas import ProductOut

router = Router()


@router.get("/products", response=list[ProductOut], auth=Scoped("policies:read"))
def list_products(request: HttpRequest) -> Any:
    """Return the products of the client's insurer that are on sale."""
    return [_present(version) for version in queries.on_sale(client_of(request).insurer)]


@router.get("/products/{code}/form", response=dict[str, Any], auth=Scoped("policies:read"))
def product_form(request: HttpRequest, code: str) -> Any:
    """Return the fields, plans, questions and consents of a product: what an `application` must hold."""
    definition = queries.current(client_of(request).insurer, code).definition
    return definition.model_dump(
        mode="json", include={"code", "version", "form", "plans", "payment", "terms", "relations", "disclosure", "consents", "signers"}
    )


def _present(version: ProductVersion) -> dict[str, Any]:
    definition = version.definition
    return {
        "code": version.code,
        "version": version.version,
        "name": definition.name.zh,
        "name_en": definition.name.en,
        "line": definition.line,
        "digest": version.digest,
        "clause_bundle_digest": version.clause_bundle_digest,
    }

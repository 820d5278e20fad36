"""What the demonstration is made of: an invented insurer, its people, three products, sample applications. Data files, read here."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from vermilion.apps.products.definition import ProductDefinition
from vermilion.apps.products.loading import load_definition

from . import people, samples

FOLDER = Path(__file__).parent
#: In the order in which the portal lists them.
PRODUCT_CODES = ("critical_illness", "medical", "group_accident")


@dataclass(frozen=True)
class BranchContent:
    code: str
    name: str
    short_name: str
    address: str


@dataclass(frozen=True)
class InsurerContent:
    code: str
    name: str
    name_en: str
    short_name: str
    uscc: str
    address: str
    address_en: str
    hotline: str
    website: str
    branches: tuple[BranchContent, ...]


@dataclass(frozen=True)
class StaffContent:
    """``branch`` is a branch code; ``roles`` are values of ``parties.models.Role``; ``underwriting_level`` counts as the products say."""

    username: str
    name: str
    phone: str
    branch: str
    roles: list[str] = field(default_factory=list)
    underwriting_level: int = 0


@dataclass(frozen=True)
class SalespersonContent:
    username: str
    name: str
    phone: str
    branch: str
    licence_no: str
    valid_from: date
    valid_to: date
    products: list[str]


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "insurer.toml").read_text(encoding="utf-8"))


def insurer() -> InsurerContent:
    """Return 华岳人寿（演示） with its branches."""
    data = _data()
    return InsurerContent(**data["insurer"], branches=tuple(BranchContent(**branch) for branch in data["branches"]))


def staff() -> list[StaffContent]:
    """Return the members of staff: every role once, two underwriters with different limits."""
    return [StaffContent(**entry) for entry in _data()["staff"]]


def salespeople() -> list[SalespersonContent]:
    """Return the two salespeople."""
    return [SalespersonContent(**entry) for entry in _data()["salespeople"]]


@cache
def product(code: str) -> ProductDefinition:
    """Return one product. Raises KeyError for an unknown code."""
    if code not in PRODUCT_CODES:
        raise KeyError(code)
    company = insurer()
    values = {
        "insurer_name": company.name,
        "insurer_name_en": company.name_en,
        "insurer_address": company.address,
        "insurer_address_en": company.address_en,
        "hotline": company.hotline,
    }
    products_folder = FOLDER / "products"
    return load_definition(products_folder / code, shared=products_folder / "shared", values=values)


def products() -> list[ProductDefinition]:
    """Return the three products."""
    return [product(code) for code in PRODUCT_CODES]


def sample_application(
    code: str, seed: int = 1, *, insured: samples.Insured = "self", count: int = 8, today: date | None = None
) -> dict[str, Any]:
    """Return a complete application with answers for a product; see :func:`samples.application`."""
    return samples.application(product(code), seed=seed, insured=insured, count=count, today=today)


__all__ = [
    "FOLDER",
    "PRODUCT_CODES",
    "BranchContent",
    "InsurerContent",
    "SalespersonContent",
    "StaffContent",
    "insurer",
    "people",
    "product",
    "products",
    "salespeople",
    "sample_application",
    "samples",
    "staff",
]

"""The demonstration's products serve as the products under test: real definitions, not toys."""

from __future__ import annotations

from datetime import date

import pytest

from vermilion.apps.products.definition import ProductDefinition
from vermilion.cli.demo import content

TODAY = date(2026, 11, 22)


@pytest.fixture
def today() -> date:
    return TODAY


@pytest.fixture
def critical() -> ProductDefinition:
    return content.product("critical_illness")


@pytest.fixture
def medical() -> ProductDefinition:
    return content.product("medical")


@pytest.fixture
def group() -> ProductDefinition:
    return content.product("group_accident")

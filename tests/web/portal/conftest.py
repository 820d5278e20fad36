"""The shop without seals, for pages before anything is signed."""

from __future__ import annotations

import pytest

from tests.web.customer import Customer, open_shop
from vermilion.apps.parties.models import Insurer


@pytest.fixture
def shop(db: None) -> Insurer:
    return open_shop()


@pytest.fixture
def customer(shop: Insurer) -> Customer:
    """Return a customer who has begun an application."""
    made = Customer()
    made.start()
    return made

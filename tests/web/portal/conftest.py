"""The shop without seals, for pages before anything is signed."""

from __future__ import annotations

import pytest

from tests import snapshots
from tests.web.customer import Customer, open_shop
from vermilion.apps.parties.models import Insurer


@pytest.fixture
def shop(db: None) -> Insurer:
    return snapshots.state("shop", open_shop)


@pytest.fixture
def customer(shop: Insurer) -> Customer:
    """Return a customer who has begun an application."""

    def begin() -> Customer:
        made = Customer()
        made.start()
        return made

    return snapshots.state("portal, begun", begin)


@pytest.fixture
def consented(customer: Customer) -> Customer:
    """Return a customer who has read the notice and given her consents."""

    def consent() -> Customer:
        customer.consent()
        return customer

    return snapshots.state("portal, consented", consent)


@pytest.fixture
def named(consented: Customer) -> Customer:
    """Return a customer whose form is filled in and has named her, so that a phone is on record."""

    def fill_in() -> Customer:
        consented.fill_in()
        return consented

    return snapshots.state("portal, named", fill_in)

from __future__ import annotations

import pytest

from tests import snapshots
from tests.web.api.system import System
from tests.web.customer import open_shop
from vermilion.apps.parties.models import Insurer


@pytest.fixture
def insurer(db: None) -> Insurer:
    """Return the demonstration's insurer with people and products, without seals."""
    return snapshots.state("shop", open_shop)


@pytest.fixture
def core(insurer: Insurer) -> System:
    """Return a system that may do everything."""
    return System(insurer)

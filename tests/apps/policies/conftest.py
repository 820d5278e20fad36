"""A seeded demo platform with its keeper."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import life
from vermilion.apps.parties.models import Insurer


@pytest.fixture
def platform(transactional_db: None, clean_jobs: None) -> Iterator[Insurer]:
    """Return the seeded insurer while the keeper runs; the test commits for real."""
    life.instance.decide(demo=True)
    with life.running_keeper():
        yield life.seeded_insurer()

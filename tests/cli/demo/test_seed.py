"""The demo's content in the database, release after release."""

from __future__ import annotations

import pytest

from tests import factories
from vermilion.apps.products import queries
from vermilion.cli.demo import content, seed

pytestmark = pytest.mark.django_db


def test_a_demo_of_an_older_release_starts_with_the_products_of_the_newer():
    company = factories.insurer()
    older = content.product("medical")
    sold = seed.publish_product(company, older.model_copy(update={"name": older.short_name}))
    newer = seed.publish_product(company, older)
    assert (sold.version, newer.version) == ("2026-1", "2026-2")
    assert queries.current(company, "medical") == newer
    assert seed.publish_product(company, older) == newer, "the next start changes nothing"

"""Fixtures that every test may use."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection


@pytest.fixture
def clean_jobs(transactional_db: None) -> Iterator[None]:
    """Empty the job tables after a test that commits: they are unmanaged, so Django's flush leaves them."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")

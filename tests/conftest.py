"""Fixtures that every test may use.

A test that must commit (threads, keeper, jobs, a live server) asks for ``transactional_db`` or, when it needs the demonstration's
insurer with its people, products and seals and a running keeper, for ``platform``. Both start from a snapshot of the whole database
(``tests/snapshots.py``), so neither migrates, seeds nor makes keys again: the first test of a run pays for all.
"""

from __future__ import annotations

import gc
import json
import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from _pytest import runner
from django.db import connection
from django.test import TransactionTestCase
from django.utils import translation
from hypothesis import settings

from tests import snapshots
from vermilion.base.stack import roomy

if TYPE_CHECKING:
    from vermilion.apps.parties.models import Insurer

# On a busy machine one slow example says nothing about the code; pytest's own timeout stays.
settings.register_profile("vermilion", deadline=None)
settings.load_profile("vermilion")


LONGEST = (
    "browser/test_whole_way.py",
    "browser/test_staff.py",
    "cli/test_run.py",
    "console/test_permissions.py",
    "policies/test_servicing.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the longest files come first, then the browser's: a long one handed out last leaves the other workers idle."""
    rank = {path: next((n for n, name in enumerate(LONGEST) if str(path).endswith(name)), len(LONGEST)) for path in {i.path for i in items}}
    items.sort(key=lambda item: (rank[item.path], item.get_closest_marker("browser") is None))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool:
    """Run each test with room for its deep calls (``base.stack``)."""
    return roomy(runner.pytest_runtest_protocol)(item, nextitem)


def pytest_collection_finish() -> None:
    """Look for garbage among what tests make, not among the million objects of modules and tests that stay to the end."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(autouse=True)
def _fresh_process() -> Iterator[None]:
    """Forget what a process remembers about its database: each test has an empty one. A command's umask and language end with its test."""
    from vermilion.base import instance

    instance.forget()
    mask = os.umask(0o022)
    yield
    os.umask(mask)
    translation.deactivate()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Let tests that commit go back to the freshly migrated database; at the end close what threads and live servers still hold open."""
    with django_db_blocker.unblock():
        snapshots.take("migrated")
    TransactionTestCase._fixture_teardown = lambda _self: snapshots.restore("migrated")
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture
def clean_jobs(transactional_db: None) -> Iterator[None]:
    """Empty the job tables before and after a test that commits: they are unmanaged, so Django's flush leaves them."""
    _forget_jobs()
    yield
    _forget_jobs()


def _forget_jobs() -> None:
    with connection.cursor() as cursor:
        # Not TRUNCATE, which waits for, and can lock out, a worker that is just ending.
        for table in ("periodic_defers", "events", "jobs"):
            cursor.execute(f"DELETE FROM procrastinate_{table}")


@pytest.fixture
def platform(clean_jobs: None) -> Iterator[Insurer]:
    """Return the insurer of the demonstration, with everything seeded, while the keeper runs; the test commits for real."""
    from tests import life

    if snapshots.taken("seeded"):
        snapshots.restore("seeded")
        with life.running_keeper():
            yield life.insurer()
        return
    life.instance.decide(demo=True)
    with life.running_keeper():
        insurer = life.seeded_insurer()
        snapshots.take("seeded")
        yield insurer


@pytest.fixture
def drain_jobs() -> Callable[..., int]:
    """Return a function that runs waiting jobs here and now, in the test's transaction, and returns how many ran.

    An exception of a job is the test's failure. ``delayed=True`` runs jobs that wait for a later time too.
    """

    def drain(*, delayed: bool = False) -> int:
        from procrastinate.contrib.django import app

        ran = 0
        while True:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT id, task_name, args FROM procrastinate_jobs WHERE status = 'todo' "
                    "AND (scheduled_at IS NULL OR scheduled_at <= now() OR %s) ORDER BY id LIMIT 1",
                    [delayed],
                )
                row = cursor.fetchone()
                if row is None:
                    return ran
                cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [row[0]])
            app.tasks[row[1]].func.__wrapped__(**json.loads(row[2]))
            with connection.cursor() as cursor:
                cursor.execute("UPDATE procrastinate_jobs SET status = 'succeeded' WHERE id = %s", [row[0]])
            ran += 1

    return drain


@pytest.fixture
def as_role() -> Iterator[Callable[[str], None]]:
    """Return a function after which the test has only the rights of a database role: ``app`` or ``keeper``."""
    from vermilion.base.database import grants

    changed = False

    def become(role: str) -> None:
        nonlocal changed
        with connection.cursor() as cursor:
            for name in ("app", "keeper"):
                cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [f"vermilion_{name}"])
                if cursor.fetchone() is None:
                    cursor.execute(f"CREATE ROLE vermilion_{name}")
        grants.apply(connection, app="vermilion_app", keeper="vermilion_keeper")
        with connection.cursor() as cursor:
            cursor.execute(f"SET ROLE vermilion_{role}")
        changed = True

    yield become
    if changed:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")

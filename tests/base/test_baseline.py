"""The baseline: an empty database begins with it, no other does, and it is only used while it is what the migrations make."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from vermilion.base.database import baseline


@pytest.fixture
def empty_database(django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """Have the default connection at an empty database meanwhile."""
    name = "baseline_test"
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        info = connection.get_connection_params()
        with psycopg.connect(host=info["host"], user=info["user"], password=info["password"], dbname="postgres", autocommit=True) as admin:
            admin.execute(f"CREATE DATABASE {name} TEMPLATE template0")
            connection.close()
            before, connection.settings_dict["NAME"] = connection.settings_dict["NAME"], name
            try:
                yield
            finally:
                connection.close()
                connection.settings_dict["NAME"] = before
                admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_it_holds_migrations_that_are_still_what_they_were() -> None:
    text = baseline.FILE.read_text()
    assert baseline.fits(text), "a migration in the baseline was changed: run `make baseline`"
    assert len(baseline.held(text)) > 100


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("-- holds seals.0001_initial ", "-- holds seals.0001_initial 0"),  # the migration was edited
        ("-- holds seals.0001_initial ", "-- holds seals.0001_first "),  # or squashed away
        ("CREATE TABLE public.seals_seal ", "CREATE TABLE public.seals_seals "),  # or the file was
        ("\n-- below ", "\n-- "),
    ],
)
def test_it_is_left_aside_when_it_would_not_be_what_migrations_make(was: str, becomes: str) -> None:
    text = baseline.FILE.read_text()
    assert text.count(was) == 1
    assert not baseline.fits(text.replace(was, becomes))


@pytest.mark.usefixtures("empty_database")
def test_an_empty_database_begins_with_it_and_is_migrated_on() -> None:
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(applied) > now() - interval '1 hour' FROM django_migrations")
        assert cursor.fetchone() == (True,)
    applied = {f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()}
    assert applied == {one.split()[0] for one in baseline.sources()}
    assert not baseline.write(connection), "and is written into no other"


@pytest.mark.usefixtures("empty_database")
def test_a_database_that_holds_anything_is_left_alone() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE somebodys (id int)")
    assert not baseline.write(connection)
    with connection.cursor() as cursor:
        assert connection.introspection.table_names(cursor) == ["somebodys"]

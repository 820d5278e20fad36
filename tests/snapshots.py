"""The whole database as it was at a named moment, brought back by a few statements.

A snapshot is a schema of copies beside ``public``, taken once a run. Bringing it back empties the tables that hold rows and copies
the kept rows in again: some 50 ms, where Django's flush needs a second and a fresh seed several. Triggers and foreign keys rest
meanwhile, so that rows which the product never lets go can go. Sequences are not set back.

A test says where it begins with ``state``: a customer who has come as far as the signature, say. The first test of a process that asks
walks there; the rows are kept in its memory, since a test in a transaction may leave nothing in the database, and later tests begin at
once. Keys and files in the home folder stay where they are; the keeper's rows come back with all others, a running keeper is the
fixture ``platform``. What ends with time counts from the first test: codes live five minutes, so ask for a new one; sessions an hour.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any, TypeVar

from django.db import OperationalError, connection, models
from psycopg import sql
from psycopg.errors import DeadlockDetected

LATE = 2.0  # seconds that a request may outlive its test
# What migrations write and nothing changes.
KEPT_ALWAYS = ("django_migrations", "django_content_type", "auth_permission")
T = TypeVar("T")
Row = TypeVar("Row", bound=models.Model)
_states: dict[str, tuple[dict[str, bytes], Any]] = {}
_additions: dict[Hashable, list[tuple[dict[str, bytes], Any]]] = {}


def take(name: str) -> None:
    """Keep every row of every table under ``name``."""
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE SCHEMA {}").format(_schema(name)))
        for table in filled(cursor):
            cursor.execute(
                sql.SQL("CREATE TABLE {}.{} AS TABLE public.{}").format(_schema(name), sql.Identifier(table), sql.Identifier(table))
            )


def taken(name: str) -> bool:
    """Tell whether there is a snapshot of that name."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [f"snapshot_{name}"])
        return cursor.fetchone() is not None


def restore(name: str) -> None:
    """Make the database hold exactly the rows it had when ``name`` was taken."""
    with connection.cursor() as cursor:
        _let_others_end(cursor)
        cursor.execute("SET session_replication_role = replica")
        try:
            _empty_at_last(cursor)
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [f"snapshot_{name}"])
            rows = [
                sql.SQL("INSERT INTO public.{} SELECT * FROM {}.{}").format(sql.Identifier(table), _schema(name), sql.Identifier(table))
                for (table,) in cursor.fetchall()
            ]
            if rows:
                cursor.execute(sql.SQL(";").join(rows))
        finally:
            cursor.execute("SET session_replication_role = DEFAULT")


def _empty_at_last(cursor: Any) -> None:
    """Empty the tables, once more when a request that came after the look at the others stood crosswise: it ends now."""
    for last in (False, False, True):
        try:
            return _empty(cursor)
        except OperationalError as error:
            if last or not isinstance(error.__cause__, DeadlockDetected):
                raise


def _let_others_end(cursor: Any) -> None:
    """Wait for what still writes: a page that is left sends its draft, and its request may outlive the test."""
    until = time.monotonic() + LATE
    while time.monotonic() < until:
        cursor.execute(
            "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND backend_type = 'client backend' AND state <> 'idle'"
        )
        if cursor.fetchone() is None:
            return
        time.sleep(0.01)


def state(name: str, make: Callable[[], T]) -> T:
    """Bring the database to the state ``name``, which ``make`` reaches, and return a copy of what ``make`` returned there.

    ``make`` runs once a process, from whatever the caller's fixtures prepared: one name, one preparation. Works inside a test's
    transaction and with tests that commit.
    """
    from vermilion.base import instance

    if name in _states:
        rows, value = _states[name]
        _bring_back(rows)
        instance.forget()
    else:
        value = make()
        _states[name] = _rows(), value
    return deepcopy(value)


def addition(name: Hashable, make: Callable[[], Row]) -> Row:
    """Add to the database what ``make`` adds, and return a copy of the row that it returned: a case in a state, say.

    Unlike ``state`` it leaves what is there. ``make`` runs once a process for each ``name``, which says all that its rows depend on, ids of
    other rows too, and once more for each of them that a test has already. What changes rows that were there is made every time.
    """
    kept = _additions.setdefault(name, [])
    for rows, value in kept:
        if not type(value).objects.filter(pk=value.pk).exists():
            with guards_asleep() as cursor:
                _copy(cursor, rows)
            return deepcopy(value)
    before = _rows()
    value = make()
    added = _more(before, _rows())
    if added is not None:
        kept.append((added, deepcopy(value)))
    return value


def _more(before: dict[str, bytes], after: dict[str, bytes]) -> dict[str, bytes] | None:
    """Return the rows that ``after`` has and ``before`` had not; None when something that was there is no more."""
    lines = {table: (Counter(before.get(table, b"").splitlines(True)), Counter(rows.splitlines(True))) for table, rows in after.items()}
    if before.keys() - after.keys() or any(old - new for old, new in lines.values()):
        return None
    return {table: b"".join((new - old).elements()) for table, (old, new) in lines.items() if new - old}


def _rows() -> dict[str, bytes]:
    with connection.cursor() as cursor:
        kept = {}
        for table in filled(cursor):
            with cursor.copy(sql.SQL("COPY public.{} TO STDOUT").format(sql.Identifier(table))) as rows:
                kept[table] = b"".join(rows)
        return kept


def _bring_back(kept: dict[str, bytes]) -> None:
    with guards_asleep() as cursor:
        _empty(cursor)
        _copy(cursor, kept)


def _empty(cursor: Any) -> None:
    tables = filled(cursor)
    if tables:
        cursor.execute(sql.SQL(";").join(sql.SQL("DELETE FROM public.{}").format(sql.Identifier(table)) for table in tables))


def _copy(cursor: Any, kept: dict[str, bytes]) -> None:
    for table, rows in kept.items():
        with cursor.copy(sql.SQL("COPY public.{} FROM STDIN").format(sql.Identifier(table))) as into:
            into.write(rows)


def _schema(name: str) -> sql.Identifier:
    return sql.Identifier(f"snapshot_{name}")


def filled(cursor: Any) -> list[str]:
    """Return the tables that have rows, but ``KEPT_ALWAYS``."""
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > 0"
    )
    tables = sorted(row[0] for row in cursor.fetchall() if row[0] not in KEPT_ALWAYS)
    if not tables:
        return []
    questions = [
        sql.SQL("SELECT {} WHERE EXISTS (SELECT 1 FROM public.{})").format(sql.Literal(table), sql.Identifier(table)) for table in tables
    ]
    cursor.execute(sql.SQL(" UNION ALL ").join(questions))
    return [row[0] for row in cursor.fetchall()]


@contextmanager
def guards_asleep() -> Iterator[Any]:
    """Yield a cursor that no trigger and no foreign key holds back: somebody who owns the database."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            yield cursor
        finally:
            cursor.execute("SET session_replication_role = DEFAULT")

"""The schema as all migrations up to a day left it, in one piece: ``baseline.sql``, written by ``tools/make_baseline.py``.

Django renders the state of all models anew for each of more than a hundred migrations, ours and the libraries': 15 seconds of a first
start. An empty database begins with the file instead, and later migrations follow as ever. The file names the migrations that it holds with
a digest of each one's source: it is left aside when one of them is not what it was, and then every migration runs.
"""

from __future__ import annotations

import hashlib
import inspect
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader

FILE = Path(__file__).with_name("baseline.sql")
MARK = "-- holds "  # app.name and digest of a migration
HEAD = "-- The schema as the migrations named here left it. Made by tools/make_baseline.py, read by vermilion.base.database.baseline.\n"
BODY = "-- below "  # digest of all that follows, so that nobody mends the file by hand


def write(connection: Any) -> bool:
    """Write the baseline into the database of ``connection`` if that has no table yet; tell whether it was written.

    All or nothing: a process killed meanwhile leaves the database empty.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        if cursor.fetchone() != ("public",) or connection.introspection.table_names(cursor):
            return False
    text = FILE.read_text()
    if not fits(text):
        return False
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        # As pg_dump asks: a function may name a table that is made further down.
        cursor.execute("SET LOCAL check_function_bodies = off")
        cursor.execute(text)
        cursor.execute("UPDATE django_migrations SET applied = now()")
    return True


def fits(text: str) -> bool:
    """Tell whether the baseline ``text`` is whole and every migration that it holds is still there, word for word."""
    head, mark, rest = text.partition(BODY)
    digest, _newline, body = rest.partition("\n")
    return bool(mark) and digest == hashlib.sha256(body.encode()).hexdigest() and set(held(head)) <= set(sources())


def held(head: str) -> list[str]:
    """Return what a baseline with this ``head`` holds: ``app.name digest`` of each migration."""
    return [line.removeprefix(MARK) for line in head.splitlines() if line.startswith(MARK)]


def whole(body: str) -> str:
    """Return the text of a baseline that makes ``body`` of the migrations that are installed now."""
    marks = "".join(f"{MARK}{one}\n" for one in sources())
    return f"{HEAD}{marks}{BODY}{hashlib.sha256(body.encode()).hexdigest()}\n{body}"


def sources() -> list[str]:
    """Return ``app.name digest`` of every migration that is installed, in their order by name."""
    return sorted(f"{app}.{name} {_digest(migration)}" for (app, name), migration in MigrationLoader(None).disk_migrations.items())


def _digest(migration: Migration) -> str:
    return hashlib.sha256(Path(inspect.getfile(type(migration))).read_bytes()).hexdigest()

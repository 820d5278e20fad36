"""Write src/vermilion/base/database/baseline.sql: ``python tools/make_baseline.py > src/vermilion/base/database/baseline.sql``.

Applies every migration to an empty throw-away database and dumps what came of it: tables, constraints, functions, triggers, and the few
rows that migrations write. Worth doing before a release, and needed when a migration that the file holds is changed.
"""

from __future__ import annotations

import os
import subprocess
import sys

import django

# What a dump says of its session. Older servers than the dumping one do not know all of it, and none of it is needed.
SESSION = ("SET ", "SELECT pg_catalog.set_config", "--", "\\")


def text() -> str:
    """Return the file's text."""
    from django.core.management import call_command
    from django.db import connection

    from vermilion.base.database import baseline, layout

    with connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE baseline")
    connection.close()
    connection.settings_dict["NAME"] = "baseline"
    call_command("migrate", interactive=False, verbosity=0, from_nothing=True)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE django_migrations SET applied = 'epoch'")  # the same file from the same migrations
    info = connection.get_connection_params()
    program = layout.package_folder() / layout.PACKAGE / "pginstall" / "bin" / "pg_dump"
    environment = {**os.environ, "PGHOST": info["host"], "PGUSER": info["user"], "PGPASSWORD": info["password"]}
    command = [str(program), "--no-owner", "--no-privileges", "--inserts", "--dbname", "baseline"]
    dump = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    connection.close()
    return baseline.whole(without_session(dump))


def without_session(dump: str) -> str:
    """Return ``dump`` without comments and settings of its session. Bodies of functions stay as they are."""
    lines, inside = [], False
    for line in dump.splitlines():
        if inside or not line.startswith(SESSION):
            lines.append(line)
        inside ^= line.count("$$") % 2 == 1 or line.count("$_$") % 2 == 1
    return "\n".join(line for line, before in zip(lines, ["", *lines], strict=False) if line or before) + "\n"


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    sys.path.insert(0, os.getcwd())
    django.setup()
    sys.stdout.write(text())

"""Django's ``migrate``, which begins at the baseline when the database is empty."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from vermilion.base.database import baseline


class Command(migrate.Command):
    """Write the baseline into an empty database, then migrate as Django does. ``--from-nothing`` walks every migration."""

    def add_arguments(self, parser: Any) -> None:
        """Declare the option beside Django's own."""
        super().add_arguments(parser)
        parser.add_argument("--from-nothing", action="store_true", help="apply every migration, also to an empty database")

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate."""
        whole = not options["app_label"] and not options["plan"] and not options["check_unapplied"]
        if whole and not options["from_nothing"]:
            baseline.write(connections[options["database"]])
        super().handle(*args, **options)

"""Bring the database to this version and set what each role may do."""

from __future__ import annotations

import argparse

from vermilion.cli import platform


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--demo", action="store_true", help="make this a demo instance; cannot be undone")


def run(args: argparse.Namespace) -> int:
    """Migrate, grant, make the master key at the first run, and record whether this is a demo."""
    platform.load("owner")
    from django.utils.translation import gettext as _

    from vermilion.cli.steps import migrating

    migrating.migrate()
    migrating.ensure_master_key()
    migrating.ensure_kind(demo=args.demo)
    if not args.demo and not migrating.has_staff():
        print(_("还没有员工账户。用 vermilion admin create 建立第一位管理员（docs/operator.md，First start）。"))
    return 0

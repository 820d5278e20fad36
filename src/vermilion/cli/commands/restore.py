"""Bring a backup back into an empty home; the master key must be put in place first."""

from __future__ import annotations

import argparse
from pathlib import Path

from vermilion.base.config import config
from vermilion.cli import platform
from vermilion.cli.steps import backup_format


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="what vermilion backup wrote")


def run(args: argparse.Namespace) -> int:
    """Restore into ``$VERMILION_HOME``."""
    manifest = backup_format.read_manifest(args.folder)
    backup_format.check_home(config(), manifest)
    platform.load("owner")
    from django.utils.translation import gettext as _

    from vermilion.cli.steps import restore

    restore.read(args.folder, manifest)
    print(_("已恢复到 {home}。运行 vermilion run 启动，再运行 vermilion doctor 检查。").format(home=config().home))
    return 0

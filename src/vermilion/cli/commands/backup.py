"""Write database, files and secrets into a new folder; the master key is not in it and must be kept apart."""

from __future__ import annotations

import argparse
from pathlib import Path

from vermilion.cli import platform
from vermilion.cli.steps import backup_format


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="a folder that is not there yet, or empty")


def run(args: argparse.Namespace) -> int:
    """Back up; the instance may go on working meanwhile."""
    backup_format.check_target(args.folder)
    platform.load("owner")
    from django.utils.translation import gettext as _

    from vermilion.base.config import config
    from vermilion.cli.steps import backup

    with backup.database_running():
        written = backup.write(args.folder)
    print(_("备份完成：{folder}（{files} 个文件）").format(folder=args.folder, files=written))
    print(_("主密钥不在备份中。请把 {path} 另存于别处：没有它，备份无法读取。").format(path=config().master_key_path))
    return 0

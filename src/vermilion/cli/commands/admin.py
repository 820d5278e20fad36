"""Make the first administrator's account, with the company and branch it belongs to."""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path

from vermilion.cli import platform


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    actions = parser.add_subparsers(dest="action", required=True)
    create = actions.add_parser("create", help="make an administrator's account; further people are made in the console")
    create.add_argument("username")
    create.add_argument("--name", required=True, help="the person's name")
    create.add_argument("--phone", required=True)
    create.add_argument("--password-file", type=Path, help="read the password from this file instead of asking")
    create.add_argument(
        "--insurer", type=Path, metavar="FILE", help="JSON with the company's data, needed while there is none (docs/operator.md)"
    )


def run(args: argparse.Namespace) -> int:
    """Make the account. The password is never an argument: arguments are seen by every user of the machine."""
    platform.load("app")
    from django.utils.translation import gettext as _

    from vermilion.cli.steps import first_admin

    if args.password_file:
        password = args.password_file.read_text().rstrip("\n")
    elif sys.stdin.isatty():
        password = getpass.getpass(_("口令："))
    else:
        password = sys.stdin.readline().rstrip("\n")
    first_admin.create(username=args.username, password=password, name=args.name, phone=args.phone, insurer_file=args.insurer)
    print(_("已建立管理员 {username}。首次登录后请启用两步验证。").format(username=args.username))
    return 0

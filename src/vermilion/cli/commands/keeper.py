"""Run the keeper, the only process that holds private keys; or order a running one to drop them."""

from __future__ import annotations

import argparse
from uuid import UUID

from vermilion.apps.seals.keeper.server import refuse_second
from vermilion.base.config import config
from vermilion.cli import platform


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "action",
        nargs="?",
        choices=("serve", "zeroise", "adopt"),
        default="serve",
        help="serve (default); zeroise: have the running keeper drop all keys; adopt: use a key of the token for a seal",
    )
    parser.add_argument("--seal", type=UUID, help="adopt: the seal, before its certificate is made")
    parser.add_argument("--label", help="adopt: the key's label in the token")
    parser.add_argument("--id", help="adopt: the key's id in the token, hexadecimal")


def run(args: argparse.Namespace) -> int:
    """Serve on the keeper's socket until SIGTERM, or carry out the order."""
    if args.action == "serve":
        refuse_second(config().keeper_socket)  # before the platform is loaded and the keys are opened; the server asks again
    platform.load("keeper")
    from django.utils.translation import gettext as _

    if args.action == "serve":
        from vermilion.apps.seals.keeper.process import main

        return int(main() or 0)
    from vermilion.apps.seals.keeper import control

    if args.action == "zeroise":
        print(_("密钥服务（进程 {pid}）已清除内存中的全部密钥；重新启动它才能再签章。").format(pid=control.zeroise()))
        return 0
    if args.seal is None or not (args.label or args.id):
        print("vermilion keeper adopt --seal UUID (--label NAME | --id HEX)")
        return 64
    suite = control.adopt(args.seal, label=args.label, id=args.id)
    print(_("印章 {seal} 将使用密码设备中的密钥（{suite}）。").format(seal=args.seal, suite=suite))
    return 0

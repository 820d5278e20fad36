"""Run everything on this machine: database, keeper, web, workers; Ctrl-C stops it cleanly."""

from __future__ import annotations

import argparse
import os
import time
from typing import Any

from vermilion.cli import language


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--demo", action="store_true", help="a demo instance: sandbox providers, this machine only, nothing has legal effect"
    )
    parser.add_argument("--port", type=int, help="listen on this port instead of VERMILION_PORT (8000)")
    parser.add_argument("--then-demo", action="store_true", help="with --demo: when up, drive one life of a policy and print it")
    parser.add_argument("--once", action="store_true", help="with --then-demo: stop when that has ended")


def run(args: argparse.Namespace) -> int:
    """Start and stay until told to stop."""
    if args.port is not None:
        os.environ["VERMILION_PORT"] = str(args.port)  # the children read it too
    os.umask(0o077)
    language.prepare()
    from vermilion.base.config import config
    from vermilion.base.private import make_folder
    from vermilion.cli.supervisor.run import Supervisor

    settings = config()
    make_folder(settings.home)
    start = time.monotonic()

    def tell(text: Any) -> None:
        print(f"[{time.monotonic() - start:6.1f} s] {text}", flush=True)

    then = ["demo", "--url", settings.base_url] if args.then_demo else []
    return Supervisor(settings, demo=args.demo, tell=tell).run(then=then, once=args.once)

"""Serve the pages and the API (gunicorn, threads)."""

from __future__ import annotations

import argparse

from vermilion.base.config import config
from vermilion.cli import listening, platform


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--fd", type=int, help="serve on this open socket, handed over by a supervisor")


def run(args: argparse.Namespace) -> int:
    """Collect the static files and serve until SIGTERM."""
    # First of all: a port that is taken is told at once, and who calls while the platform loads waits and is not refused.
    opened = listening.open_port(config()) if args.fd is None else None
    platform.load("app", confined="web")
    from vermilion.cli.steps import serving

    serving.refuse_public_demo()
    serving.collect_static()
    serving.serve(fd=opened.fileno() if opened else args.fd)
    return 0

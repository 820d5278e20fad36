"""Serve the pages and the API (gunicorn, threads)."""

from __future__ import annotations

import argparse

from vermilion.cli import platform


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--fd", type=int, help="serve on this open socket, handed over by a supervisor")


def run(args: argparse.Namespace) -> int:
    """Collect the static files and serve until SIGTERM."""
    platform.load("app", confined="web")
    from vermilion.cli.steps import serving

    serving.refuse_public_demo()
    serving.collect_static()
    serving.serve(fd=args.fd)
    return 0

"""Run the keeper: the only process that holds private keys."""

from __future__ import annotations

import argparse

from vermilion.cli import platform


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options: none."""


def run(args: argparse.Namespace) -> int:
    """Serve on the keeper's socket until SIGTERM."""
    platform.load("keeper")
    from vermilion.apps.seals.keeper.server import main

    return int(main() or 0)

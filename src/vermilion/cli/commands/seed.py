"""Fill a demo instance with its insurer, staff, seals and products; harmless when repeated."""

from __future__ import annotations

import argparse

from vermilion.cli import platform


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options: none."""


def run(args: argparse.Namespace) -> int:
    """Seed. Raises ``WrongKind`` outside a demo instance."""
    platform.load("app")
    from django.utils.translation import gettext_lazy as _

    from vermilion.base import instance
    from vermilion.cli.demo import seed
    from vermilion.cli.steps.migrating import WrongKind

    if not instance.is_demo():
        raise WrongKind(_("此实例不是演示实例，不写入演示数据。"))
    seed.ensure()
    return 0

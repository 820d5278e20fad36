"""Check this instance: settings, database, keys, stores, clock, fonts, TSA, mail; exit 0 when all is well."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

from vermilion.cli import platform


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--json", action="store_true", help="print a list of results")


def run(args: argparse.Namespace) -> int:
    """Run every registered check."""
    platform.load("app")
    from vermilion.base import health

    results = health.run()
    if args.json:
        print(json.dumps([asdict(result) for result in results], ensure_ascii=False, indent=2))
    else:
        for result in results:
            print(f"{'✓' if result.ok else '✗'} {result.name:<14} {result.detail}  ({result.seconds:.2f} s)")
            if result.hint:
                print(f"  {'':<14} {result.hint}")
    return 0 if all(result.ok for result in results) else 1

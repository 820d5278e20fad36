"""Measure what the platform costs, next to what bounds it and to another program doing the same work in the same run."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from importlib import import_module

from vermilion.cli.measures import Measurement

EXIT_USAGE = 64
# name → stage → where its measuring function is. A function takes the seconds it may use (of a phone: and the
# address of a demo) and returns measurements.
STAGES = {
    "issue": {"typeset": "vermilion.cli.measures.typesetting:measure"},
    "phone": {"page": "vermilion.cli.measures.phone:measure_page", "ceremony": "vermilion.cli.measures.phone:measure_ceremony"},
    "seal": {
        "seal": "vermilion.cli.measures.sealing:measure",
        "keeper": "vermilion.cli.measures.keeping:measure",
        "judged": "vermilion.cli.measures.judging:measure",
    },
    "verify": {"own": "vermilion.cli.measures.verifying:measure"},
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("name", choices=sorted(STAGES), help="what to measure")
    parser.add_argument("--stage", help="only one stage of it")
    parser.add_argument("--seconds", type=float, default=5.0, metavar="N", help="how long each stage may take (default 5)")
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="phone: a running demo (default %(default)s)")
    parser.add_argument("--json", action="store_true", help="print a list of objects")


def run(args: argparse.Namespace) -> int:
    """Measure and print."""
    stages = STAGES[args.name]
    if args.stage and args.stage not in stages:
        print(f"vermilion bench: {args.name} has no stage {args.stage}; try: {' '.join(sorted(stages))}", file=sys.stderr)
        return EXIT_USAGE
    if not 0 < args.seconds <= 3600:
        print("vermilion bench: --seconds takes more than 0 and at most 3600", file=sys.stderr)
        return EXIT_USAGE
    given = {"url": args.url} if args.name == "phone" else {}
    found = [one for stage, place in stages.items() if args.stage in (None, stage) for one in _function(place)(args.seconds, **given)]
    if args.json:
        print(json.dumps([one.as_json() for one in found], ensure_ascii=False, indent=2))
    else:
        for one in found:
            print(_line(one))
    return 0


def _function(place: str) -> Callable[..., list[Measurement]]:
    module, _, name = place.partition(":")
    function: Callable[..., list[Measurement]] = getattr(import_module(module), name)
    return function


def _line(one: Measurement) -> str:
    parts = [f"{one.name:24} {one.value:10,.2f} {one.unit}"]
    if one.limit_value is not None:
        parts.append(f"limit {one.limit_value:,.2f} ({one.limit})")
    if one.peer_value is not None:
        parts.append(f"{one.peer} {one.peer_value:,.2f}")
    return "   ".join([*parts, f"{one.count} in {one.seconds:g} s"])

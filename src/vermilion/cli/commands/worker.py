"""Run jobs: seal, deliver, webhooks, sweeps; any number of workers on any number of hosts."""

from __future__ import annotations

import argparse

from vermilion.cli import platform


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--queues", help="comma-separated; all queues when left out")
    parser.add_argument("--concurrency", type=int, default=2, help="jobs at a time in this process (default 2)")


def run(args: argparse.Namespace) -> int:
    """Work until SIGTERM; running jobs finish first."""
    platform.load("app", confined="worker")
    from vermilion.base import jobs

    queues = [name.strip() for name in args.queues.split(",") if name.strip()] if args.queues else None
    jobs.run_worker(queues=queues, concurrency=max(1, args.concurrency))
    return 0

"""List jobs that failed for good, and let them run again."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

from vermilion.cli import platform


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    actions = parser.add_subparsers(dest="action", required=True)
    failed = actions.add_parser("failed", help="list failed jobs with their errors")
    failed.add_argument("--json", action="store_true")
    retry = actions.add_parser("retry", help="run failed jobs again")
    retry.add_argument("ids", nargs="+", metavar="ID", type=_job, help="a job's number, or 'all'")


def _job(text: str) -> int | str:
    """Return a job's number, or ``all``. Raises ValueError, which argparse turns into a sentence."""
    return text if text == "all" else int(text)


def run(args: argparse.Namespace) -> int:
    """Do it."""
    platform.load("app")
    from django.utils.translation import gettext as _

    from vermilion.base import jobs

    if args.action == "failed":
        rows = jobs.failed()
        if args.json:
            print(json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=2, default=str))
        for row in rows if not args.json else []:
            when = row.failed_at.isoformat(timespec="seconds") if row.failed_at else "-"
            print(f"{row.id}  {when}  {row.task}  {row.ids}  {row.attempts} ×  {row.error} {row.code} {row.message}")
        if not rows and not args.json:
            print(_("没有失败的任务。"))
        return 0
    wanted = [row.id for row in jobs.failed(limit=100_000)] if "all" in args.ids else args.ids
    for job_id in wanted:
        jobs.retry(job_id)
    print(_("已重新排队 {count} 个任务。").format(count=len(wanted)))
    return 0

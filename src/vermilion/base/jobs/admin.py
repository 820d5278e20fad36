"""What waits, what failed and why, and trying again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count
from django.utils.translation import gettext_lazy as _
from procrastinate import exceptions
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from .. import clock
from ..errors import VermilionError
from ..models import JobFailure


class JobNotFound(VermilionError):
    """There is no failed job of that id, or one that does the same is waiting already."""

    code = "job_not_found"
    status = 404
    message = _("没有这个失败的任务，或相同的任务已在等待执行。")
    hint = _("刷新失败任务列表后重试。")


@dataclass(frozen=True, slots=True)
class FailedJob:
    """A job that was tried as often as allowed."""

    id: int
    task: str
    queue: str
    ids: dict[str, Any]
    attempts: int
    error: str
    code: str
    message: str
    place: str
    failed_at: datetime | None


def failed(limit: int = 200) -> list[FailedJob]:
    """Return the jobs that failed for good, the latest first, each with its last error."""
    rows = list(ProcrastinateJob.objects.filter(status="failed").order_by("-id")[:limit])
    last: dict[int, JobFailure] = {}
    for failure in JobFailure.objects.filter(job_id__in=[row.id for row in rows]).order_by("id"):
        last[failure.job_id] = failure
    result = []
    for row in rows:
        failure_of_row = last.get(row.id)
        result.append(
            FailedJob(
                id=row.id,
                task=row.task_name,
                queue=row.queue_name,
                ids=row.args,
                attempts=row.attempts,
                error=failure_of_row.error if failure_of_row else "WorkerLost",
                code=failure_of_row.code if failure_of_row else "worker_lost",
                message=failure_of_row.message if failure_of_row else "",
                place=failure_of_row.place if failure_of_row else "",
                failed_at=failure_of_row.at if failure_of_row else None,
            )
        )
    return result


def retry(job_id: int) -> None:
    """Let a failed job run again now. Raises :class:`JobNotFound`."""
    if not ProcrastinateJob.objects.filter(id=job_id, status="failed").exists():
        raise JobNotFound()
    try:
        with transaction.atomic():
            app.job_manager.retry_job_by_id(job_id, retry_at=clock.now())
    except (exceptions.ConnectorException, IntegrityError):
        raise JobNotFound() from None


def counts() -> dict[str, int]:
    """Return how many jobs there are by status, finished ones included until the nightly clean-up."""
    rows = ProcrastinateJob.objects.values("status").annotate(number=Count("id")).values_list("status", "number")
    return {str(status): number for status, number in rows}

"""The true error of every failed attempt, without personal data."""

from __future__ import annotations

import traceback
from typing import Any

import structlog
from django.db import Error as DatabaseFailure
from django.utils import translation

from ..errors import VermilionError
from ..models import JobFailure

logger = structlog.get_logger("vermilion.jobs")

FRAMES = 8


def describe(error: BaseException) -> dict[str, str]:
    """Return ``error``'s class, code, text and place.

    The text of our own errors is written for users and holds no personal data. The text of any other exception may quote a value, so only
    its class is told, and where it was raised; the exception behind it (``__cause__``) is named the same way.
    """
    text = ""
    if isinstance(error, VermilionError):
        with translation.override("zh-hans"):
            text = str(error.message)
    names = [type(error).__name__]
    cause = error.__cause__
    while cause is not None and len(names) < 4:
        names.append(type(cause).__name__)
        cause = cause.__cause__
    frames = [f"{frame.filename.rpartition('/src/')[2]}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
    return {
        "error": " ← ".join(names)[:200],
        "code": str(getattr(error, "code", "") or "")[:60],
        "message": text[:500],
        "place": "\n".join(frames[-FRAMES:]),
    }


def record(job: Any, error: BaseException) -> None:
    """Keep the failed attempt; a database that is down keeps it in the log only."""
    facts = describe(error)
    logger.error("job_failed", job=job.id, task=job.task_name, attempt=job.attempts + 1, **facts)
    try:
        JobFailure.objects.create(job_id=job.id, task=job.task_name, attempt=job.attempts + 1, **facts)
    except DatabaseFailure:
        logger.error("job_failure_not_stored", job=job.id)

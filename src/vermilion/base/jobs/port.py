"""Declaring tasks and enqueueing jobs."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from procrastinate import BaseRetryStrategy, RetryDecision, exceptions
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from ..stack import roomy
from . import attempts

Id = str | int | UUID
# Pauses before the 2nd, 3rd … attempt, in seconds: a keeper that restarts costs little, a dead service is not hammered.
PAUSES = (1, 2, 4, 8, 15, 30, 60, 120, 300)

# Quiet hours in China, in UTC as the engine counts: 02:41 in Shanghai.
NIGHT = "41 18 * * *"


class Pauses(BaseRetryStrategy):
    """Retry up to ``attempts`` times with :data:`PAUSES`, unless the error says that trying again cannot help."""

    def __init__(self, attempts: int) -> None:
        self.attempts = attempts

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Return when to try again, or None."""
        if job.attempts + 1 >= self.attempts or getattr(exception, "permanent", False):
            return None
        return RetryDecision(retry_in={"seconds": PAUSES[min(job.attempts, len(PAUSES) - 1)]})


class Task:
    """A function that a worker runs; calling it runs it here and now."""

    def __init__(self, function: Callable[..., Any], engine_task: Any) -> None:
        functools.update_wrapper(self, function)
        self.function = function
        self.engine_task = engine_task

    @property
    def name(self) -> str:
        """Return the task's name in the job table."""
        return str(self.engine_task.name)

    def __call__(self, **ids: Any) -> Any:
        """Run the function."""
        return self.function(**ids)


def task(*, queue: str = "default", attempts: int = 10, name: str | None = None) -> Callable[[Callable[..., Any]], Task]:
    """Declare a task. ``attempts`` counts all tries; an exception with a true attribute ``permanent`` ends them at once."""

    def declare(function: Callable[..., Any]) -> Task:
        return _declare(function, queue=queue, retry=Pauses(attempts), name=name)

    return declare


def every_minute(function: Callable[[], Any]) -> Task:
    """Declare a sweep: it runs once a minute, on one worker, never twice at a time.

    What it did not finish, the next minute's run finds again.
    """
    return _sweep(function, "* * * * *")


def every_night(function: Callable[[], Any]) -> Task:
    """Declare a clean-up: it runs once a night, on one worker. A night on which no worker ran is left out; the next one finds it all."""
    return _sweep(function, NIGHT)


def _sweep(function: Callable[[], Any], cron: str) -> Task:
    full_name = f"{function.__module__}.{function.__qualname__}"

    @functools.wraps(function)
    def run(timestamp: int) -> Any:
        return function()

    declared = _declare(run, queue="sweep", retry=False, name=full_name, lock=full_name, queueing_lock=full_name)
    app.periodic(cron=cron)(declared.engine_task)
    declared.function = function
    return declared


def enqueue(job_task: Task, *, lock: str | None = None, queueing_lock: str | None = None, delay_seconds: int = 0, **ids: Id) -> int | None:
    """Enqueue a job in the caller's transaction and return its id; a roll-back takes the job along.

    Jobs of one ``lock`` run one after another. At most one job of one ``queueing_lock`` waits: where one
    does, nothing is enqueued and None returned.
    """
    options: dict[str, Any] = {"lock": lock, "queueing_lock": queueing_lock}
    if delay_seconds:
        options["schedule_in"] = {"seconds": delay_seconds}
    deferrer = job_task.engine_task.configure(**{key: value for key, value in options.items() if value is not None})
    if queueing_lock is None:
        return int(deferrer.defer(**_plain(ids)))
    try:
        with transaction.atomic():  # the unique violation must not spoil the caller's transaction
            return int(deferrer.defer(**_plain(ids)))
    except exceptions.AlreadyEnqueued:
        return None


def enqueue_many(job_task: Task, jobs: Iterable[dict[str, Id]]) -> int:
    """Enqueue many jobs of one task in one statement; return how many."""
    rows = [_plain(ids) for ids in jobs]
    if rows:
        job_task.engine_task.configure().batch_defer(*rows)
    return len(rows)


def _plain(ids: dict[str, Id]) -> dict[str, str | int]:
    for name, value in ids.items():
        if not isinstance(value, (str, int, UUID)):
            raise TypeError(f"a job carries ids only; {name} is a {type(value).__name__}")
    return {name: str(value) if isinstance(value, UUID) else value for name, value in ids.items()}


def _declare(function: Callable[..., Any], *, queue: str, retry: Any, name: str | None, **options: Any) -> Task:
    @functools.wraps(function)
    @roomy
    def attempt(context: Any, **kwargs: Any) -> Any:
        try:
            return function(**kwargs)
        except Exception as error:
            if not connection.in_atomic_block:
                attempts.record(context.job, error)
            raise

    engine_task = app.task(
        queue=queue, retry=retry, name=name or f"{function.__module__}.{function.__qualname__}", pass_context=True, **options
    )(attempt)
    return Task(function, engine_task)

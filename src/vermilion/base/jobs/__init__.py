"""Jobs: the machine's part of the work, enqueued in the transaction that needs it and run by workers on any number of hosts.

The engine (Procrastinate) is used through this package only. The rules, with the measurements behind them:

* a job carries ids, never data; it may run twice, so it first looks whether its result is already there;
* a job that fails is tried again with growing pauses, up to ``attempts`` times, then waits in :func:`failed` for :func:`retry`;
* each failed attempt is on record with its true error, without personal data;
* a job whose worker died is taken over after 30 seconds (``base.tasks.reap``).
"""

from .admin import FailedJob, JobNotFound, counts, failed, retry
from .port import NIGHT, Task, enqueue, enqueue_many, every_minute, every_night, task
from .work import run_waiting, run_worker

__all__ = [
    "NIGHT",
    "FailedJob",
    "JobNotFound",
    "Task",
    "counts",
    "enqueue",
    "enqueue_many",
    "every_minute",
    "every_night",
    "failed",
    "retry",
    "run_waiting",
    "run_worker",
    "task",
]

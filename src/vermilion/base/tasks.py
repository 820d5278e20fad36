"""Upkeep of the job engine."""

from __future__ import annotations

import time
from datetime import timedelta

import structlog
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.jobs import Status

from . import blobs, clock
from .jobs import NIGHT, every_minute, every_night
from .models import JobFailure

logger = structlog.get_logger("vermilion.jobs")

# Three heartbeats (PROCRASTINATE_WORKER_DEFAULTS): a shorter limit takes jobs from healthy workers.
STALLED_SECONDS = 30
# A job that killed its worker this often is parked: it would go on killing.
MAX_CRASHES = 5
KEEP_JOBS_HOURS = 7 * 24
KEEP_FAILURES = timedelta(days=90)


@app.periodic(cron="* * * * *")
@app.task(name="vermilion.base.tasks.reap", queue="sweep", queueing_lock="vermilion.base.tasks.reap", pass_context=True)
async def reap(context: JobContext, timestamp: int) -> None:
    """Give the jobs of dead workers to living ones."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
        if job.queueing_lock == job.task_name:
            # A sweep: the next minute's run does its work, and may hold the queueing lock already.
            await manager.finish_job(job, status=Status.FAILED, delete_job=True)
        elif job.attempts >= MAX_CRASHES:
            await manager.finish_job(job, status=Status.FAILED, delete_job=False)
            logger.error("job_lost", job=job.id, task=job.task_name, attempts=job.attempts)
        else:
            await manager.retry_job(job)
            logger.warning("job_taken_over", job=job.id, task=job.task_name)


@app.periodic(cron=NIGHT)
@app.task(name="vermilion.base.tasks.clean_up", queue="sweep", queueing_lock="vermilion.base.tasks.clean_up", pass_context=True)
async def clean_up(context: JobContext, timestamp: int) -> None:
    """Delete finished jobs of more than a week ago; failed ones stay until somebody deals with them."""
    await context.app.job_manager.delete_old_jobs(nb_hours=KEEP_JOBS_HOURS)


@every_night
def forget_old_failures() -> None:
    """Delete the records of failed attempts that are older than 90 days."""
    JobFailure.objects.filter(at__lt=clock.now() - KEEP_FAILURES).delete()


@every_minute
def sweep_blob_leftovers() -> None:
    """Remove what a crash left half-written in the blob folder."""
    blobs.sweep_leftovers(time.time())

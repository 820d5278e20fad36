"""Running jobs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from procrastinate.contrib.django import app

# A job that is tried again is not announced; the worker finds it at its next look.
POLL_SECONDS = 1.0
# A stop waits this long for running jobs; what still runs then is aborted and taken over by another worker.
STOP_SECONDS = 60


def run_worker(*, queues: Iterable[str] | None = None, concurrency: int = 2, name: str = "worker") -> None:
    """Run jobs of ``queues`` (all when None) until SIGTERM or SIGINT; running jobs finish first.

    It also returns when PostgreSQL went away; the supervisor starts it again.
    """
    worker_app = app.with_connector(_worker_connector())
    worker_app.run_worker(
        queues=list(queues) if queues else None,
        concurrency=concurrency,
        name=name,
        fetch_job_polling_interval=POLL_SECONDS,
        shutdown_graceful_timeout=STOP_SECONDS,
    )


def run_waiting() -> None:
    """Run what is waiting now, then return; for tests and one-off tools."""
    worker_app = app.with_connector(_worker_connector())
    worker_app.run_worker(wait=False, listen_notify=False, install_signal_handlers=False)


def _worker_connector() -> Any:
    connector: Any = app.connector
    return connector.get_worker_connector()

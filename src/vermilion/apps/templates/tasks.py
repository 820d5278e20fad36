"""Jobs of templates."""

from __future__ import annotations

from uuid import UUID

from vermilion.base import jobs


@jobs.task(queue="default", attempts=4)
def check_job(version_id: str, wanted: str) -> None:
    """Make the checks of a draft whose content has the digest ``wanted``."""
    from . import checking  # not for every process that knows the task

    checking.check(UUID(version_id), wanted)

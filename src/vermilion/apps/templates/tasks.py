"""Jobs of templates."""

from __future__ import annotations

from uuid import UUID

from vermilion.base import jobs

from . import checking


@jobs.task(queue="default", attempts=4)
def check_job(version_id: str, wanted: str) -> None:
    """Make the checks of a draft whose content has the digest ``wanted``."""
    checking.check(UUID(version_id), wanted)

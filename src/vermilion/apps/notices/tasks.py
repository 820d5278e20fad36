"""Jobs of the outbox."""

from __future__ import annotations

from uuid import UUID

from vermilion.base import jobs

from . import delivery


@jobs.task(queue="notices")
def deliver(notice_id: str) -> None:
    """Hand one notice to its gateway."""
    delivery.deliver(UUID(notice_id))

"""Jobs of the webhooks."""

from __future__ import annotations

from uuid import UUID

from vermilion.base import jobs


@jobs.task(queue="webhooks")
def deliver(delivery_id: str) -> None:
    """Try one delivery once."""
    from . import delivery  # which enqueues this task again

    delivery.deliver(UUID(delivery_id))

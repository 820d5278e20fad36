"""Jobs of the webhooks."""

from __future__ import annotations

from uuid import UUID

from vermilion.base import jobs

from . import upkeep


@jobs.task(queue="webhooks")
def deliver(delivery_id: str) -> None:
    """Try one delivery once."""
    from . import delivery  # which enqueues this task again

    delivery.deliver(UUID(delivery_id))


@jobs.every_night
def forget_old() -> None:
    """Delete what no client can use any more: answers of long ago and expired tokens."""
    upkeep.forget_old_answers()
    upkeep.forget_expired_tokens()

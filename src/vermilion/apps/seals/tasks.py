"""Jobs of seals: revocation lists on disk, certificates that end soon."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import structlog

from vermilion.base import jobs
from vermilion.base.clock import now
from vermilion.base.errors import VermilionError

from .keeper import client
from .models import Seal

logger = structlog.get_logger("vermilion.seals")

RENEW_AHEAD = timedelta(days=60)
"""A new certificate comes so long before the old one ends: time for somebody to look when it does not."""


@jobs.task(queue="seal", attempts=12)
def publish_lists_job() -> None:
    """Have the keeper write the revocation lists where the verifier looks."""
    client.crl("issuing")


@jobs.task(queue="seal", attempts=12)
def carry_order_job(order_id: str) -> None:
    """Take an order at an outside CA a step further."""
    from .ordering import carry_order

    carry_order(order_id=UUID(order_id))


@jobs.task(queue="seal", attempts=12)
def draft_doubts_job(certificate_id: str) -> None:
    """Draft the notices to holders of what a certificate in doubt sealed."""
    from .doubting import draft

    draft(certificate_id=UUID(certificate_id))


@jobs.task(queue="seal", attempts=12)
def destroy_keys_job(seal_id: str) -> None:
    """Have the keeper destroy the keys of a seal that two people destroyed."""
    from .living import destroy_keys

    destroy_keys(seal_id=UUID(seal_id))


@jobs.every_night
def destroy_what_is_left() -> None:
    """Have keys destroyed that no job could: a token was away for a day."""
    for seal in Seal.objects.filter(state=Seal.State.DESTROYED, keys_destroyed_at=None):
        jobs.enqueue(destroy_keys_job, queueing_lock=f"destroy seal {seal.pk}", seal_id=str(seal.pk))


@jobs.every_night
def keep_certificates() -> None:
    """Refresh the revocation lists; renew what ends soon, the CA's parts too. What fails is tried again next night; doctor tells."""
    from .certifying import renew_seal_certificate

    client.look_again()
    ending = Seal.objects.filter(state__in=[Seal.State.ACTIVE, Seal.State.FROZEN], certificate__not_after__lt=now() + RENEW_AHEAD)
    for seal in ending.filter(certificate__revoked_at__isnull=True).order_by("pk"):
        try:
            renew_seal_certificate(seal_id=seal.pk)
        except VermilionError as error:
            logger.warning("not_renewed", seal=str(seal.pk), code=error.code)


@jobs.task(queue="seal", attempts=6)
def seal_list_job(request_id: str) -> None:
    """Seal the next documents of an approved request."""
    from .requests.sealing import run

    run(request_id=UUID(request_id))


def seal_later(request_id: UUID) -> None:
    """Let a worker seal what waits of a request, in the caller's transaction; one job of a request works at a time, one waits."""
    name = f"seal request {request_id}"
    jobs.enqueue(seal_list_job, lock=name, queueing_lock=name, request_id=str(request_id))


@jobs.every_minute
def keep_requests_going() -> None:
    """End the requests that nobody decided in time; take up those that something stopped."""
    from .requests import making, sealing

    making.expire(now())
    for request_id in sealing.unfinished():
        seal_later(request_id)


@jobs.every_minute
def watch_uses() -> None:
    """Look for unusual uses of seals."""
    from .watching import watch

    watch(now())

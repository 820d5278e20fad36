"""Upkeep of identity."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet

from vermilion.base import clock, jobs

from . import checks, codes, customer_passkeys, faces, pictures, providers
from .limits import KEEP_STRANGERS
from .models import CheckResult, IdentityCheck, ProviderCallback

# Longer than any quota looks back, and than a service desk is asked why a code did not come.
KEEP_CODES = timedelta(days=30)


@jobs.every_night
def forget_old_codes() -> None:
    """Delete one-time codes that proved a phone or nothing, and questions to passkeys that nobody answered.

    Those by which somebody agreed to a document stay with her willingness.
    """
    codes.forget(before=clock.now() - KEEP_CODES)
    customer_passkeys.forget_unused()


@jobs.every_night
def forget_pictures() -> None:
    """Delete the faces and papers whose time is over, those of given-up reviews first; and what strangers called back."""
    for check_id in _overdue().exclude(method="face").values_list("pk", flat=True)[:500]:
        with transaction.atomic():
            checks.settle(checks.locked(check_id), providers.Answer(CheckResult.UNAVAILABLE, "late"))
    pictures.forget_kept()
    ProviderCallback.objects.filter(made_for=None, received_at__lt=clock.now() - KEEP_STRANGERS).delete()


@jobs.every_minute
def close_late_visits() -> None:
    """Close the visits to face recognition of which no word came in time."""
    for check_id in _overdue().filter(method="face").values_list("pk", flat=True)[:200]:
        faces.close_late(check_id)


def _overdue() -> QuerySet[IdentityCheck]:
    return IdentityCheck.objects.filter(result=CheckResult.WAITING, waits_until__lt=clock.now())

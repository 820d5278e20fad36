"""Upkeep of identity."""

from __future__ import annotations

from datetime import timedelta

from vermilion.base import clock, jobs

from . import codes

# Longer than any quota looks back, and than a service desk is asked why a code did not come.
KEEP_CODES = timedelta(days=30)


@jobs.every_night
def forget_old_codes() -> None:
    """Delete one-time codes that proved a phone or nothing. Those by which somebody agreed to a document stay with her willingness."""
    codes.forget(before=clock.now() - KEEP_CODES)

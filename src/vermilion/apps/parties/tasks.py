"""Upkeep of accounts."""

from __future__ import annotations

from vermilion.base import jobs

from . import passkeys


@jobs.every_night
def forget_challenges() -> None:
    """Delete what no passkey answered."""
    passkeys.forget_unused()

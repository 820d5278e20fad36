"""Upkeep of accounts."""

from __future__ import annotations

from vermilion.base import clock, jobs

from . import passkeys, written_names


@jobs.every_night
def forget_challenges() -> None:
    """Delete what no passkey answered."""
    passkeys.forget_unused()


@jobs.every_night
def forget_trials() -> None:
    """Delete the photographs of written names that were shown and not confirmed."""
    written_names.remove_trials(clock.now() - written_names.TRIAL_LASTS)

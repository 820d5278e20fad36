"""Upkeep of accounts."""

from __future__ import annotations

from vermilion.base import clock, jobs

# What they need is large and every process loads the tasks: it is imported where it works.


@jobs.every_night
def forget_challenges() -> None:
    """Delete what no passkey answered."""
    from . import passkeys

    passkeys.forget_unused()


@jobs.every_night
def forget_trials() -> None:
    """Delete the photographs of written names that were shown and not confirmed."""
    from . import written_names

    written_names.remove_trials(clock.now() - written_names.TRIAL_LASTS)

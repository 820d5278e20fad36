"""Upkeep of what conduct compares."""

from __future__ import annotations

from vermilion.base import clock, jobs


@jobs.every_night
def forget_traces() -> None:
    """Delete what no rule looks at any more."""
    from . import traces

    traces.forget_old(clock.now())

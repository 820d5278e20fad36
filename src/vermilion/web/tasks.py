"""Upkeep of what the doors keep."""

from __future__ import annotations

from vermilion.base import jobs
from vermilion.web.sessions import SessionStore

from . import limits
from .staff import log_ins


@jobs.every_minute
def forget_counts() -> None:
    """Delete the attempts whose time is over, so that a flood of addresses leaves nothing behind."""
    limits.forget_expired()


@jobs.every_night
def forget_sessions() -> None:
    """Delete the sessions that nobody can use any more, and log-ins of long ago."""
    SessionStore.clear_expired()
    log_ins.forget_old()

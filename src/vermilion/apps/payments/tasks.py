"""Upkeep of payments."""

from __future__ import annotations

from vermilion.base import clock, jobs

from . import services


@jobs.every_night
def forget_strangers() -> None:
    """Delete old callbacks that no known gateway signed. Those of a gateway stay, whatever was made of them."""
    services.forget_strangers(before=clock.now() - services.KEEP_STRANGERS)

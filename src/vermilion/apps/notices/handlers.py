"""Who wants to know that a notice left or arrived. Registered in ``site/wiring.py``, called in the transaction that marks it."""

from __future__ import annotations

from collections.abc import Callable

from .models import Notice

DeliveredHandler = Callable[[Notice], None]

_delivered: list[DeliveredHandler] = []


def on_delivered(handler: DeliveredHandler) -> DeliveredHandler:
    """Register ``handler``; usable as a decorator.

    It is called with the Notice in state ``sent`` and again, where a gateway says so, in state ``received``. The case's row is locked by
    then. A handler may be called more than once for one notice and must not mind.
    """
    if handler not in _delivered:
        _delivered.append(handler)
    return handler


def delivered(notice: Notice) -> None:
    """Tell every handler."""
    for handler in _delivered:
        handler(notice)

"""Where a lower app learns whom to tell: handlers are registered here and called in the same transaction."""

from __future__ import annotations


def connect() -> None:
    """Register every handler; called once when Django is ready."""

"""What happened to a policy, for those above who want to know (webhooks, archive). Called in the transaction of the fact."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vermilion.apps.cases.models import Case

Handler = Callable[[Case, str, dict[str, Any]], None]
_handlers: list[Handler] = []


def on_event(handler: Handler) -> None:
    """Register ``handler(case, type, facts)``; ``facts`` hold no personal datum (site/wiring.py)."""
    _handlers.append(handler)


def tell(case: Case, type: str, facts: dict[str, Any] | None = None) -> None:
    """Tell every handler that ``type`` (policy.sealed, policy.delivered, policy.acknowledged, policy.failed …) happened to the case."""
    for handler in _handlers:
        handler(case, type, facts or {})

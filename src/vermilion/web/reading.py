"""How a page was read, as its script tells: how deep, and how long each text was in sight. A hint beside our own clock, never a proof."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest

LONGEST = 4000  # characters
MOST_SECONDS = 24 * 3600


def told(request: HttpRequest) -> dict[str, Any]:
    """Return ``{"deepest": per cent, "long": 0 or 1, "seen": {name: seconds}}`` of a form with ``x-data="reading"``; empty for nonsense."""
    text = request.POST.get("reading", "")
    try:
        said = json.loads(text) if 0 < len(text) <= LONGEST else {}
        seen = {str(name)[:60]: _whole(value, MOST_SECONDS) for name, value in said["seen"].items()}
        return {"deepest": _whole(said["deepest"], 100), "long": _whole(said["long"], 1), "seen": seen}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def by_consent(request: HttpRequest, seconds: int) -> dict[str, dict[str, int]]:
    """Return for each consent of the page how it was read; ``seconds`` between page and answer are ours."""
    said = told(request)
    page: dict[str, int] = {"seconds": seconds}
    page |= {name: said[name] for name in ("deepest", "long") if name in said}
    keys = [name.removeprefix("consent.") for name in request.POST if name.startswith("consent.")]
    seen = said.get("seen", {})
    return {key: {**page, **({"seen": seen[key]} if key in seen else {})} for key in keys}


def _whole(value: Any, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise ValueError
    return value

"""The one place that knows what time it is, so that tests can move it."""

from __future__ import annotations

from datetime import date, datetime, timezone
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(timezone.utc)


def today() -> date:
    """Return today's date in Asia/Shanghai, where cooling-off and cover are counted."""
    return now().astimezone(SHANGHAI).date()


def rfc3339(moment: datetime) -> str:
    """Return ``moment`` as RFC 3339 in UTC with microseconds, e.g. ``2026-11-22T03:04:05.000006Z``."""
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

"""Dates and moments as people write them, in the language of the page; the desks' dense tables keep ``2026-11-24 14:21``."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

# Chinese, English
_DAY = ("Y年n月j日", "j F Y")
_MOMENT = ("Y年n月j日 H:i", "j F Y, H:i")


def _english() -> bool:
    return (get_language() or "").startswith("en")


def day(value: date | datetime | None) -> str:
    """Return ``2026年11月24日``, ``24 November 2026``; a moment counts as its day in Asia/Shanghai. Nothing for None."""
    if value is None:
        return ""
    return date_format(localtime(value) if isinstance(value, datetime) else value, _DAY[_english()])


def moment(value: datetime | None) -> str:
    """Return ``2026年11月24日 14:21``, ``24 November 2026, 14:21`` in Asia/Shanghai. Nothing for None."""
    return date_format(localtime(value), _MOMENT[_english()]) if value else ""


def opening(value: datetime) -> str:
    """Return when a period begins, as contracts say it: ``2026年11月25日 0 时`` for its midnight."""
    local = localtime(value)
    return _("%(day)s 0 时") % {"day": day(local)} if (local.hour, local.minute) == (0, 0) else moment(value)


def closing(value: datetime) -> str:
    """Return when a period ends: ``2027年11月24日 24 时``, not the midnight that begins the next day."""
    local = localtime(value)
    if (local.hour, local.minute) != (0, 0):
        return moment(value)
    return _("%(day)s 24 时") % {"day": day(local - timedelta(days=1))}


def last_day(value: datetime) -> date:
    """Return the last day of a period that ends at this moment: the day before its midnight."""
    return localtime(value - timedelta(seconds=1)).date()

"""Tags and filters that every page may use."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms, template
from django.forms import BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from vermilion.web.display import listed
from vermilion.web.qr import qr_svg

from .icons import ICONS

register = template.Library()


@register.simple_tag
def icon(name: str, title: str = "") -> SafeString:
    """Return the icon ``name`` as inline SVG; decorative unless it has a ``title``. Raises KeyError for an unknown name."""
    drawing = mark_safe(ICONS[name])  # noqa: S308 - a constant of ours
    if title:
        return format_html('<svg class="icon" viewBox="0 0 24 24" role="img" aria-label="{}">{}</svg>', title, drawing)
    return format_html('<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">{}</svg>', drawing)


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, unit: str = "", short: bool = False) -> dict[str, Any]:
    """Show one form field with label, help and error. ``unit`` stands behind the input; ``short`` sets choices side by side."""
    widget = bound.field.widget
    if widget.is_hidden:
        kind = "hidden"
    elif isinstance(widget, forms.CheckboxInput):
        kind = "checkbox"
    elif isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
        kind = "choices"
    else:
        kind = "input"
    return {"field": bound, "kind": kind, "unit": unit, "short": short}


@register.simple_tag
def step_position(steps: Sequence[Any]) -> dict[str, Any]:
    """Return ``title``, ``number`` and ``total`` for the current one of ``steps`` (the last one when none is current)."""
    states = [step["state"] if isinstance(step, dict) else step.state for step in steps]
    index = states.index("current") if "current" in states else len(states) - 1
    step = steps[index]
    return {"title": step["title"] if isinstance(step, dict) else step.title, "number": index + 1, "total": len(states)}


@register.simple_tag
def qr(text: str) -> SafeString:
    """Return a QR code of ``text`` as inline SVG."""
    return qr_svg(text)


register.filter("listed", listed)


@register.filter
def html_lang(code: str) -> str:
    """Write a language code as HTML wants it: ``zh-hans`` → ``zh-Hans``."""
    language, _separator, script = code.partition("-")
    return f"{language}-{script.title()}" if script else language


@register.filter
def yuan(fen: int | None) -> str:
    """Show an amount in fen as ``¥1,234.50``; nothing for None."""
    if fen is None:
        return ""
    sign = "-" if fen < 0 else ""
    return f"{sign}¥{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


@register.filter
def dwell(begin: datetime, end: datetime) -> str:
    """Say how long somebody stayed: to the second, because a page of exclusions that was open for two seconds was not read."""
    seconds = max(int((end - begin).total_seconds()), 0)
    if seconds < 60:
        return _("%(seconds)s 秒") % {"seconds": seconds}
    if seconds < 3600:
        return _("%(minutes)s 分 %(seconds)s 秒") % {"minutes": seconds // 60, "seconds": seconds % 60}
    return _("%(hours)s 小时 %(minutes)s 分") % {"hours": seconds // 3600, "minutes": seconds % 3600 // 60}


@register.filter
def short_digest(digest: str | None) -> str:
    """Show the first and last eight digits of a digest, enough to compare by eye."""
    return "" if not digest else digest if len(digest) <= 20 else f"{digest[:8]}…{digest[-8:]}"


@register.filter
def masked(text: str | None) -> str:
    """Hide the middle of a phone or ID number: ``138****5678``."""
    if not text:
        return ""
    return text[:3] + "*" * max(4, len(text) - 7) + text[-4:] if len(text) > 7 else text[:1] + "*" * (len(text) - 1)

"""Words of products and people on the customer's pages."""

from __future__ import annotations

import re
from typing import Any

from django import template
from django.utils.translation import get_language, gettext

from vermilion.apps.policies import difference_words
from vermilion.apps.products.clause_text import reference_in_english
from vermilion.base.validation import mask_id_number, mask_name, mask_phone
from vermilion.web import dates

register = template.Library()

_LEGAL_FORM = re.compile(r",? (?:Co\.,? )?(?:Ltd|Limited|Inc)\.?(?=$| )")


@register.filter
def words(text: Any) -> str:
    """Show a product's text in the language of the page."""
    return text.of(get_language()) if text is not None else ""


@register.filter
def article(reference: str) -> str:
    """Show where the clauses say something, in the language of the page: ``第七条``, ``Article 7``."""
    return reference_in_english(reference) if _english() else reference


@register.filter
def insurer_name(insurer: Any) -> str:
    """Show the insurer's full name in the language of the page."""
    return str(insurer.name_en if _english() and insurer.name_en else insurer.name)


@register.filter
def insurer_brand(insurer: Any) -> str:
    """Show the insurer's short name; in English the full one up to its legal form: a phone's head has room for no more."""
    return _LEGAL_FORM.split(insurer.name_en)[0] if _english() and insurer.name_en else str(insurer.short_name)


def _english() -> bool:
    return (get_language() or "").startswith("en")


@register.filter
def title_words(title: str) -> str:
    """Show a document's title, which is kept in Chinese, in the language of the page."""
    return gettext(title) if title else ""


@register.filter
def masked_name(name: str) -> str:
    """``张*``."""
    return mask_name(name or "")


@register.filter
def masked_phone(phone: str) -> str:
    """``138****5678``."""
    return mask_phone(phone or "")


@register.filter
def masked_id(number: str) -> str:
    """``310*************02``."""
    return mask_id_number(number or "")


register.filter("day", dates.day)
register.filter("moment", dates.moment)
register.filter("opening", dates.opening)
register.filter("closing", dates.closing)
register.filter("last_day", dates.last_day)


@register.filter
def difference_label(path: str) -> str:
    """Show the field in which a policy differs from its application by its name."""
    return difference_words.label(path)


@register.filter
def difference_value(value: str, path: str) -> str:
    """Show one side of such a difference as documents print it."""
    return difference_words.shown(path, value)


@register.filter
def whole_yuan(fen: int | None) -> str:
    """Show a sum in fen as whole yuan with separators, ``500,000``; with cents only when there are some."""
    if fen is None:
        return ""
    return f"{fen // 100:,}" if fen % 100 == 0 else f"{fen / 100:,.2f}"

"""What was filled in, as label and value, for looking over."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from vermilion.apps.products import paths
from vermilion.apps.products.definition import ProductDefinition
from vermilion.apps.products.fields import LONG_TERM, is_blank
from vermilion.apps.products.form import FormField, FormSection
from vermilion.web import dates

# A list of insured persons longer than this is shown on its own page only.
ROWS_SHOWN = 5
DATES = ("date", "birth_date", "id_valid_until")


def rows(
    definition: ProductDefinition,
    section: FormSection,
    data: dict[str, Any],
    prefilled: Collection[str] = (),
    given: Collection[str] = (),
) -> list[tuple[str, str]]:
    """Return the filled-in fields of a section in words, entry after entry.

    ``prefilled``: what a salesperson filled in, confirmed; ``given``: what a system filled in, to be checked.
    """
    if section.upload:
        count = str(len(paths.get(data, section.path) or []))
        return [(_("人数"), _marked(count) if section.path in given else count)]
    prefixes = [section.path]
    if section.repeat:
        prefixes = [f"{section.path}.{index}" for index in range(len(paths.get(data, section.path) or []))][:ROWS_SHOWN]
    found = []
    for index, prefix in enumerate(prefixes):
        if len(prefixes) > 1:
            found.append((_("第 %(n)s 位") % {"n": index + 1}, ""))
        for item in section.fields:
            value = paths.get(data, f"{prefix}.{item.path}")
            if not is_blank(value):
                shown = in_words(definition, item, value)
                path = f"{prefix}.{item.path}"
                if path in prefilled:
                    shown = _("%(value)s（销售人员代填，您已核对）") % {"value": shown}
                found.append((item.label.of(get_language()), _marked(shown) if path in given else shown))
    return found


def _marked(value: str) -> str:
    return _("%(value)s（代填）") % {"value": value}


def in_words(definition: ProductDefinition, item: FormField, value: Any) -> str:
    """Return one value as a person reads it."""
    language = get_language()
    if value == LONG_TERM:
        return _("长期有效")
    if item.kind == "occupation":
        occupation = definition.occupation(str(value))
        return occupation.name.of(language) if occupation else str(value)
    if item.kind in DATES:
        return dates.day(date.fromisoformat(value)) if isinstance(value, str) else str(value)
    if item.kind == "money":
        return (
            f"{value // 100:,}"
            if isinstance(value, int) and value % 100 == 0
            else f"{value / 100:,.2f}"
            if isinstance(value, int)
            else str(value)
        )
    label = next((option.label.of(language) for option in item.options if option.value == value), None)
    return label or str(value)

"""One field of a form: from what was typed to its canonical value."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from vermilion.base import validation as v

from .form import FormField

LONG_TERM = "long_term"
_LABEL_KINDS = {"name", "company_name", "address", "text"}


def is_blank(value: Any) -> bool:
    """Return whether nothing was filled in."""
    return value is None or (isinstance(value, str) and not value.strip())


def is_printed_text(field: FormField) -> bool:
    """Return whether the field's text is printed as typed, so that every character needs a glyph."""
    return field.kind in _LABEL_KINDS


def check_value(field: FormField, value: Any, *, item: dict[str, Any], today: date, occupations: frozenset[str]) -> Any:
    """Return the canonical value. ``item`` holds the entry's fields already checked (an ID number looks at type, birth date and sex).

    Raises InvalidValue.
    """
    match field.kind:
        case "name":
            return v.validate_name(value)
        case "company_name":
            return v.validate_company_name(value)
        case "uscc":
            return v.validate_uscc(value)
        case "phone":
            return v.validate_phone(value)
        case "email":
            return v.validate_email(value)
        case "address":
            return v.validate_address(value)
        case "text":
            return v.validate_text(value, minimum=max(field.minimum, 1), maximum=field.maximum)
        case "money":
            return v.parse_money(value)
        case "integer":
            return v.parse_integer(value, minimum=field.minimum, maximum=field.maximum)
        case "bank_card":
            return v.validate_bank_card(value)
        case "bank_account":
            return v.validate_bank_account(value)
        case "date":
            return v.parse_date(value).isoformat()
        case "birth_date":
            return v.validate_birth_date(value, today=today).isoformat()
        case "id_valid_until":
            return _valid_until(value, today)
        case "id_number":
            born = item.get("birth_date")
            return v.validate_id_document(
                item.get("id_type"), value, birth_date=date.fromisoformat(born) if born else None, sex=item.get("sex"), today=today
            )
        case "occupation":
            return _one_of(value, occupations)
        case _:  # choice, id_type, sex
            return _one_of(value, frozenset(option.value for option in field.options))


def _one_of(value: Any, allowed: frozenset[str]) -> str:
    if not isinstance(value, str) or value not in allowed:
        raise v.InvalidValue(_("请从列出的选项中选择。"))
    return value


def _valid_until(value: Any, today: date) -> str:
    if value in (LONG_TERM, "长期", "长期有效"):
        return LONG_TERM
    until = v.parse_date(value)
    if until < today:
        raise v.InvalidValue(_("证件已过有效期，请使用有效证件。"))
    return until.isoformat()

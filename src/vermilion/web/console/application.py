"""The application as facts to read, with the labels of the product's own form; numbers by which somebody is found stay masked."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language

from vermilion.apps.cases.models import Case
from vermilion.apps.products import paths
from vermilion.apps.products.fields import is_blank
from vermilion.base.validation import mask_account, mask_address, mask_email, mask_id_number, mask_phone
from vermilion.web.portal.summary import ROWS_SHOWN, in_words

MASKS = {
    "id_number": mask_id_number,
    "phone": mask_phone,
    "email": mask_email,
    "address": mask_address,
    "bank_card": mask_account,
    "bank_account": mask_account,
}


def sections(case: Case, data: dict[str, Any]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return (title, [(label, value)]) of every section that was filled in; of long lists only the first entries."""
    definition, language, result = case.product.definition, get_language(), []
    for section in definition.form.sections:
        entries = paths.get(data, section.path) if section.repeat else [paths.get(data, section.path)]
        for index, entry in enumerate((entries or [])[:ROWS_SHOWN]):
            rows = []
            for field in section.fields:
                value = paths.get(entry, field.path) if entry else None
                if not is_blank(value):
                    text = in_words(definition, field, value)
                    rows.append((field.label.of(language), MASKS[field.kind](text) if field.kind in MASKS else text))
            title = section.title.of(language)
            if rows:
                result.append((f"{title} {index + 1}" if len(entries or []) > 1 else title, rows))
    return result

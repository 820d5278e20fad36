"""The first half of the check of an application: every field that the product's form shows, by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from vermilion.base import validation as v

from . import paths
from .definition import ProductDefinition
from .fields import check_value, is_blank, is_printed_text
from .form import FormField, FormSection, ShownWhen

Errors = dict[str, Any]
MissingCharacters = Callable[[str], list[str]]
# An ID number is compared with birth date and sex, so it comes after them.
_LATE_KINDS = {"id_number": 1}


def check_form(
    definition: ProductDefinition, data: Mapping[str, Any], errors: Errors, *, today: date, missing_characters: MissingCharacters | None
) -> dict[str, Any]:
    """Return the canonical values of all shown fields; sentences go to ``errors`` by path. Unknown keys of ``data`` are dropped."""
    canonical: dict[str, Any] = {"policyholder": {"kind": definition.policyholder_kind}}
    checker = _Checker(definition, data, canonical, errors, today, missing_characters)
    for section in definition.form.sections:
        checker.section(section)
    return canonical


class _Checker:
    """Walks the sections of one form over one application."""

    def __init__(
        self,
        definition: ProductDefinition,
        data: Mapping[str, Any],
        canonical: dict[str, Any],
        errors: Errors,
        today: date,
        missing_characters: MissingCharacters | None,
    ) -> None:
        self._data = data
        self._canonical = canonical
        self._errors = errors
        self._today = today
        self._missing = missing_characters
        self._occupations = frozenset(item.code for item in definition.occupations)

    def section(self, section: FormSection) -> None:
        if not all(self._shown(when, {}) for when in section.shown_when):
            return
        raw = paths.get(self._data, section.path)
        if not section.repeat:
            node = _descend(self._canonical, section.path)
            self._entry(section, section.path, raw if isinstance(raw, Mapping) else {}, node)
            return
        entries = raw if isinstance(raw, list) else []
        if not entries and not section.upload:
            entries = [{}]  # an empty entry names the fields to fill in; better than "at least one"
        if not section.minimum <= len(entries) <= section.maximum:
            limits = {"low": section.minimum, "high": section.maximum}
            self._errors[section.path] = _("人数应在 %(low)d 至 %(high)d 之间。") % limits
        # Several sections may describe one list (who the insured is, then her details): they add to the same entries.
        nodes = self._canonical.setdefault(section.path, [])
        for index, entry in enumerate(entries[: section.maximum]):
            if index == len(nodes):
                nodes.append({})
            self._entry(section, f"{section.path}.{index}", entry if isinstance(entry, Mapping) else {}, nodes[index])

    def _entry(self, section: FormSection, prefix: str, raw: Mapping[str, Any], node: dict[str, Any]) -> None:
        for field in sorted(section.fields, key=lambda field: _LATE_KINDS.get(field.kind, 0)):
            if all(self._shown(when, node) for when in field.shown_when):
                self._field(field, prefix, raw, node)
        self._derive(section, prefix, node)

    def _field(self, field: FormField, prefix: str, raw: Mapping[str, Any], node: dict[str, Any]) -> None:
        path = f"{prefix}.{field.path}"
        value = paths.get(raw, field.path)
        if is_blank(value):
            if field.required:
                self._errors[path] = _("请选择此项。") if field.options or field.kind == "occupation" else _("请填写此项。")
            return
        holder, _dot, name = field.path.rpartition(".")
        target = _descend(node, holder) if holder else node
        try:
            checked = check_value(field, value, item=target, today=self._today, occupations=self._occupations)
        except v.InvalidValue as error:
            self._errors[path] = error.message
            return
        if is_printed_text(field) and self._missing is not None and (missing := self._missing(checked)):
            self._errors[path] = _("下列字暂时无法在保单上显示：%(characters)s。请联系客服登记后再继续。") % {
                "characters": "、".join(missing)
            }
            return
        target[name] = checked

    def _derive(self, section: FormSection, prefix: str, node: dict[str, Any]) -> None:
        """Birth date and sex stand in a resident ID number: taken from it when not typed, required when there is none."""
        for field in section.fields:
            if field.kind != "id_number":
                continue
            holder = field.path.rpartition(".")[0]
            target = _descend(node, holder) if holder else node
            number = target.get("id_number")
            if number and target.get("id_type") in v.RESIDENT_NUMBER_TYPES:
                target.setdefault("birth_date", v.birth_date_of(number).isoformat())
                target.setdefault("sex", v.sex_of(number))
                continue
            start = f"{prefix}.{holder}." if holder else f"{prefix}."
            for name, sentence in (("birth_date", _("请填写出生日期。")), ("sex", _("请选择性别。"))):
                if number and name not in target:
                    self._errors.setdefault(start + name, sentence)

    def _shown(self, when: ShownWhen, node: dict[str, Any]) -> bool:
        value = paths.get(node, when.path[1:]) if when.path.startswith(".") else paths.get(self._canonical, when.path)
        return value in when.values


def _descend(node: dict[str, Any], path: str) -> dict[str, Any]:
    for part in path.split("."):
        node = node.setdefault(part, {})
    return node

"""From a product's form (data) to what a template draws, and from what was posted back to a draft.

Names of inputs are the dotted paths of the application (``insured.0.name``), so that errors of the check find their field.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from vermilion.apps.products import paths
from vermilion.apps.products.definition import ProductDefinition
from vermilion.apps.products.fields import LONG_TERM, is_blank
from vermilion.apps.products.form import FormField, FormSection, ShownWhen
from vermilion.base.validation import RESIDENT_NUMBER_TYPES

# Up to so many choices stand open under each other; more fold into a list.
OPEN_CHOICES = 4
# A text longer than this gets several lines.
LINE = 120
LONGEST_VALUE = 2000
# The box that says that a document has no end.
NO_END = "no_end"
# Said of the one field that may only be looked at.
FIXED = gettext_lazy("面对面办理时不能在这台设备上更改；需要更改的，请在您自己的手机上修改。")
_INPUT_MODES = {
    "phone": "tel",
    "email": "email",
    "money": "decimal",
    "integer": "numeric",
    "bank_card": "numeric",
    "bank_account": "numeric",
}
_TYPES = {"phone": "tel", "email": "email", "date": "date", "birth_date": "date", "id_valid_until": "date"}


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Drawn:
    """One field as the template draws it. ``control``: input, textarea, choices, select, valid_until."""

    name: str
    label: str
    help: Any
    required: bool
    control: str
    value: str
    error: Any
    choices: list[Choice] = field(default_factory=list)
    type: str = "text"
    input_mode: str = ""
    autocomplete: str = "off"
    unit: str = ""
    short: bool = False
    hidden: bool = False
    # Shown only while the field of this name has one of these values; the page's script follows it.
    follows: str = ""
    follows_values: str = ""
    no_end: bool = False
    prefilled: bool = False  # by a salesperson, and not confirmed yet
    given: bool = False  # by a system of the insurer's, and not checked yet
    fixed: bool = False  # to be looked at only

    @property
    def id(self) -> str:
        """The id of the element."""
        return "id_" + self.name.replace(".", "-")

    @property
    def anchor(self) -> str:
        """The id of the element that a link to this field leads to: of several choices the first."""
        return f"{self.id}-1" if self.control == "choices" else self.id

    @property
    def described_by(self) -> str:
        """The ids of help and error, for screen readers."""
        return " ".join(([f"{self.id}-help"] if self.help else []) + ([f"{self.id}-error"] if self.error else []))


@dataclass(frozen=True)
class Entry:
    """The fields of one entry of a section; ``index`` counts from 0."""

    index: int
    fields: list[Drawn]


def sections_shown(definition: ProductDefinition, data: Mapping[str, Any]) -> list[FormSection]:
    """Return the sections that an application with these answers has, in order."""
    return [item for item in definition.form.sections if all(_holds(when, data) for when in item.shown_when)]


def draw(
    definition: ProductDefinition,
    section: FormSection,
    data: Mapping[str, Any],
    errors: Mapping[str, Any],
    prefilled: Collection[str] = (),
    given: Collection[str] = (),
    fixed: str = "",
) -> list[Entry]:
    """Return the entries of a section with values and errors; a list has at least one entry.

    ``prefilled``: paths that wait for a tick; ``given``: filled in by a system, to be checked; ``fixed``: one that may only be looked at.
    """
    prefixes = [section.path]
    if section.repeat:
        prefixes = [f"{section.path}.{index}" for index in range(max(len(_entries(section, data)), 1))]
    return [
        Entry(index, [_draw(definition, item, prefix, data, errors, prefilled, given, fixed) for item in section.fields])
        for index, prefix in enumerate(prefixes)
    ]


def read(section: FormSection, data: Mapping[str, Any], posted: QueryDict) -> dict[str, Any]:
    """Return the top-level part of the draft that this section's form gives, joined with what the draft already has there."""
    top = section.path.split(".")[0]
    typed = _posted(section, posted)
    before = data.get(top, {})
    relation = typed.get("insured.0.relation")
    if relation and paths.get(data, "insured.0.relation") not in (None, relation):
        before = {}  # somebody else is insured now: the particulars of the one before are not hers
    flat = {**paths.flatten({top: before}), **typed}
    if not flat:
        return {}
    return {top: paths.unflatten(flat)[top]}


def paths_of(section: FormSection, posted: QueryDict) -> set[str]:
    """Return the paths of the fields that stood on the page that was posted."""
    return set(_posted(section, posted))


def of_section(section: FormSection, errors: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of ``errors`` that this section's page can show: its fields', and those of its list as a whole."""
    names = {item.path for item in section.fields}
    found = {}
    for path, sentence in errors.items():
        inside = path.removeprefix(section.path + ".") if path.startswith(section.path + ".") else None
        if section.repeat and inside is not None:
            index, _dot, inside = inside.partition(".")
            if not index.isdigit():
                continue
        if inside in names or (path == section.path and section.repeat):
            found[path] = sentence
    return found


def label_of(section: FormSection, path: str) -> str:
    """Return the name of the field at ``path`` for a list of errors: ``第 3 行 证件号码``."""
    index, _dot, name = path.removeprefix(section.path + ".").partition(".")
    label = next((_words(item.label) for item in section.fields if item.path == name), "")
    return _("第 %(row)d 行 %(label)s") % {"row": int(index) + 1, "label": label} if index.isdigit() else label


def _entries(section: FormSection, data: Mapping[str, Any]) -> list[Any]:
    found = paths.get(data, section.path)
    return found if isinstance(found, list) else []


def _posted(section: FormSection, posted: QueryDict) -> dict[str, str]:
    values: dict[str, str] = {}
    prefixes = [f"{section.path}.{index}" for index in range(section.maximum)] if section.repeat else [section.path]
    for prefix in prefixes:
        names = {f"{prefix}.{item.path}": item for item in section.fields}
        if not any(name in posted for name in names):
            continue
        entry = {name: posted.get(name, "")[:LONGEST_VALUE] for name in names}
        for name, item in names.items():
            if item.kind == "id_valid_until" and posted.get(f"{name}.{NO_END}"):
                entry[name] = LONG_TERM
            followed = _followed(item)
            if followed and posted.get(f"{prefix}.{followed[0]}", "") not in followed[1]:
                entry[name] = ""  # hidden on the page: what an earlier choice left there does not count
        values.update(entry)
    return values


def _draw(
    definition: ProductDefinition,
    item: FormField,
    prefix: str,
    data: Mapping[str, Any],
    errors: Mapping[str, Any],
    prefilled: Collection[str],
    given: Collection[str],
    fixed: str,
) -> Drawn:
    name = f"{prefix}.{item.path}"
    value = paths.get(data, name)
    choices = _choices(definition, item, value)
    entry = paths.get(data, prefix)
    shown = [when for when in item.shown_when if not when.path.startswith(".")]
    followed = _followed(item)
    follows, follows_values, hidden = "", "", not all(_holds(when, data) for when in shown)
    if followed:
        current = paths.get(entry if isinstance(entry, Mapping) else {}, followed[0])
        follows, follows_values = f"{prefix}.{followed[0]}", " ".join(followed[1])
        hidden = hidden or current not in followed[1]
    return Drawn(
        name=name,
        label=_words(item.label),
        help=FIXED if name == fixed else _words(item.help) if item.help else "",
        required=item.required,
        control=_control(item, choices),
        value=_typed(item, value),
        error=errors.get(name),
        choices=choices,
        type=_TYPES.get(item.kind, "text"),
        input_mode=_INPUT_MODES.get(item.kind, ""),
        autocomplete=item.autocomplete,
        unit=_("元") if item.kind == "money" else "",
        short=len(choices) == 2 and all(len(choice.label) <= 10 for choice in choices),
        hidden=hidden,
        follows=follows,
        follows_values=follows_values,
        no_end=value == LONG_TERM,
        prefilled=name in prefilled,
        given=name in given and not hidden,
        fixed=name == fixed,
    )


def _followed(item: FormField) -> tuple[str, list[str]] | None:
    """Return which field of the same entry decides whether this one is shown, and for which values."""
    if item.kind in ("birth_date", "sex") and not item.required:
        # A resident ID number tells both; only other documents need them typed. Where no document is asked for, neither are they.
        holder, _dot, _name = item.path.rpartition(".")
        return (f"{holder}.id_type" if holder else "id_type"), OTHER_DOCUMENTS
    inside = next((when for when in item.shown_when if when.path.startswith(".")), None)
    return (inside.path[1:], inside.values) if inside else None


OTHER_DOCUMENTS = [
    kind
    for kind in ("birth_certificate", "passport", "hk_macau_permit", "taiwan_permit", "hmt_residence_permit", "foreign_permanent_resident")
    if kind not in RESIDENT_NUMBER_TYPES
]


def _control(item: FormField, choices: list[Choice]) -> str:
    if item.kind == "id_valid_until":
        return "valid_until"
    if choices:
        return "choices" if len(choices) <= OPEN_CHOICES and item.kind != "id_type" else "select"
    if item.kind == "address" or (item.kind == "text" and item.maximum > LINE):
        return "textarea"
    return "input"


def _choices(definition: ProductDefinition, item: FormField, value: Any) -> list[Choice]:
    if item.kind == "occupation":
        return [Choice(row.code, _words(row.name), row.code == value) for row in definition.occupations]
    # Where there is nothing to choose the one way stands chosen.
    only = len(item.options) == 1 and item.required and is_blank(value)
    return [Choice(option.value, _words(option.label), only or option.value == value) for option in item.options]


def _typed(item: FormField, value: Any) -> str:
    """Return a value as a person would have typed it: a checked sum of money is in fen, a typed one is text."""
    if is_blank(value) or value == LONG_TERM or isinstance(value, (dict, list)):
        return ""
    if item.kind == "money" and isinstance(value, int):
        return str(value // 100) if value % 100 == 0 else f"{value / 100:.2f}"
    return str(value)


def _holds(when: ShownWhen, data: Mapping[str, Any]) -> bool:
    return paths.get(data, when.path) in when.values


def _words(text: Any) -> str:
    return str(text.of(get_language()))

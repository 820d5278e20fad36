"""The checks before a version may be published. Each finds a fact, in a form that is kept with the version and read in any language."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from vermilion.base import children
from vermilion.base.canonical import plain
from vermilion.base.errors import VermilionError
from vermilion.core.typeset import missing_in
from vermilion.core.typeset.pictures import page_texts

from . import fields, locating, requirements, sources
from .library import Entry
from .models import TemplateVersion
from .services import TypesetDocument, data_problems, inputs_of, typeset_entry

RARE_NAME = "王㛃𬱖"
SECONDS, MEGABYTES = 30, 2048
"""For a sample: a document of the library takes a fraction of a second and 250 MB."""


@dataclass(frozen=True)
class Fact:
    """What one check found. ``facts`` are names and numbers for the sentence; ``sample`` is empty for the version as a whole."""

    code: str
    ok: bool
    sample: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


def facts(version: TemplateVersion) -> Iterator[dict[str, Any]]:
    """Check a version with all its samples and give one fact after the other; every one has to be ``ok`` before it is published.

    Typesets in children, up to three times a sample, and may look 90 seconds for a line without end: work for a job (``checking``).
    """
    for fact in _facts(version):
        yield plain(asdict(fact))


def passed(checks: list[dict[str, Any]]) -> bool:
    """Tell whether checks were made and all of them passed."""
    return bool(checks) and all(fact["ok"] for fact in checks)


def _facts(version: TemplateVersion) -> Iterator[Fact]:
    entry = sources.of_version(version)
    broken = fields.schema_problem(entry.schema)
    yield Fact("schema", not broken, facts={"error": broken} if broken else {})
    yield Fact("samples", bool(version.samples), facts={"count": len(version.samples)})
    if broken:
        return
    problems = settings_problems(version)
    yield Fact("settings", not problems, facts={"fields": problems} if problems else {})
    kind = version.template.kind
    for item in requirements.items(kind):
        missing = requirements.absent_in_schema(item, entry.schema)
        yield Fact("item_schema", not missing, facts={"item": item.code, "fields": missing} if missing else {"item": item.code})
    if problems:
        return
    previous = _previous(version)
    for name, data in sorted(version.samples.items()):
        yield from _of_sample(entry, previous, name, data)
    if version.samples:
        name, data = sorted(version.samples.items())[0]
        yield _rare(entry, name, data)


def _of_sample(entry: Entry, previous: Entry | None, name: str, data: dict[str, Any]) -> Iterator[Fact]:
    try:
        wrong = data_problems(entry, data)
    except children.ChildError as error:
        wrong = {"(document)": error.code}
    yield Fact("fits", not wrong, name, {"fields": wrong} if wrong else {})
    if wrong:
        return
    made, failed = _typeset(entry, data)
    yield Fact("compiles", made is not None, name, failed or {"standard": entry.standard, "pages": made.pages if made else 0})
    if made is None:
        return
    pages = children.call(page_texts, made.pdf, seconds=SECONDS)
    empty = [number for number, text in enumerate(pages, 1) if not text.strip()]
    yield Fact("no_empty_page", not empty, name, {"pages": empty} if empty else {})
    for item in requirements.items(entry.kind):
        missing = requirements.unprinted(item, data, pages)
        yield Fact("item", not missing, name, {"item": item.code, "fields": missing} if missing else {"item": item.code})
    needed, there = requirements.roles(entry.kind, data), {zone.role for zone in made.zones}
    yield Fact("zones", needed <= there, name, {"roles": sorted(there), "missing": sorted(needed - there)})
    # What a signature or seal draws has no tags.
    yield Fact("standard", entry.standard == TemplateVersion.Standard.A_3B or not made.zones, name)
    if previous is not None:
        yield _compared(entry, previous, made, name, data)


def _typeset(entry: Entry, data: dict[str, Any]) -> tuple[TypesetDocument | None, dict[str, Any]]:
    """Return the document, or why there is none: error, file and line."""
    try:
        return typeset_entry(entry, data, seconds=SECONDS, megabytes=MEGABYTES), {}
    except (children.ChildTimeout, children.ChildTooLarge, children.ChildCrashed) as error:
        return None, {"error": error.code} | locating.place_of(entry, data, inputs_of(entry, data))
    except VermilionError as error:
        told = {"error": str(error.message), "fields": {path: str(words) for path, words in error.fields.items()}}
        return None, told | ({"place": error.facts["place"]} if error.facts.get("place") else {})


def _alike(one: Entry, other: Entry) -> bool:
    """Tell whether two templates of a kind make the same pages: of the same files, settings and standard."""
    return (one.content["files"], one.settings, one.standard) == (other.content["files"], other.settings, other.standard)


def _compared(entry: Entry, previous: Entry, made: TypesetDocument, name: str, data: dict[str, Any]) -> Fact:
    """Pages that differ from the version before: nothing wrong by itself; the reviewer looks at them."""
    if data_problems(previous, data):
        return Fact("compared", True, name, {"comparable": False})
    before = made if _alike(previous, entry) else _typeset(previous, data)[0]
    if before is None:
        return Fact("compared", True, name, {"comparable": False})
    if before.pdf == made.pdf:  # the same bytes for the same content: nothing is to be drawn
        return Fact("compared", True, name, {"comparable": True, "changed": [], "before": made.pages, "after": made.pages})
    from vermilion.core.typeset.differing import compare  # with NumPy and PDFium, which the console's pages do not need

    found = children.call(compare, before.pdf, made.pdf, seconds=2 * SECONDS, megabytes=MEGABYTES)
    changed = [page.number_after or -(page.number_before or 0) for page in found.pages]
    return Fact("compared", True, name, {"comparable": True, "changed": changed, "before": found.pages_before, "after": found.pages_after})


def _previous(version: TemplateVersion) -> Entry | None:
    row = previous_version(version)
    return sources.of_version(row) if row else sources.of_library(version.template.kind, version.language)


def previous_version(version: TemplateVersion) -> TemplateVersion | None:
    """Return the insurer's version in use before this one; None: the library's template is what is replaced."""
    older = version.template.versions.select_related("template__insurer").filter(language=version.language, number__lt=version.number)
    return older.filter(state__in=["published", "retired"]).order_by("-number").first()


def _rare(entry: Entry, name: str, data: dict[str, Any]) -> Fact:
    """Typeset the sample with a rare name in place of every person's, and read it back."""
    changed = renamed(entry.kind, copy.deepcopy(data))
    made, failed = _typeset(entry, changed)
    if made is None:
        return Fact("rare_name", False, name, failed)
    text = requirements.squeezed("".join(children.call(page_texts, made.pdf, seconds=SECONDS)))
    return Fact("rare_name", RARE_NAME in text, name, {"name": RARE_NAME})


def renamed(kind: str, data: Any) -> Any:
    """Put the rare name in place of the persons' names that the kind's paper must show; where it names none, in place of the insurer's."""
    named = {path.split(".")[0] for item in requirements.items(kind) for place in item.places for path in place if path.endswith(".name")}
    people = named & {"policyholder", "insured", "insured_list", "signers", "claimant", "principal", "agent", "parties"}
    for top in people or ("insurer", "operator"):
        found = data.get(top, [])
        for person in found if isinstance(found, list) else [found]:
            if isinstance(person, dict) and "name" in person:
                person["name"] = RARE_NAME
    return data


def settings_problems(version: TemplateVersion) -> dict[str, str]:
    """Return ``{place: what is wrong}`` in a version's settings: shape, characters, variables, conditions, files, clauses."""
    problems = fields.settings_problems(version.settings, version.json_schema, fields.shapes_of(sources.of_version(version).root))
    logo = version.settings.get("theme", {}).get("logo")
    if logo and logo not in version.files:
        problems["theme.logo"] = _("没有这个文件：%(name)s") % {"name": logo}
    for path, characters in missing_in(version.settings).items():
        problems[path] = _("不能印刷的字符：%(characters)s") % {"characters": "、".join(characters)}
    return problems

"""How a template looks: pages of a sample as pictures, two versions beside each other, and what it is made of. All in children."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from vermilion.base import children
from vermilion.base.canonical import canonical
from vermilion.core.typeset import Outline, TemplateError
from vermilion.core.typeset.compile import outline
from vermilion.core.typeset.differences import Differences

from . import files, publishing, sources
from .errors import TemplateBroken
from .library import Entry
from .models import TemplateVersion
from .services import inputs_of, page_pictures, typeset_entry

SECONDS, MEGABYTES = 15, 2048
DPI = 84
MOST_PAGES = 8
"""Of a preview; the rest is seen one page after another."""
# t("中文", "English") with plain strings; a text of several parts is code.
_WORDS = re.compile(r'\bt\(\s*"((?:[^"\\]|\\.)*)"\s*,\s*"((?:[^"\\]|\\.)*)"\s*,?\s*\)')


@dataclass(frozen=True)
class Preview:
    """Pages from ``first`` on as WebP; ``pages`` is how many the document has."""

    first: int
    pictures: list[bytes]
    pages: int


def preview(version: TemplateVersion, sample: str, *, settings: dict[str, Any] | None = None, first: int = 1) -> Preview:
    """Typeset a sample and draw its pages. ``settings`` are tried in place of the version's own.

    Raises InvalidData, VariableMissing, TemplateBroken, NotAPdf, and the errors of ``base.children``.
    """
    entry = sources.of_version(version, settings)
    made = typeset_entry(entry, version.samples[sample], seconds=SECONDS, megabytes=MEGABYTES)
    first = min(max(first, 1), made.pages)
    pictures = page_pictures(made.pdf, dpi=DPI, pages=(first, min(first + MOST_PAGES - 1, made.pages)))
    return Preview(first, pictures, made.pages)


def beside(before: Entry, after: Entry, data: dict[str, Any]) -> Differences:
    """Typeset the same data with two versions and compare page by page. Raises as :func:`preview` does."""
    old, new = (typeset_entry(entry, data, seconds=publishing.SECONDS, megabytes=MEGABYTES) for entry in (before, after))
    from vermilion.core.typeset.differing import compare  # with NumPy and PDFium, which no other page needs

    return children.call(compare, old.pdf, new.pdf, seconds=2 * publishing.SECONDS, megabytes=MEGABYTES)


def outline_of(version: TemplateVersion) -> Outline:
    """Return the sections and tables that the samples' documents have, as printed without settings. Raises TemplateBroken."""
    entry = sources.of_version(version, {})
    sections: dict[str, None] = {}
    tables: dict[str, dict[str, None]] = {}
    for data in version.samples.values():
        try:
            found = children.call(
                outline, entry.root, entry.main, canonical(data), inputs=inputs_of(entry, data), seconds=SECONDS, megabytes=MEGABYTES
            )
        except TemplateError as error:
            raise TemplateBroken(str(error)) from error
        sections.update(dict.fromkeys(found.sections))
        for name, columns in found.tables.items():
            tables.setdefault(name, {}).update(dict.fromkeys(columns))
    return Outline(tuple(sections), {name: tuple(columns) for name, columns in tables.items()})


def words_of(version: TemplateVersion) -> list[str]:
    """Return the layout's words that can be replaced, in the version's language and in the order of its files: first those of its kind."""
    held = files.load({path: held for path, held in version.files.items() if path.endswith(".typ")})
    own = f"{version.template.kind}/"
    found: dict[str, None] = {}
    for path in sorted(held, key=lambda path: (not path.startswith(own), path)):
        for match in _WORDS.finditer(held[path].decode("utf-8", "replace")):
            found[match[2 if version.language == "en" else 1].replace('\\"', '"')] = None
    return [words for words in found if words.strip()]

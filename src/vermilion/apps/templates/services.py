"""Making documents: data in, PDF/A with places for signatures out. The typesetting itself runs in a child process."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vermilion.base import children
from vermilion.base.canonical import canonical, sha256
from vermilion.base.clock import now
from vermilion.core.typeset import PictureError, Typeset, Zone, missing_in
from vermilion.core.typeset.compile import typeset
from vermilion.core.typeset.pictures import page_pictures as draw_pages

from . import library, rare_fonts
from .bulk import drawn, note
from .errors import InvalidData, NotAPdf, UnknownKind, UnprintableCharacters
from .inputs import inputs
from .models import Template, TemplateVersion

TYPESET_SECONDS = 60  # a group of 5,000 insured persons takes about ten
TYPESET_MEGABYTES = 2048


@dataclass(frozen=True)
class TypesetDocument:
    """A finished PDF/A-3b and what it was made from. ``data_digest`` is the SHA-256 of the attached canonical JSON."""

    pdf: bytes
    template_digest: str
    data_digest: str
    zones: tuple[Zone, ...]
    pages: int

    def zone(self, role: str) -> Zone:
        """Return the first zone of a role. Raises KeyError when the document has none."""
        for zone in self.zones:
            if zone.role == role:
                return zone
        raise KeyError(role)


def typeset_document(kind: str, data: dict[str, Any], *, language: str = "zh-Hans", bulk: bool = False) -> TypesetDocument:
    """Make one document of ``kind`` from ``data`` (shape: ``library/<kind>/schema.json``).

    The same data always give the same bytes: the creation time is ``data["made_at"]``. The data are attached as ``<kind>.json``. A
    language without a translation of the document is an error, never a fall-back. ``bulk``: many like it may come; the later ones are
    drawn by a plan (see ``bulk``), with the same text and look, but not the same bytes as typesetting gives.
    Raises UnknownKind, InvalidData, UnprintableCharacters, and the errors of ``base.children``.
    """
    entry = _entry(kind, language)
    if problems := entry.problems(data):
        raise InvalidData(fields=problems, kind=kind)
    check_characters(data)
    _register(entry)
    content = canonical(data)
    made = drawn(entry, data, content) if bulk else None
    if made is None:
        made = _typeset(entry, data, content)
        if bulk:
            note(entry, json.loads(content), pack=rare_fonts.folder())
    return TypesetDocument(made.pdf, entry.digest, sha256(content), made.zones, made.pages)


def _typeset(entry: library.Entry, data: dict[str, Any], content: bytes) -> Typeset:
    return children.call(
        typeset,
        library.FOLDER,
        entry.main,
        content,
        at=datetime.fromisoformat(data["made_at"].replace("Z", "+00:00")),
        attachment_name=f"{entry.kind}.json",
        inputs=inputs(data, entry.language),
        standard=entry.standard,
        pack=rare_fonts.folder(),
        seconds=TYPESET_SECONDS,
        megabytes=TYPESET_MEGABYTES,
    )


def check_characters(data: Any) -> None:
    """Refuse text that cannot be printed; asked at intake as well. Raises UnprintableCharacters with a sentence for each field."""
    if missing := missing_in(data):
        raise UnprintableCharacters(
            fields={
                path: _("不能印刷的字符：%(characters)s") % {"characters": "、".join(_named(character) for character in characters)}
                for path, characters in missing.items()
            }
        )


def _named(character: str) -> str:
    visible = character if character.isprintable() else ""
    return f"{visible}（U+{ord(character):04X}）"


def page_pictures(pdf: bytes, *, dpi: int = 110, pages: tuple[int, int] | None = None) -> list[bytes]:
    """Return the pages of a PDF as WebP pictures, signatures included. Raises NotAPdf, and the errors of ``base.children``."""
    try:
        return children.call(draw_pages, pdf, dpi, pages=pages, seconds=60, megabytes=2048)
    except PictureError as error:
        raise NotAPdf(reason=error.code) from error


def register_library() -> list[TemplateVersion]:
    """Record every template that ships with this version of the platform; harmless when repeated. Called at ``vermilion migrate``."""
    return [_record(library.entry(kind, language)) for kind in library.kinds() for language in library.LANGUAGES]


def _register(entry: library.Entry) -> None:
    """Record a template at its first use, before a document names it."""
    if not TemplateVersion.objects.filter(digest=entry.digest).exists():
        _record(entry)


def _record(entry: library.Entry) -> TemplateVersion:
    with transaction.atomic():
        template, _made = Template.objects.get_or_create(kind=entry.kind)
        version, _made = TemplateVersion.objects.get_or_create(
            digest=entry.digest,
            defaults={
                "template": template,
                "language": entry.language,
                "content": entry.content,
                "json_schema": entry.schema,
                "registered_at": now(),
            },
        )
    return version


def _entry(kind: str, language: str) -> library.Entry:
    try:
        return library.entry(kind, next((name for name in library.LANGUAGES if name.lower() == language.lower()), language))
    except KeyError as error:
        raise UnknownKind(kind=kind, language=language) from error

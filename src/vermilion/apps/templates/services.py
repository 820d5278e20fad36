"""Making documents: data in, PDF/A with places for signatures out. The typesetting itself runs in a child process."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from vermilion.base import children
from vermilion.base.canonical import canonical, digest, sha256
from vermilion.base.clock import now
from vermilion.core.typeset import MissingGlyphs, PictureError, TemplateError, Typeset, Zone, missing_in
from vermilion.core.typeset.compile import typeset
from vermilion.core.typeset.pictures import page_pictures as draw_pages
from vermilion.core.typeset.settings import VariableError, resolve

from . import library, rare_fonts, sources
from .errors import InvalidData, NotAPdf, TemplateBroken, UnprintableCharacters, VariableMissing
from .inputs import inputs
from .library import Entry
from .models import Template, TemplateVersion

TYPESET_SECONDS = 60  # a group of 5,000 insured persons takes about ten
TYPESET_MEGABYTES = 2048
State = TemplateVersion.State


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


def typeset_document(
    kind: str, data: dict[str, Any], *, language: str = "zh-Hans", insurer_id: UUID | None = None, product: str = "", bulk: bool = False
) -> TypesetDocument:
    """Make one document of ``kind`` from ``data`` (shape: ``library/<kind>/schema.json``).

    The template is the one that the insurer published for the product, its general one, or that of the library (``sources``). The same
    data always give the same bytes: the creation time is ``data["made_at"]``. The data are attached as ``<kind>.json``. A language
    without a translation of the document is an error, never a fall-back. ``bulk``: many like it may come; the later ones are drawn by a
    plan (see ``bulk``), with the same text and look, but not the same bytes as typesetting gives.
    Raises UnknownKind, InvalidData, UnprintableCharacters, VariableMissing, TemplateBroken, and the errors of ``base.children``.
    """
    entry = sources.of_library(kind, language)
    version = sources.published(insurer_id, kind, product, language) if insurer_id else None
    if version is not None:
        entry = sources.of_version(renewed(version))
    _require(entry, data)
    if version is None:
        _register(entry)
    if bulk:
        from .bulk import drawn, note  # with NumPy, which is not for every process

        if (found := drawn(entry, data)) is not None:
            return _document(entry, *found)
    content = canonical(data)
    made = _typeset(entry, data, content, seconds=TYPESET_SECONDS, megabytes=TYPESET_MEGABYTES)
    if bulk:
        note(entry, json.loads(content), pack=rare_fonts.folder())
    return _document(entry, made, content)


def typeset_entry(
    entry: Entry, data: dict[str, Any], *, seconds: float = TYPESET_SECONDS, megabytes: int = TYPESET_MEGABYTES
) -> TypesetDocument:
    """Make one document from a given template, as :func:`typeset_document` does."""
    _require(entry, data)
    content = canonical(data)
    return _document(entry, _typeset(entry, data, content, seconds=seconds, megabytes=megabytes), content)


def _require(entry: Entry, data: dict[str, Any]) -> None:
    if problems := data_problems(entry, data):
        raise InvalidData(fields=problems, kind=entry.kind)
    check_characters(data)


def _document(entry: Entry, made: Typeset, content: bytes) -> TypesetDocument:
    return TypesetDocument(made.pdf, entry.digest, sha256(content), made.zones, made.pages)


def _typeset(entry: Entry, data: dict[str, Any], content: bytes, *, seconds: float, megabytes: int) -> Typeset:
    try:
        return children.call(
            typeset,
            entry.root,
            entry.main,
            content,
            at=datetime.fromisoformat(data["made_at"].replace("Z", "+00:00")),
            attachment_name=f"{entry.kind}.json",
            inputs=inputs_of(entry, data),
            standard=entry.standard,
            pack=rare_fonts.folder(),
            seconds=seconds,
            megabytes=megabytes,
        )
    except MissingGlyphs as error:
        raise UnprintableCharacters(fields=_told(error.missing)) from error
    except TemplateError as error:
        place = f"{error.file}:{error.line}" if error.line else error.file
        raise TemplateBroken(_("模板有错误：%(error)s") % {"error": str(error)}, place=place) from error


def inputs_of(entry: Entry, data: dict[str, Any]) -> dict[str, str]:
    """Return what a template gets beside the data: language, check codes, settings. Raises VariableMissing."""
    given = inputs(data, entry.language)
    if entry.settings:
        try:
            given["settings"] = canonical(resolve(entry.settings, data, english=entry.language == "en")).decode()
        except VariableError as error:
            raise VariableMissing(_("变量 %(name)s 在数据中没有值。") % {"name": error.variable}, variable=error.variable) from error
    return given


def data_problems(entry: Entry, data: Any) -> dict[str, str]:
    """Return where ``data`` break the schema. An insurer's schema is judged in a child: its patterns may take for ever."""
    if entry.root == library.FOLDER:
        return entry.problems(data)
    return children.call(library.data_problems, entry.root, entry.kind, data, seconds=20)


def check_characters(data: Any) -> None:
    """Refuse text that cannot be printed; asked at intake as well. Raises UnprintableCharacters with a sentence for each field."""
    if missing := missing_in(data):
        raise UnprintableCharacters(fields=_told(missing))


def _told(missing: dict[str, list[str]]) -> dict[str, Any]:
    return {
        path: _("不能印刷的字符：%(characters)s") % {"characters": "、".join(_named(character) for character in characters)}
        for path, characters in missing.items()
    }


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
    entries = [library.entry(kind, language) for kind in library.kinds() for language in library.LANGUAGES]
    # Nearly always all are there already; a template has one published version in a language, so nothing is left to retire.
    published = TemplateVersion.objects.filter(digest__in=[entry.digest for entry in entries], state=State.PUBLISHED)
    known = {version.digest: version for version in published.defer("content", "json_schema")}
    return [known.get(entry.digest) or _record(entry) for entry in entries]


def _register(entry: library.Entry) -> None:
    """Record a template at its first use, before a document names it."""
    if not TemplateVersion.objects.filter(digest=entry.digest).exists():
        _record(entry)


def _record(entry: Entry) -> TemplateVersion:
    with transaction.atomic():
        Template.objects.get_or_create(insurer=None, kind=entry.kind, product="")
        template = Template.objects.select_for_update(no_key=True).get(insurer=None, kind=entry.kind, product="")
        others = TemplateVersion.objects.filter(template=template, language=entry.language, state=State.PUBLISHED).exclude(
            digest=entry.digest
        )
        others.update(state=State.RETIRED, retired_at=now())  # of an older release
        facts = {
            "template": template,
            "language": entry.language,
            "content": entry.content,
            "json_schema": entry.schema,
            "registered_at": now(),
        }
        version, made = TemplateVersion.objects.get_or_create(digest=entry.digest, defaults=facts)
        if not made and version.state != State.PUBLISHED:
            version.state, version.retired_at = State.PUBLISHED, None
            version.save(update_fields=["state", "retired_at"])
    return version


@transaction.atomic
def renewed(version: TemplateVersion) -> TemplateVersion:
    """Return the version itself, or its successor where a new release of the platform typesets with another engine or other fonts.

    The successor has the same files and settings, reviewed by the same person; its digest tells that pages may differ by a hair.
    """
    if library.current(version.content):
        return version
    template = Template.objects.select_for_update(no_key=True).get(pk=version.template_id)
    current = template.versions.select_related("template__insurer").get(language=version.language, state=State.PUBLISHED)
    if library.current(current.content):
        return current
    current.state, current.retired_at = State.RETIRED, now()
    current.save(update_fields=["state", "retired_at"])
    number = next_number(template, version.language)
    kept = {name: value for name, value in current.content.items() if name not in library.ENGINE}
    content = {**kept, **library.engine(), "number": number}
    successor = TemplateVersion.objects.get(pk=current.pk)
    successor.pk, successor.state, successor.number, successor.base = uuid4(), State.PUBLISHED, number, current
    successor.content, successor.digest, successor.registered_at, successor.retired_at = content, digest(content), now(), None
    successor.note = str(_("平台升级：排版引擎或字体更新，内容不变"))
    successor.save(force_insert=True)
    return TemplateVersion.objects.select_related("template__insurer").get(pk=successor.pk)


def next_number(template: Template, language: str) -> int:
    """Return the number of a template's next version in a language. The template's row is locked."""
    return (template.versions.filter(language=language).aggregate(last=Max("number"))["last"] or 0) + 1

"""Which template a new document is made from: the insurer's published version for the product, its general one, or the library's."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from vermilion.base.canonical import digest

from . import files, library
from .errors import UnknownKind
from .library import Entry
from .models import TemplateVersion

State = TemplateVersion.State


def known_language(language: str) -> str:
    """Return a language as templates call it (``zh-hans`` → ``zh-Hans``); an unknown one as it is."""
    return next((name for name in library.LANGUAGES if name.lower() == language.lower()), language)


def of_library(kind: str, language: str) -> Entry:
    """Return the template that ships with the platform. Raises UnknownKind."""
    try:
        return library.entry(kind, known_language(language))
    except KeyError as error:
        raise UnknownKind(kind=kind, language=language) from error


def published(insurer_id: UUID, kind: str, product: str, language: str) -> TemplateVersion | None:
    """Return the insurer's version in use: that of the product goes before the general one."""
    rows = TemplateVersion.objects.select_related("template__insurer").filter(
        template__insurer_id=insurer_id,
        template__kind=kind,
        template__product__in={product, ""},
        language=known_language(language),
        state=State.PUBLISHED,
    )
    return rows.order_by("-template__product").first()


def of_version(version: TemplateVersion, settings: dict[str, Any] | None = None) -> Entry:
    """Return what typesetting needs of an insurer's version; ``settings`` in place of its own for a preview.

    Its digest is that of a final version, for a draft that of its present content.
    """
    content = content_of(version) if settings is None else content_of(version) | {"settings": settings}
    return Entry(
        kind=version.template.kind,
        language=version.language,
        main=f"{version.template.kind}/template.typ",
        content=content,
        digest=version.digest if version.digest and settings is None else digest(content),
        schema=version.json_schema,
        root=files.folder(version.files),
        settings=version.settings if settings is None else settings,
        standard=str(version.standard),
    )


def content_of(version: TemplateVersion) -> dict[str, Any]:
    """Return what the digest of an insurer's version is made of: kept when the version is final, made of its columns for a draft."""
    if version.digest:
        return dict(version.content)
    template = version.template
    return {
        "kind": template.kind,
        "language": version.language,
        "insurer": template.insurer.code if template.insurer else "",
        "product": template.product,
        "number": version.number,
        "standard": version.standard,
        **library.engine(),
        "files": version.files,
        "settings": version.settings,
        "samples": {name: digest(data) for name, data in version.samples.items()},
    }

"""A newer version of the library's template than the one that an insurer's copy began with: told, compared, taken over into a draft."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.db import transaction

from vermilion.apps.parties.models import StaffMember

from . import authoring, files, library
from .models import TemplateVersion


def code_of(named: dict[str, str]) -> dict[str, str]:
    """Return a template's files without the logo, which is the insurer's in any case."""
    return {path: digest for path, digest in named.items() if not path.startswith("assets/logo.")}


def library_has_newer(version: TemplateVersion) -> bool:
    """Tell whether a version has the code of an older release of the library. One with code of its own began with none that is known."""
    kind, language = version.template.kind, version.language
    own = code_of(version.files)
    if own == library.entry(kind, language).content["files"]:
        return False
    former = TemplateVersion.objects.filter(template__insurer=None, template__kind=kind, language=language)
    return any(content.get("files") == own for content in former.values_list("content", flat=True))


def with_present_code(version: TemplateVersion) -> library.Entry:
    """Return the library's present template with a version's settings, to be looked at; its logo stands in the draft first."""
    settings = {**version.settings, "theme": {name: value for name, value in version.settings.get("theme", {}).items() if name != "logo"}}
    return replace(library.entry(version.template.kind, version.language), settings=settings, standard=str(version.standard))


@transaction.atomic
def take_over(*, version_id: UUID, by: StaffMember) -> TemplateVersion:
    """Begin a draft from a version with the library's present code; its settings, own samples and logo stay. Raises DraftExists.

    What the settings name and the new code no longer has is found by the checks before the draft is submitted.
    """
    version = TemplateVersion.objects.select_related("template").get(pk=version_id)
    kind, language = version.template.kind, version.language
    draft = authoring.new_draft(template_id=version.template_id, language=language, by=by, base_id=version.pk)
    logo = {path: digest for path, digest in version.files.items() if path not in code_of(version.files)}
    draft.files = {**files.store(library.files(kind)), **logo}
    draft.samples = {**version.samples, **library.samples(kind)}
    draft.json_schema = library.entry(kind, language).schema
    draft.save(update_fields=["files", "samples", "json_schema"])
    return draft

"""Writing templates: a draft, its settings and files, review by a second person, publishing, retiring."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from vermilion.apps.chronicle.services import record
from vermilion.apps.parties.models import Insurer, StaffMember
from vermilion.base import jobs
from vermilion.base.canonical import digest
from vermilion.base.clock import now

from . import checking, files, library, publishing, sources
from .errors import (
    ChecksFailed,
    ChecksNeeded,
    DraftChanged,
    DraftExists,
    NotADraft,
    ReviewRefused,
    SettingsRefused,
    TemplateExists,
    UnknownKind,
)
from .logos import checked_logo
from .models import Template, TemplateVersion
from .services import next_number
from .tasks import check_job

State = TemplateVersion.State
OPEN = (State.DRAFT, State.REVIEW)


@transaction.atomic
def create_template(*, insurer: Insurer, kind: str, product: str, name: str, language: str, by: StaffMember) -> TemplateVersion:
    """Make an insurer's template with a first draft, a copy of the library's; it has the insurer's one for all products as its base.

    Raises UnknownKind, TemplateExists.
    """
    if kind not in library.authored() or language not in library.LANGUAGES:
        raise UnknownKind(kind=kind, language=language)
    try:
        with transaction.atomic():
            template = Template.objects.create(insurer=insurer, kind=kind, product=product, name=name[:80])
    except IntegrityError as error:
        raise TemplateExists() from error
    general = sources.published(insurer.pk, kind, "", language) if product else None
    return _draft(template, language, general, by)


@transaction.atomic
def new_draft(*, template_id: int, language: str, by: StaffMember, base_id: UUID | None = None) -> TemplateVersion:
    """Begin the next version from an older one (else the one in use, else the library). Raises DraftExists, UnknownKind."""
    template = _locked(template_id)
    if language not in library.LANGUAGES:
        raise UnknownKind(kind=template.kind, language=language)
    if template.versions.filter(language=language, state__in=OPEN).exists():
        raise DraftExists()
    rows = template.versions.filter(language=language)
    base = rows.get(pk=base_id) if base_id else rows.filter(state=State.PUBLISHED).first()
    return _draft(template, language, base, by)


def _draft(template: Template, language: str, base: TemplateVersion | None, by: StaffMember) -> TemplateVersion:
    if base is None:
        entry = sources.of_library(template.kind, language)
        made = {
            "files": files.store(library.files(template.kind)),
            "samples": library.samples(template.kind),
            "json_schema": entry.schema,
            "standard": entry.standard,
        }
    else:
        made = {name: getattr(base, name) for name in ("files", "samples", "json_schema", "settings", "standard")}
    version = TemplateVersion.objects.create(
        template=template,
        language=language,
        number=next_number(template, language),
        state=State.DRAFT,
        base=base if base is not None and base.template_id == template.pk else None,
        authors=[by.pk],
        registered_at=now(),
        **made,
    )
    _told(version, "template.drafted", by)
    return version


@transaction.atomic
def change_settings(
    *, version_id: UUID, settings: dict[str, Any], seen: str, note: str | None = None, standard: str | None = None, by: StaffMember
) -> TemplateVersion:
    """Keep new settings of a draft. ``seen`` is the :func:`state_of` that the writer began with.

    Raises NotADraft, DraftChanged, SettingsRefused.
    """
    version = _open(version_id, State.DRAFT)
    if seen != state_of(version):
        raise DraftChanged()
    version.settings = {name: value for name, value in settings.items() if value}
    if note is not None:
        version.note = note[:400]
    if standard is not None:
        version.standard = TemplateVersion.Standard(standard)
    if problems := publishing.settings_problems(version):
        raise SettingsRefused(fields=problems)
    return _saved(version, by)


@transaction.atomic
def put_logo(*, version_id: UUID, data: bytes, by: StaffMember) -> TemplateVersion:
    """Take a picture as the draft's logo; empty ``data`` take it away. Raises NotADraft, LogoRefused."""
    version = _open(version_id, State.DRAFT)
    files.hold()
    theme = {name: value for name, value in version.settings.get("theme", {}).items() if name != "logo"}
    kept = {path: held for path, held in version.files.items() if not path.startswith("assets/logo.")}
    if data:
        suffix, picture = checked_logo(data)
        theme["logo"] = f"assets/logo.{suffix}"
        kept |= files.store({theme["logo"]: picture})
    before, version.files = version.files, kept
    version.settings = {**version.settings, "theme": theme}
    saved = _saved(version, by)
    files.forget(before)
    return saved


@transaction.atomic
def replace_content(
    *,
    version_id: UUID,
    new_files: dict[str, bytes],
    settings: dict[str, Any],
    samples: dict[str, Any],
    json_schema: dict[str, Any],
    standard: str,
    note: str,
    by: StaffMember,
) -> TemplateVersion:
    """Put imported content in a draft's place. Raises NotADraft, FilesRefused, SettingsRefused."""
    version = _open(version_id, State.DRAFT)
    files.check(new_files, version.template.kind)
    before = version.files
    version.files, version.settings, version.samples = files.store(new_files), settings, samples
    version.json_schema, version.note = json_schema, note[:400]
    version.standard = TemplateVersion.Standard(standard)
    saved = _saved(version, by)
    files.forget(before)
    return saved


@transaction.atomic
def request_checks(*, version_id: UUID) -> TemplateVersion:
    """Let a worker check a draft (``checking``); asked again while that runs or after it ended, nothing begins anew. Raises NotADraft."""
    version = _open(version_id, State.DRAFT)
    if checking.running(version) or checking.ended(version):
        return version
    version.checks, version.checked, version.checking_since = [], checking.content_digest(version), now()
    version.save(update_fields=["checks", "checked", "checking_since"])
    jobs.enqueue(check_job, lock=f"template-{version.pk}", version_id=version.pk, wanted=version.checked)
    return version


@transaction.atomic
def submit(*, version_id: UUID, by: StaffMember) -> TemplateVersion:
    """Hand a draft whose content passed the checks to review; from now on it is final, and its digest is made.

    Raises NotADraft, ChecksNeeded when exactly this content was not checked, ChecksFailed: the checks stay with the draft.
    """
    version = _open(version_id, State.DRAFT)
    if not checking.ended(version):
        raise ChecksNeeded()
    if not publishing.passed(version.checks):
        raise ChecksFailed()
    version.content = sources.content_of(version)
    version.digest = digest(version.content)
    version.state, version.submitted_by, version.submitted_at, version.review_comment = State.REVIEW, by, now(), ""
    version.save()
    _told(version, "template.submitted", by)
    return version


@transaction.atomic
def publish(*, version_id: UUID, by: StaffMember, comment: str = "") -> TemplateVersion:
    """Put a reviewed version in use, in the place of the one before. Raises NotADraft, ReviewRefused, ChecksFailed, DraftChanged."""
    version = _open(version_id, State.REVIEW)
    _second_person(version, by)
    if not checking.passed(version):
        raise ChecksFailed()
    if {name: version.content.get(name) for name in library.engine()} != library.engine():
        raise DraftChanged()  # the platform was upgraded meanwhile: what was checked is not what would be printed
    before = version.template.versions.filter(language=version.language, state=State.PUBLISHED).first()
    if before is not None:
        before.state, before.retired_at = State.RETIRED, now()
        before.save(update_fields=["state", "retired_at"])
    version.state, version.reviewed_by, version.reviewed_at, version.review_comment = State.PUBLISHED, by, now(), comment[:400]
    version.save(update_fields=["state", "reviewed_by", "reviewed_at", "review_comment"])
    _told(version, "template.published", by)
    return version


@transaction.atomic
def send_back(*, version_id: UUID, by: StaffMember, comment: str) -> TemplateVersion:
    """Make a submitted version a draft again: a reviewer asks for changes, or who submitted it takes it back. Raises NotADraft."""
    version = _open(version_id, State.REVIEW)
    _told(version, "template.sent_back", by)
    version.state, version.digest, version.content, version.review_comment = State.DRAFT, None, {}, comment[:400]
    version.save()
    return version


@transaction.atomic
def retire(*, version_id: UUID, by: StaffMember) -> TemplateVersion:
    """Take the version in use out of use: new documents are made from the next general template. Raises NotADraft."""
    version = _open(version_id, State.PUBLISHED)
    if version.of_library:
        raise NotADraft()
    version.state, version.retired_at = State.RETIRED, now()
    version.save(update_fields=["state", "retired_at"])
    _told(version, "template.retired", by)
    return version


@transaction.atomic
def delete_draft(*, version_id: UUID, by: StaffMember) -> None:
    """Delete a draft, which no document names, with the files that only it held. A template without any version goes with it.

    Raises NotADraft.
    """
    version = _open(version_id, State.DRAFT)
    files.hold()
    _told(version, "template.draft_deleted", by)
    template = version.template
    version.delete()
    if not template.versions.exists():
        template.delete()
    files.forget(version.files)


def state_of(version: TemplateVersion) -> str:
    """Return what tells whether a draft changed since somebody looked at it."""
    return digest([version.files, version.settings, version.samples, version.standard, version.note])


def may_review(version: TemplateVersion, person: StaffMember) -> bool:
    """Tell whether a person is the second one: of the same insurer, and neither wrote on the version nor submitted it."""
    mine = person.pk in version.authors or person.pk == version.submitted_by_id
    return not mine and version.template.insurer_id == person.insurer_id


def _second_person(version: TemplateVersion, by: StaffMember) -> None:
    if not may_review(version, by):
        raise ReviewRefused()


def _saved(version: TemplateVersion, by: StaffMember) -> TemplateVersion:
    if by.pk not in version.authors:
        version.authors = [*version.authors, by.pk]
    version.checks, version.checked, version.checking_since = [], "", None
    version.save()
    return version


def _locked(template_id: int) -> Template:
    return Template.objects.select_for_update(no_key=True).get(pk=template_id)


def _get(version_id: UUID) -> TemplateVersion:
    return TemplateVersion.objects.select_related("template__insurer").get(pk=version_id)


def _open(version_id: UUID, state: str) -> TemplateVersion:
    """Return a version in the wanted state, its template locked: one writer at a time. Raises NotADraft."""
    _locked(_get(version_id).template_id)
    version = TemplateVersion.objects.select_related("template__insurer").select_for_update(of=("self",), no_key=True).get(pk=version_id)
    if version.state != state:
        raise NotADraft()
    return version


def _told(version: TemplateVersion, type: str, by: StaffMember) -> None:
    template = version.template
    public = {
        "version": str(version.pk),
        "kind": template.kind,
        "product": template.product,
        "language": version.language,
        "number": version.number,
        "digest": version.digest or "",
    }
    record(stream="system", stream_id=template.insurer_id, type=type, public=public, private={"by": str(by.pk)})  # type: ignore[arg-type]

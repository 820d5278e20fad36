"""Which templates an insurer has, and where its clauses are used."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from vermilion.apps.parties.models import Insurer

from .models import Clause, ClauseVersion, Template, TemplateVersion


def templates(insurer: Insurer) -> QuerySet[Template]:
    """Return the insurer's own templates, by kind and product."""
    return Template.objects.filter(insurer=insurer).prefetch_related("versions").order_by("kind", "product")


def template(insurer: Insurer, template_id: int) -> Template | None:
    """Return one of the insurer's templates."""
    return Template.objects.filter(insurer=insurer, pk=template_id).first()


def version(insurer: Insurer, version_id: UUID) -> TemplateVersion | None:
    """Return one version of the insurer's templates with what is shown of it."""
    rows = TemplateVersion.objects.select_related("template__insurer", "submitted_by", "reviewed_by", "base")
    return rows.filter(pk=version_id, template__insurer=insurer).first()


def versions(of: Template) -> QuerySet[TemplateVersion]:
    """Return a template's versions, the newest first."""
    return of.versions.select_related("submitted_by", "reviewed_by").order_by("language", "-number")


def clauses(insurer: Insurer) -> QuerySet[Clause]:
    """Return the clause library with its wordings, the newest of each first."""
    return Clause.objects.filter(insurer=insurer).prefetch_related("versions__written_by")


def wordings(insurer: Insurer) -> list[ClauseVersion]:
    """Return the newest wording of every clause."""
    rows = ClauseVersion.objects.select_related("clause").filter(clause__insurer=insurer)
    return list(rows.order_by("clause__code", "-number").distinct("clause__code"))


def users_of(clause: Clause) -> list[tuple[TemplateVersion, int]]:
    """Return the versions that are no longer or not yet retired and hold the clause, each with the number of the wording."""
    rows = TemplateVersion.objects.select_related("template").filter(
        template__insurer=clause.insurer, settings__blocks__contains=[{"clause": {"code": clause.code}}]
    )
    found = []
    for row in rows.exclude(state=TemplateVersion.State.RETIRED).order_by("template", "language"):
        numbers = {block["clause"]["number"] for block in row.settings["blocks"] if block.get("clause", {}).get("code") == clause.code}
        found += [(row, number) for number in sorted(numbers)]
    return found

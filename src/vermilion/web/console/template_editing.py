"""Editing a draft: a form beside a live preview, the logo, submitting and deleting."""

from __future__ import annotations

import base64
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vermilion.apps.templates import authoring, checking, fields, logos, previews, publishing, queries, sources
from vermilion.apps.templates.checkwords import words as check_words
from vermilion.apps.templates.errors import ChecksFailed, ChecksNeeded, NotADraft
from vermilion.apps.templates.models import TemplateVersion
from vermilion.base.errors import VermilionError

from . import permissions
from .frame import show
from .template_form import Chooser, operators, rows_of, settings_from
from .templates import crumbs_of, told, version_of


@require_http_methods(["GET", "HEAD", "POST"])
@permissions.page("template_edit")
def template_edit(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Show the form, and keep what was written."""
    version = version_of(request, version_id)
    if version.state != TemplateVersion.State.DRAFT:
        return HttpResponseRedirect(reverse("console:template_version", args=[version.pk]))
    chooser = _chooser(version)
    settings, seen, refused = version.settings, authoring.state_of(version), ""
    if request.method == "POST":
        settings, seen = settings_from(request.POST, chooser, version.settings), request.POST.get("seen", "")
        try:
            authoring.change_settings(
                version_id=version.pk,
                settings=settings,
                seen=seen,
                note=request.POST.get("note", "").strip(),
                standard=_standard(request, version),
                by=request.staff,  # type: ignore[attr-defined]
            )
        except VermilionError as error:
            refused = told(error)
        else:
            messages.success(request, _("草稿已保存。"))
            return HttpResponseRedirect(reverse("console:template_edit", args=[version.pk]))
    context = {
        "version": version,
        "seen": seen,
        "refused": refused,
        "note": request.POST.get("note", version.note),
        "standards": TemplateVersion.Standard.choices,
        "standard": _standard(request, version),
        "form": rows_of(settings, chooser),
        "chooser": chooser,
        "operators": operators(),
        "samples": sorted(version.samples),
        **_checks(version),
        "preview": _previewed(version, settings, sorted(version.samples)[0] if version.samples else "", 1),
        "logo_limit": logos.LARGEST_PNG,
    }
    return show(request, "console/template_edit.html", context, status=422 if refused else 200, crumbs=crumbs_of(version, _("编辑草稿")))


@require_POST
@permissions.page("template_preview")
def template_preview(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Draw a sample with what stands in the form; nothing is kept."""
    version = version_of(request, version_id)
    if version.state != TemplateVersion.State.DRAFT:
        raise NotADraft()
    settings = settings_from(request.POST, _chooser(version), version.settings)
    first = request.POST.get("first", "1")
    found = _previewed(version, settings, request.POST.get("sample", ""), int(first) if first.isdecimal() and len(first) < 5 else 1)
    return render(request, "console/template_preview.html", {"preview": found, "version": version})


@require_POST
@permissions.page("template_logo")
def template_logo(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Take a picture as the logo, or take the logo away."""
    version = version_of(request, version_id)
    file = request.FILES.get("file")
    try:
        authoring.put_logo(version_id=version.pk, data=file.read(logos.LARGEST_PNG + 1) if file else b"", by=request.staff)  # type: ignore[attr-defined]
    except VermilionError as error:
        messages.error(request, told(error))
    else:
        messages.success(request, _("标志已更换。") if file else _("标志已去掉。"))
    return HttpResponseRedirect(reverse("console:template_edit", args=[version.pk]))


@require_POST
@permissions.page("template_check")
def template_check(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Let a worker check the draft; the page follows it."""
    version = version_of(request, version_id)
    authoring.request_checks(version_id=version.pk)
    return HttpResponseRedirect(reverse("console:template_edit", args=[version.pk]) + "#checks")


@require_safe
@permissions.page("template_checks")
def template_checks(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Show how far the checks are and what they found."""
    version = version_of(request, version_id)
    return render(request, "console/template_checks.html", {"version": version, **_checks(version)})


@require_POST
@permissions.page("template_submit")
def template_submit(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Hand a checked draft to a second person."""
    version = version_of(request, version_id)
    try:
        authoring.submit(version_id=version.pk, by=request.staff)  # type: ignore[attr-defined]
    except (ChecksNeeded, ChecksFailed) as error:
        messages.error(request, told(error))
        return HttpResponseRedirect(reverse("console:template_edit", args=[version.pk]))
    messages.success(request, _("检查全部通过，已提交复核。"))
    return HttpResponseRedirect(reverse("console:template_version", args=[version.pk]))


@require_POST
@permissions.page("template_delete")
def template_delete(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Delete a draft."""
    version = version_of(request, version_id)
    authoring.delete_draft(version_id=version.pk, by=request.staff)  # type: ignore[attr-defined]
    messages.success(request, _("草稿已删除。"))
    return HttpResponseRedirect(reverse("console:templates"))


def _checks(version: TemplateVersion) -> dict[str, Any]:
    running, ended = checking.running(version), checking.ended(version)
    found = version.checks if running or ended else []
    return {
        "running": running,
        "ready": ended and publishing.passed(found),
        "ended": ended,
        "made": len(found),
        "checks": [{"fact": fact, "words": check_words(fact)} for fact in found if not fact["ok"]],
    }


def _chooser(version: TemplateVersion) -> Chooser:
    shapes = fields.shapes_of(sources.of_version(version).root)
    insurer = version.template.insurer
    return Chooser(
        outline=previews.outline_of(version),
        words=previews.words_of(version),
        fields=fields.fields_of(version.json_schema, shapes),
        wordings=queries.wordings(insurer) if insurer else [],
    )


def _standard(request: HttpRequest, version: TemplateVersion) -> str:
    asked = request.POST.get("standard", str(version.standard))
    return asked if asked in TemplateVersion.Standard.values else str(version.standard)


def _previewed(version: TemplateVersion, settings: dict[str, Any], sample: str, first: int) -> dict[str, Any]:
    """Return the pages, or what is wrong in words."""
    if sample not in version.samples:
        return {"error": _("没有这份样例数据。")}
    tried = TemplateVersion(settings=settings, json_schema=version.json_schema, files=version.files, template=version.template)
    if problems := publishing.settings_problems(tried):
        return {"error": "；".join(f"{place}：{words}" for place, words in list(problems.items())[:5])}
    try:
        made = previews.preview(version, sample, settings=settings, first=first)
    except VermilionError as error:
        return {"error": told(error)}
    pages = [{"url": f"data:image/webp;base64,{base64.b64encode(picture).decode()}"} for picture in made.pictures]
    return {"pages": pages, "first": made.first, "last": made.first + len(pages) - 1, "count": made.pages, "step": previews.MOST_PAGES}

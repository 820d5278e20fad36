"""A version that is final: its checks, its pages beside those of another, and the second person's decision."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from vermilion.apps.templates import authoring, exchange, newer, previews, publishing, sources
from vermilion.apps.templates.checkwords import words as check_words
from vermilion.apps.templates.models import TemplateVersion
from vermilion.base.errors import VermilionError
from vermilion.core.typeset.differences import PageDifference
from vermilion.web.verify.changes import picture

from . import permissions
from .frame import show
from .templates import TONES, crumbs_of, told, version_of


@require_safe
@permissions.page("template_version")
def template_version(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Show a version: what was checked, who wrote and reviewed it."""
    version = version_of(request, version_id)
    return show(request, "console/template_version.html", _facts(request, version), crumbs=crumbs_of(version, _name(version)))


@require_safe
@permissions.page("template_compare")
def template_compare(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Show a version's pages beside those of another one (else of the one before) with a sample of the later one."""
    version = version_of(request, version_id)
    others = [item for item in version.template.versions.filter(language=version.language).order_by("-number") if item.pk != version.pk]
    asked = next((item for item in others if str(item.pk) == request.GET.get("with")), None)
    other = asked if request.GET.get("with") else publishing.previous_version(version)
    library = request.GET.get("with") == "library"  # what the version would look like with the library's present code
    names = sorted(version.samples)
    sample = request.GET.get("sample", "")
    sample = sample if sample in names else names[0] if names else ""
    context = {
        "version": version,
        "other": other,
        "others": [(item.pk, _name(item)) for item in others],
        "other_name": _name(version) if library else _name(other) if other else _("平台自带的模板"),
        "name": _("平台的新版") if library else _name(version),
        "samples": names,
        "sample": sample,
        "changes": None,
        "failed": "",
    }
    try:
        if library:
            before, after = sources.of_version(version), newer.with_present_code(version)
        else:
            of_library = sources.of_library(version.template.kind, version.language)
            before = sources.of_version(version_of(request, other.pk)) if other else of_library
            after = sources.of_version(version)
        found = previews.beside(before, after, version.samples[sample])
        context["changes"] = {
            "pages": [_shown(page) for page in found.pages],
            "before": found.pages_before,
            "after": found.pages_after,
            "cut": found.cut,
        }
    except VermilionError as error:
        context["failed"] = told(error)
    return show(request, "console/template_compare.html", context, crumbs=crumbs_of(version, _("逐页比较")))


@require_safe
@permissions.page("template_export")
def template_export(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Give a version as one file."""
    version = version_of(request, version_id)
    name = f"{version.template.kind}-{version.template.product or 'all'}-{version.language}-{version.number}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(exchange.export(version), content_type="application/zip", headers=headers)


@require_POST
@permissions.page("template_publish")
def template_publish(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Put a version in use, as the second person."""
    version = version_of(request, version_id)
    authoring.publish(version_id=version.pk, by=request.staff, comment=request.POST.get("comment", "").strip())  # type: ignore[attr-defined]
    messages.success(request, _("已发布，从现在起的新单证使用这个版本。"))
    return _back(version)


@require_POST
@permissions.page("template_send_back")
def template_send_back(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Make a submitted version a draft again, with the reason."""
    version, comment = version_of(request, version_id), request.POST.get("comment", "").strip()
    if not comment:
        messages.error(request, _("请填写退回的原因，版本没有改变。"))
    else:
        authoring.send_back(version_id=version.pk, by=request.staff, comment=comment)  # type: ignore[attr-defined]
        messages.success(request, _("已退回修改。"))
    return _back(version)


@require_POST
@permissions.page("template_retire")
def template_retire(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Take a version out of use."""
    version = version_of(request, version_id)
    authoring.retire(version_id=version.pk, by=request.staff)  # type: ignore[attr-defined]
    messages.success(request, _("已停用，新单证改用通用的模板。"))
    return _back(version)


def _facts(request: HttpRequest, version: TemplateVersion) -> dict[str, Any]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for fact in version.checks:
        groups.setdefault(fact["sample"], []).append({"ok": fact["ok"], "words": check_words(fact)})
    return {
        "version": version,
        "name": _name(version),
        "tone": TONES[version.state],
        "groups": [{"name": sample, "facts": facts, "failed": sum(not fact["ok"] for fact in facts)} for sample, facts in groups.items()],
        "reviewable": version.state == "review" and authoring.may_review(version, request.staff),  # type: ignore[attr-defined]
    }


def _shown(page: PageDifference) -> dict[str, Any]:
    count = len(page.regions)
    if page.kind == "added":
        title = _("第 %(page)s 页：新增") % {"page": page.number_after}
    elif page.kind == "removed":
        title = _("原第 %(page)s 页：没有了") % {"page": page.number_before}
    else:
        places = ngettext("%(count)s 处不同", "%(count)s 处不同", count) % {"count": count}
        title = _("第 %(page)s 页：%(places)s") % {"page": page.number_after, "places": places}
    return {
        "title": title,
        "before": picture(page.before),
        "after": picture(page.after),
        "number_before": page.number_before,
        "number_after": page.number_after,
        "drawn": bool(page.before or page.after),
    }


def _name(version: TemplateVersion) -> str:
    return _("第 %(number)s 版") % {"number": version.number}


def _back(version: TemplateVersion) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("console:template_version", args=[version.pk]))

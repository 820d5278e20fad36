"""The insurer's templates: which there are, their versions, new ones and drafts, import."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vermilion.apps.parties.models import Insurer, StaffMember
from vermilion.apps.templates import authoring, exchange, library, newer, queries
from vermilion.apps.templates.models import Kind, Template, TemplateVersion
from vermilion.base.errors import VermilionError
from vermilion.web.display import listed

from . import permissions, words
from .frame import show

LANGUAGES = [("zh-Hans", gettext_lazy("中文")), ("en", "English")]
TONES = {"draft": "waiting", "review": "active", "published": "done", "retired": "ended"}


class TemplateForm(forms.Form):
    """A new template."""

    kind = forms.ChoiceField(label=gettext_lazy("单证"))
    product = forms.ChoiceField(
        label=gettext_lazy("产品"), required=False, help_text=gettext_lazy("为一个产品做的模板，优先于通用的模板。")
    )
    language = forms.ChoiceField(label=gettext_lazy("语言"), choices=LANGUAGES)
    name = forms.CharField(label=gettext_lazy("名称"), max_length=80)

    def __init__(self, *args: Any, insurer: Insurer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = dict(Kind.choices)
        self.fields["kind"].choices = [(kind, names.get(kind, kind)) for kind in library.authored()]  # type: ignore[attr-defined]
        self.fields["product"].choices = [("", _("全部产品")), *words.product_choices(insurer)]  # type: ignore[attr-defined]


@require_safe
@permissions.page("templates")
def templates(request: HttpRequest) -> HttpResponse:
    """List the insurer's templates, and the kinds that use the library's."""
    insurer: Insurer = request.insurer  # type: ignore[attr-defined]
    names = dict(words.product_choices(insurer))
    rows: list[dict[str, Any]] = []
    for item in queries.templates(insurer):
        versions = list(item.versions.all())
        rows.append(
            {
                "template": item,
                "product": names.get(item.product, item.product) or _("全部产品"),
                "languages": [
                    {"name": name, "published": _one(versions, code, "published"), "open": _one(versions, code, "draft", "review")}
                    for code, name in LANGUAGES
                    if any(version.language == code for version in versions)
                ],
                "newer": any(version.state == "published" and newer.library_has_newer(version) for version in versions),
            }
        )
    own = {item.kind for item in queries.templates(insurer) if not item.product}
    context = {"rows": rows, "others": listed(str(label) for kind, label in Kind.choices if kind not in own)}
    return show(request, "console/templates.html", context, crumbs=[(_("单证模板"), "")])


def _one(versions: list[TemplateVersion], language: str, *states: str) -> TemplateVersion | None:
    return next((item for item in versions if item.language == language and item.state in states), None)


@require_http_methods(["GET", "HEAD", "POST"])
@permissions.page("template_new")
def template_new(request: HttpRequest) -> HttpResponse:
    """Make a template; its first draft is a copy of the library's."""
    insurer: Insurer = request.insurer  # type: ignore[attr-defined]
    form = TemplateForm(request.POST or None, insurer=insurer)
    if request.method == "POST" and form.is_valid():
        try:
            made = authoring.create_template(insurer=insurer, by=_me(request), **form.cleaned_data)
            return HttpResponseRedirect(reverse("console:template_edit", args=[made.pk]))
        except VermilionError as error:
            form.add_error(None, f"{error.message}{error.hint}")
    crumbs = [(_("单证模板"), reverse("console:templates")), (_("新建模板"), "")]
    return show(request, "console/template_new.html", {"form": form}, status=422 if form.errors else 200, crumbs=crumbs)


@require_POST
@permissions.page("template_import")
def template_import(request: HttpRequest) -> HttpResponse:
    """Take an exported file as a draft."""
    file = request.FILES.get("file")
    data = file.read(exchange.LARGEST + 1) if file else b""
    try:
        made = exchange.import_package(insurer=request.insurer, data=data, by=_me(request))  # type: ignore[attr-defined]
    except VermilionError as error:
        messages.error(request, told(error))
        return HttpResponseRedirect(reverse("console:templates"))
    messages.success(request, _("已导入为草稿。提交时会检查全部样例。"))
    return HttpResponseRedirect(reverse("console:template_edit", args=[made.pk]))


@require_safe
@permissions.page("template")
def template(request: HttpRequest, template_id: int) -> HttpResponse:
    """Show a template with its versions."""
    found = template_of(request, template_id)
    versions = list(queries.versions(found))
    open_languages = {item.language for item in versions if item.state in authoring.OPEN}
    rows = [
        {
            "version": item,
            "tone": TONES[item.state],
            "language": dict(LANGUAGES)[item.language],
            "newer": item.state == "published" and newer.library_has_newer(item),
            "may_take_over": item.language not in open_languages,
        }
        for item in versions
    ]
    context = {
        "template": found,
        "product": dict(words.product_choices(found.insurer)).get(found.product, found.product) or _("全部产品"),  # type: ignore[arg-type]
        "rows": rows,
        "languages": [(code, name) for code, name in LANGUAGES if code not in open_languages],
    }
    return show(request, "console/template.html", context, crumbs=[(_("单证模板"), reverse("console:templates")), (str(found), "")])


@require_POST
@permissions.page("template_draft")
def template_draft(request: HttpRequest, template_id: int) -> HttpResponse:
    """Begin the next version, from the one in use or from an older one."""
    found = template_of(request, template_id)
    base = found.versions.filter(pk=request.POST["base"]).first() if request.POST.get("base") else None
    language = base.language if base else request.POST.get("language", "")
    try:
        made = authoring.new_draft(template_id=found.pk, language=language, by=_me(request), base_id=base.pk if base else None)
    except VermilionError as error:
        messages.error(request, told(error))
        return HttpResponseRedirect(reverse("console:template", args=[found.pk]))
    return HttpResponseRedirect(reverse("console:template_edit", args=[made.pk]))


@require_POST
@permissions.page("template_take_over")
def template_take_over(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Begin a draft from a version with the library's newer code."""
    version = version_of(request, version_id)
    try:
        made = newer.take_over(version_id=version.pk, by=_me(request))
    except VermilionError as error:
        messages.error(request, told(error))
        return HttpResponseRedirect(reverse("console:template", args=[version.template_id]))
    messages.success(request, _("已用平台的新版建立草稿，您的设置都保留。请看一遍预览，再检查和提交。"))
    return HttpResponseRedirect(reverse("console:template_edit", args=[made.pk]))


def template_of(request: HttpRequest, template_id: int) -> Template:
    """Return one of the insurer's templates. Raises Http404."""
    found = queries.template(request.insurer, template_id)  # type: ignore[attr-defined]
    if found is None:
        raise Http404
    return found


def version_of(request: HttpRequest, version_id: Any) -> TemplateVersion:
    """Return a version of the insurer's templates. Raises Http404."""
    found = queries.version(request.insurer, version_id)  # type: ignore[attr-defined]
    if found is None:
        raise Http404
    return found


def crumbs_of(version: TemplateVersion, last: str) -> list[tuple[str, str]]:
    """Return the way to a page of a version."""
    template_page = reverse("console:template", args=[version.template_id])
    return [(_("单证模板"), reverse("console:templates")), (str(version.template), template_page), (last, "")]


def told(error: VermilionError) -> str:
    """Return an error with its places and its advice as one text."""
    places = "；".join(f"{place}：{words_}" for place, words_ in list(error.fields.items())[:8])
    return f"{error.message}{places + '。' if places else ''}{error.hint}"


def _me(request: HttpRequest) -> StaffMember:
    person: StaffMember = request.staff  # type: ignore[attr-defined]
    return person

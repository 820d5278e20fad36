"""The clause library: texts with their wordings and digests, and which templates hold them."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from vermilion.apps.templates import queries
from vermilion.apps.templates.clauses import LONGEST, write_clause
from vermilion.base.errors import VermilionError

from . import permissions
from .frame import show
from .templates import told


class ClauseForm(forms.Form):
    """A wording."""

    code = forms.RegexField(
        label=gettext_lazy("编码"), regex=r"^[a-z0-9][a-z0-9-]{0,39}$", help_text=gettext_lazy("小写字母、数字和横线，例如 cooling-off。")
    )
    title = forms.CharField(label=gettext_lazy("标题"), max_length=200)
    text = forms.CharField(label=gettext_lazy("正文"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 6}))


@require_safe
@permissions.page("clauses")
def clauses(request: HttpRequest) -> HttpResponse:
    """List the clauses with their present wordings."""
    return _list(request, ClauseForm())


@require_POST
@permissions.page("clause_write")
def clause_write(request: HttpRequest) -> HttpResponse:
    """Keep a new wording, of a clause that is there or of a new one."""
    form = ClauseForm(request.POST)
    if form.is_valid():
        try:
            made = write_clause(insurer=request.insurer, by=request.staff, **form.cleaned_data)  # type: ignore[attr-defined]
        except VermilionError as error:
            form.add_error(None, told(error))
        else:
            messages.success(request, _("已保存为第 %(number)s 版。已有的模板不变，由编辑者决定是否换用。") % {"number": made.number})
            return HttpResponseRedirect(reverse("console:clause", args=[made.clause.code]))
    return _list(request, form, status=422)


@require_safe
@permissions.page("clause")
def clause(request: HttpRequest, code: str) -> HttpResponse:
    """Show a clause's wordings and the templates that hold it."""
    found = queries.clauses(request.insurer).filter(code=code).first()  # type: ignore[attr-defined]
    if found is None:
        raise Http404
    versions = list(found.versions.all())
    context = {
        "clause": found,
        "versions": versions,
        "users": queries.users_of(found),
        "latest": versions[0],
        "form": ClauseForm(initial={"code": found.code, "title": versions[0].title, "text": versions[0].text}),
    }
    crumbs = [(_("条款库"), reverse("console:clauses")), (versions[0].title, "")]
    return show(request, "console/clause.html", context, crumbs=crumbs)


def _list(request: HttpRequest, form: ClauseForm, *, status: int = 200) -> HttpResponse:
    rows = queries.wordings(request.insurer)  # type: ignore[attr-defined]
    return show(request, "console/clauses.html", {"rows": rows, "form": form}, status=status, crumbs=[(_("条款库"), "")])

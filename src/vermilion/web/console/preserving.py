"""Signed files without a long-term copy: why, since when, and whether somebody has looked at it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from vermilion.apps.archive import faults, queries

from . import permissions
from .frame import page_of, show


class LookForm(forms.Form):
    """What was found and what is done about it."""

    why = forms.CharField(
        label=gettext_lazy("核查结论"),
        max_length=200,
        help_text=gettext_lazy("例如：证书在签章前已失控，已通知客户并重新出单。请不要写个人信息。"),
    )


@require_safe
@permissions.page("preserving")
def preserving(request: HttpRequest) -> HttpResponse:
    """List what has no long-term copy, first what nobody has looked at."""
    return _page(request)


@require_POST
@permissions.page("preserving_look")
def preserving_look(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Mark one as looked at."""
    fault = queries.faults(request.scope).filter(document=document_id).first()  # type: ignore[attr-defined]
    if fault is None:
        raise Http404
    form = LookForm(request.POST, auto_id=f"id_%s_{document_id}")
    if not form.is_valid():
        return _page(request, form=form, about=document_id, status=422)
    faults.look_at(document_id=document_id, by=request.staff, why=form.cleaned_data["why"])  # type: ignore[attr-defined]
    messages.success(request, _("核查结论已记录；系统以后每天再试一次，原因有变化时会重新提醒。"))
    return HttpResponseRedirect(reverse("console:preserving"))


def _page(request: HttpRequest, *, form: LookForm | None = None, about: UUID | None = None, status: int = 200) -> HttpResponse:
    page = page_of(request, queries.faults(request.scope))  # type: ignore[attr-defined]
    rows: list[tuple[Any, str, LookForm]] = []
    for fault in page.object_list:
        mine = form if form is not None and fault.document_id == about else None
        rows.append((fault, faults.words(fault), mine or LookForm(auto_id=f"id_%s_{fault.document_id}")))
    return show(request, "console/preserving.html", {"rows": rows, "page_obj": page}, status=status, crumbs=[(_("长期保存"), "")])

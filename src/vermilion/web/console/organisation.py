"""机构: the company's registration and authentication, and its branches as a tree that an administrator extends and moves."""

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

from vermilion.apps.parties import organising, second_person
from vermilion.apps.parties.models import Branch
from vermilion.apps.parties.organising import OrganisationRefused
from vermilion.apps.parties.scoping import Scope
from vermilion.apps.seals import granting
from vermilion.apps.seals.models import SealGrant
from vermilion.web.staff.permissions import StaffForbidden

from . import permissions, words
from .frame import show

MOST_CHECKS = 5


class ParentForm(forms.Form):
    """Under which branch something lies; the top is for who administers the whole company."""

    parent = forms.ModelChoiceField(
        label=gettext_lazy("上级机构"), queryset=Branch.objects.none(), required=False, empty_label=gettext_lazy("（最上级）")
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["parent"]
        rows = Branch.objects.filter(insurer=scope.insurer).select_related("insurer").order_by("code")
        field.queryset = rows if scope.branches is None else rows.filter(pk__in=scope.branches)
        field.required = scope.branches is not None
        field.label_from_instance = lambda branch: f"{branch.code} {words.branch_name(branch)}"


class BranchForm(ParentForm):
    """A new branch."""

    code = forms.CharField(label=gettext_lazy("机构代码"), max_length=16)
    name = forms.CharField(label=gettext_lazy("机构名称"), max_length=120)
    address = forms.CharField(label=gettext_lazy("地址"), max_length=200)
    field_order = ("code", "name", "address", "parent")


@require_safe
@permissions.page("organisation")
def organisation(request: HttpRequest) -> HttpResponse:
    """Show the company and its branches."""
    return _page(request)


@require_POST
@permissions.page("branch_new")
def branch_new(request: HttpRequest) -> HttpResponse:
    """Add a branch."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    form = BranchForm(request.POST, scope=scope)
    if form.is_valid():
        try:
            made = organising.add_branch(insurer=scope.insurer, by=request.staff, **form.cleaned_data)  # type: ignore[attr-defined]
        except OrganisationRefused as error:
            for name, sentence in error.fields.items():
                form.add_error(name, str(sentence))
        else:
            messages.success(request, _("已增加机构“%(name)s”。") % {"name": made.name})
            return HttpResponseRedirect(reverse("console:organisation"))
    return _page(request, form=form, status=422)


@require_POST
@permissions.page("branch_move")
def branch_move(request: HttpRequest, branch_id: UUID) -> HttpResponse:
    """Put a branch under another one."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    branch = Branch.objects.filter(pk=branch_id, insurer=scope.insurer).first()
    if branch is None or not scope.covers(branch.pk):
        raise Http404
    form = ParentForm(request.POST, scope=scope)
    if not form.is_valid():
        raise OrganisationRefused(fields={"parent": " ".join(str(error) for error in form.errors["parent"])})
    organising.move_branch(branch=branch, parent=form.cleaned_data["parent"], by=request.staff)  # type: ignore[attr-defined]
    messages.success(request, _("“%(name)s”已移到新的上级机构，变动已记录。") % {"name": branch.name})
    return HttpResponseRedirect(reverse("console:organisation"))


@require_POST
@permissions.page("passkeys_required")
def passkeys_required(request: HttpRequest) -> HttpResponse:
    """Demand passkeys of approvers and custodians, or no longer."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    if scope.branches is not None:
        raise StaffForbidden(_("这是全公司的设置，须由管理全公司的管理员修改。"))
    required = request.POST.get("required") == "1"
    if required:
        organising.require_passkeys(insurer=request.insurer, required=True, by=request.staff)  # type: ignore[attr-defined]
        messages.success(request, _("审批人和印章保管人从现在起必须使用通行密钥。"))
    else:
        second_person.ask_passkeys_off(by=request.staff)  # type: ignore[attr-defined]
        messages.success(request, _("已提交，由另一位管理员或合规在“账户复核”同意后，才不再要求通行密钥。"))
    return HttpResponseRedirect(reverse("console:organisation"))


def _page(request: HttpRequest, *, form: BranchForm | None = None, status: int = 200) -> HttpResponse:
    scope: Scope = request.scope  # type: ignore[attr-defined]
    changes = permissions.may_change(request.staff, "branch_new")  # type: ignore[attr-defined]
    rows = [
        (depth, branch, words.branch_name(branch), ParentForm(initial={"parent": branch.parent_id}, scope=scope))
        for depth, branch in organising.tree(scope.insurer, only=scope.branches)
    ]
    context = {
        "insurer": scope.insurer,
        "authenticated": organising.is_authenticated(scope.insurer.pk),
        "checks": list(scope.insurer.authentications.all()[:MOST_CHECKS]),
        "rows": rows,
        "changes": changes,
        "weaker": SealGrant.objects.filter(seal__insurer=scope.insurer, state=SealGrant.State.ACTIVE).filter(granting.WEAKER_ROWS).count(),
        "demands": permissions.may_change(request.staff, "passkeys_required") and scope.branches is None,  # type: ignore[attr-defined]
        "form": (form or BranchForm(scope=scope)) if changes else None,
    }
    return show(request, "console/organisation.html", context, crumbs=[(_("机构与认证"), "")], status=status)

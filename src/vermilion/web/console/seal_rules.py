"""Who approves requests for seals: the rules, proposed by one person and put in force by another."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_POST, require_safe

from vermilion.apps.parties.models import Branch, Role, StaffMember
from vermilion.apps.parties.scoping import Scope
from vermilion.apps.seals.models import RuleMode, Seal, SealRule
from vermilion.apps.seals.requests import rules

from . import permissions
from .frame import show
from .seal_scope import may_act, within

TONES = {"proposed": "waiting", "active": "done", "ended": "ended"}
SEATS = 4
"""So many people the form asks for; a rule may name more through the service."""


class RuleForm(forms.Form):
    """A rule."""

    branch = forms.ModelChoiceField(
        label=gettext_lazy("机构"), queryset=Branch.objects.none(), required=False, empty_label=gettext_lazy("全部机构")
    )
    seal = forms.ModelChoiceField(
        label=gettext_lazy("印章"), queryset=Seal.objects.none(), required=False, empty_label=gettext_lazy("全部印章")
    )
    min_yuan = forms.IntegerField(label=gettext_lazy("金额起点"), min_value=0, max_value=10**10, initial=0)
    mode = forms.ChoiceField(label=gettext_lazy("方式"), choices=RuleMode.choices)

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        branches = Branch.objects.filter(insurer=scope.insurer).order_by("code")
        reached = branches if scope.branches is None else branches.filter(pk__in=scope.branches)
        self.fields["branch"].queryset = reached  # type: ignore[attr-defined]
        self.fields["branch"].required = scope.branches is not None
        self.fields["seal"].queryset = Seal.objects.filter(within(scope)).order_by("name")  # type: ignore[attr-defined]
        people = StaffMember.objects.filter(insurer=scope.insurer, active=True, roles__contains=[Role.APPROVER]).order_by("name")
        for number in range(1, SEATS + 1):
            self.fields[f"approver_{number}"] = forms.ModelChoiceField(
                label=_("第 %(number)s 审批人") % {"number": number}, queryset=people, required=number == 1, empty_label=_("无")
            )

    @property
    def approvers(self) -> list[UUID]:
        """Return the people in their order."""
        named = [self.cleaned_data.get(f"approver_{number}") for number in range(1, SEATS + 1)]
        return [person.pk for person in named if person is not None]


@require_safe
@permissions.page("seal_rules")
def seal_rules(request: HttpRequest) -> HttpResponse:
    """Show the rules."""
    return _page(request)


@require_POST
@permissions.page("seal_rule_propose")
def seal_rule_propose(request: HttpRequest) -> HttpResponse:
    """Propose a rule."""
    form = RuleForm(request.POST, scope=request.scope)  # type: ignore[attr-defined]
    if not form.is_valid():
        return _page(request, form=form, status=422)
    asked = form.cleaned_data
    rules.propose(
        by=request.staff,  # type: ignore[attr-defined]
        branch_id=asked["branch"].pk if asked["branch"] else None,
        seal_id=asked["seal"].pk if asked["seal"] else None,
        min_amount=asked["min_yuan"] * 100,
        mode=asked["mode"],
        approvers=form.approvers,
    )
    messages.success(request, _("规则已提出，须由另一人复核后生效。"))
    return _back()


@require_POST
@permissions.page("seal_rule_confirm")
def seal_rule_confirm(request: HttpRequest, rule_id: UUID) -> HttpResponse:
    """Put a proposed rule in force."""
    rules.decide(rule_id=_rule(request, rule_id).pk, by=request.staff, confirm=True)  # type: ignore[attr-defined]
    messages.success(request, _("规则已生效，只影响此后提交的申请。"))
    return _back()


@require_POST
@permissions.page("seal_rule_drop")
def seal_rule_drop(request: HttpRequest, rule_id: UUID) -> HttpResponse:
    """Drop a proposed rule."""
    rules.decide(rule_id=_rule(request, rule_id).pk, by=request.staff, confirm=False)  # type: ignore[attr-defined]
    return _back()


@require_POST
@permissions.page("seal_rule_end")
def seal_rule_end(request: HttpRequest, rule_id: UUID) -> HttpResponse:
    """End a rule."""
    rules.end(rule_id=_rule(request, rule_id).pk, by=request.staff)  # type: ignore[attr-defined]
    messages.success(request, _("规则已停用。"))
    return _back()


def _page(request: HttpRequest, *, form: RuleForm | None = None, status: int = 200) -> HttpResponse:
    scope, staff = request.scope, request.staff  # type: ignore[attr-defined]
    rows = list(
        SealRule.objects.filter(within(scope)).select_related("branch", "seal", "proposed_by", "decided_by").order_by("-created_at")[:100]
    )
    people = {person.pk: person.name for person in StaffMember.objects.filter(insurer=scope.insurer)}
    context = {
        "rules": [
            {
                "rule": row,
                "tone": TONES[row.state],
                "approvers": [people.get(one, "—") for one in row.approvers],
                "own": row.proposed_by_id == staff.pk,
            }
            for row in rows
        ],
        "form": form or RuleForm(scope=scope),
    }
    crumbs = [(_("用印申请"), reverse("console:seal_requests")), (pgettext("of a seal", "审批规则"), "")]
    return show(request, "console/seal_rules.html", context, status=status, crumbs=crumbs)


def _rule(request: HttpRequest, rule_id: UUID) -> SealRule:
    found = SealRule.objects.filter(within(request.scope), pk=rule_id).first()  # type: ignore[attr-defined]
    if found is None:
        raise Http404
    may_act(request, found.branch_id)
    return found


def _back() -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("console:seal_rules"))

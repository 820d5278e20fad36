"""疑似代签: what compliance looks into, one by one; and the insurer's rule."""

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

from vermilion.apps.cases.models import CaseParty
from vermilion.apps.conduct import deciding, rules, traces
from vermilion.apps.conduct.models import ConductRule, Effect, Kind, SharedWith, Suspicion, SuspicionState
from vermilion.apps.parties import second_person
from vermilion.apps.parties.models import AccountRequest
from vermilion.web.display import listed

from . import permissions, words
from .frame import page_of, show

TONES = {SuspicionState.OPEN: "blocked", SuspicionState.CLEARED: "done", SuspicionState.CONFIRMED: "ended"}
MOST_CASES = 50


class DecisionForm(forms.Form):
    """What was checked, and what came of it."""

    note = forms.CharField(
        label=gettext_lazy("核查经过和理由"),
        max_length=deciding.LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("例如：已电话核实，客户与其母亲共用一部手机；或者：回访确认不是本人签名。"),
    )
    state = forms.ChoiceField(
        label=gettext_lazy("结论"),
        widget=forms.RadioSelect,
        choices=[
            (SuspicionState.CLEARED, gettext_lazy("排除：可以继续签署")),
            (SuspicionState.CONFIRMED, gettext_lazy("确认代签：这笔业务不能再签署")),
        ],
    )


class RuleForm(forms.ModelForm):  # type: ignore[type-arg]
    """The insurer's rule."""

    class Meta:
        model = ConductRule
        fields = rules.FIELDS
        widgets = {"effect": forms.RadioSelect}
        labels = {
            "effect": gettext_lazy("发现疑似代签时"),
            "phone_customers": gettext_lazy("同一手机号最多用于几位客户"),
            "device_customers": gettext_lazy("同一设备最多用于几位客户"),
            "payer_customers": gettext_lazy("同一付款账户最多用于几位客户"),
            "window_days": gettext_lazy("比较最近多少天"),
            "device_days": gettext_lazy("工作人员的设备记多少天"),
            "nearby": gettext_lazy("提示：客户与销售人员几分钟内使用同一网络和相同的浏览器"),
        }
        help_texts = {
            "phone_customers": gettext_lazy("同一笔业务中的家人算一位客户。"),
            "device_days": gettext_lazy("从最后一次登录起算；期间不能用来办理客户的签署。"),
            "nearby": gettext_lazy("只提示，不会暂停签署：同住或同一网点的人也会出现。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["effect"].choices = Effect.choices  # type: ignore[attr-defined]
        for name in rules.FIELDS[1:-1]:
            self.fields[name].min_value = 1  # type: ignore[attr-defined]
            self.fields[name].widget.attrs.update(min=1, max=3650, inputmode="numeric")

    def clean(self) -> dict[str, Any]:
        """See that all counts are from 1 to 3650."""
        data = super().clean() or {}
        for name in rules.FIELDS[1:-1]:
            if name in data and not 1 <= data[name] <= 3650:
                self.add_error(name, _("请填写 1 至 3650。"))
        return data


@require_safe
@permissions.page("suspicions")
def suspicions(request: HttpRequest) -> HttpResponse:
    """List them, those that wait first; ``?state=`` narrows."""
    state = request.GET.get("state", SuspicionState.OPEN)
    rows = deciding.suspicions(request.scope)  # type: ignore[attr-defined]
    rows = rows.filter(state=state) if state in SuspicionState.values else rows
    page = page_of(request, rows)
    context = {
        "page_obj": page,
        "rows": [(row, reason(row), TONES[SuspicionState(row.state)]) for row in page],
        "state": state,
        "states": SuspicionState.choices,
        "rule": rules.rule_of(request.insurer),  # type: ignore[attr-defined]
    }
    return show(request, "console/suspicions.html", context, crumbs=[(_("疑似代签"), "")])


@require_safe
@permissions.page("suspicion")
def suspicion(request: HttpRequest, suspicion_id: UUID) -> HttpResponse:
    """Show one: why, and every case that shares it."""
    return _page(request, _found(request, suspicion_id), DecisionForm())


@require_POST
@permissions.page("suspicion_decide")
def suspicion_decide(request: HttpRequest, suspicion_id: UUID) -> HttpResponse:
    """Clear or confirm it, with the reason."""
    found, form = _found(request, suspicion_id), DecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    deciding.decide(suspicion_id=found.pk, by=request.staff, **form.cleaned_data)  # type: ignore[attr-defined]
    messages.success(request, _("结论已记录在业务的存证中。"))
    return HttpResponseRedirect(reverse("console:suspicions"))


@require_http_methods(["GET", "HEAD", "POST"])
@permissions.page("conduct_rule")
def conduct_rule(request: HttpRequest) -> HttpResponse:
    """Show and change the rule of the whole company."""
    insurer = request.insurer  # type: ignore[attr-defined]
    rule = rules.rule_of(insurer)
    form = RuleForm(request.POST if request.method == "POST" else None, instance=rule)
    whole = request.scope.branches is None  # type: ignore[attr-defined]
    if request.method == "POST" and not whole:
        raise Http404  # it holds for all branches
    if form.is_valid():
        asked = rules.ask_change(by=request.staff, **form.cleaned_data)  # type: ignore[attr-defined]
        if asked:
            messages.success(request, _("已提交，由另一位合规或管理员在“账户复核”同意后生效。"))
        else:
            messages.info(request, _("规则没有改变，没有提交。"))
        return HttpResponseRedirect(reverse("console:conduct_rule"))
    crumbs = [(_("疑似代签"), reverse("console:suspicions")), (_("规则"), "")]
    waiting = second_person.waiting(request.scope).filter(kind=AccountRequest.Kind.CONDUCT).first()  # type: ignore[attr-defined]
    context = {"form": form, "rule": rule, "waiting": waiting, "changes": whole and permissions.may_change(request.staff, "conduct_rule")}  # type: ignore[attr-defined]
    return show(request, "console/conduct_rule.html", context, crumbs=crumbs, status=422 if form.errors else 200)


def changed(content: dict[str, Any]) -> list[tuple[Any, Any, Any]]:
    """Return what another rule would change: (name, before, after), in words."""
    said: dict[str, dict[Any, Any]] = {"effect": dict(Effect.choices), "nearby": {True: _("开启"), False: _("关闭")}}
    before, after = content["before"], content["after"]
    return [
        (RuleForm.Meta.labels[name], *(said.get(name, {}).get(value, value) for value in (before[name], after[name])))
        for name in rules.FIELDS
        if before[name] != after[name]
    ]


def reason(row: Suspicion) -> str:
    """Return in a sentence what was found."""
    kind = str(Kind(row.kind).label)
    if row.shared_with == SharedWith.CUSTOMERS:
        return _("同一%(kind)s用于 %(count)s 位客户") % {"kind": kind, "count": row.customers}
    person = row.salesperson or row.staff
    name = person.name if person else ""
    return _("%(kind)s与%(role)s%(name)s相同") % {"kind": kind, "role": SharedWith(row.shared_with).label, "name": name}


def _signers(found: Suspicion) -> str:
    """Return who was met with it, also who is not of the case any more."""
    people = {str(party.pk): party for party in CaseParty._base_manager.filter(pk__in=found.signers)}
    return listed(people[key].get_role_display() for key in found.signers if key in people)


def _found(request: HttpRequest, suspicion_id: UUID) -> Suspicion:
    found = deciding.suspicions(request.scope).filter(pk=suspicion_id).first()  # type: ignore[attr-defined]
    if found is None:
        raise Http404
    return found


def _page(request: HttpRequest, found: Suspicion, form: DecisionForm, *, status: int = 200) -> HttpResponse:
    scope = request.scope  # type: ignore[attr-defined]
    sharing = traces.cases_of(insurer_id=found.insurer_id, kind=found.kind, digest=found.digest)
    names = words.product_names(found.case.insurer)
    context = {
        "found": found,
        "reason": reason(found),
        "signers": _signers(found),
        "now": traces.customers_of(rule=rules.rule_of(found.case.insurer), kind=found.kind, digest=found.digest),
        "tone": TONES[SuspicionState(found.state)],
        "note": (found.content or {}).get("note", ""),
        "cases": [
            (case, names.get(case.product_id, ""), words.branch_name(case.branch), scope.covers(case.branch_id))
            for case in list(sharing)[:MOST_CASES]
        ],
        "form": form,
        "changes": permissions.may_change(request.staff, "suspicion_decide"),  # type: ignore[attr-defined]
    }
    crumbs = [(_("疑似代签"), reverse("console:suspicions")), (found.case.number, "")]
    return show(request, "console/suspicion.html", context, crumbs=crumbs, status=status)

"""The underwriter's desk: what was answered, which rules were hit, whose authority is needed, and the decision."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vermilion.apps.cases import queries as cases
from vermilion.apps.cases import services as case_services
from vermilion.apps.cases.models import Case
from vermilion.apps.cases.transitions import State
from vermilion.apps.policies import queues
from vermilion.apps.products.facts import insured_facts
from vermilion.apps.underwriting import queries, services
from vermilion.apps.underwriting.errors import AuthorityExceeded, TermsIncomplete
from vermilion.apps.underwriting.models import Conclusion
from vermilion.base import clock

from . import application, lists, permissions, words
from .case import visit
from .frame import page_of, show

CHOICES = [
    (Conclusion.ACCEPT, gettext_lazy("标准承保")),
    (Conclusion.MODIFY, gettext_lazy("加费/除外承保")),
    (Conclusion.POSTPONE, gettext_lazy("延期承保")),
    (Conclusion.DECLINE, gettext_lazy("不予承保")),
    (Conclusion.ESCALATE, gettext_lazy("上报更高权限")),
]


class DecisionForm(forms.Form):
    """A conclusion with its terms; the service checks what each conclusion needs."""

    conclusion = forms.ChoiceField(label=gettext_lazy("结论"), choices=CHOICES, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=gettext_lazy("理由"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("加费、除外、延期和拒保时，这段话会写进给客户的通知书。"),
    )
    loading_percent = forms.DecimalField(
        label=gettext_lazy("加费比例"), required=False, min_value=0, max_value=300, max_digits=4, decimal_places=1
    )
    exclusions = forms.CharField(
        label=gettext_lazy("除外内容"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("每行一项。"),
    )
    postponed_until = forms.DateField(label=gettext_lazy("延期至"), required=False, widget=forms.DateInput(attrs={"type": "date"}))


class QuestionForm(forms.Form):
    """What else the customer must tell."""

    question = forms.CharField(label=gettext_lazy("需要客户补充什么"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


@require_http_methods(["GET", "HEAD", "POST"])
@permissions.page("underwriting")
def underwriting(request: HttpRequest) -> HttpResponse:
    """List what waits for a person's conclusion; a posted search becomes an address without personal data."""
    insurer, scope = request.insurer, request.scope  # type: ignore[attr-defined]
    if request.method == "POST":
        return HttpResponseRedirect(lists.FilterForm(request.POST, scope=scope).address(request.path, scope))
    form = lists.FilterForm(request.GET, scope=scope)
    found = queues.narrow(queries.waiting(scope).select_related("policy"), form.filters())
    page = page_of(request, found)
    escalated = {case.number for case in page.object_list if case.escalated}
    sums = [case.sum_insured for case in page.object_list]
    rows = list(zip(lists.case_rows(insurer, page.object_list), sums, strict=True))
    context = {"form": form, "page_obj": page, "rows": rows, "escalated": escalated}
    return show(request, "console/underwriting.html", context, crumbs=[(_("核保台"), "")])


@require_safe
@permissions.page("underwriting_case")
def underwriting_case(request: HttpRequest, number: str) -> HttpResponse:
    """Show one case for decision."""
    return _desk(request, cases.by_number(request.scope, number))  # type: ignore[attr-defined]


@require_POST
@permissions.page("underwriting_decide")
def underwriting_decide(request: HttpRequest, number: str) -> HttpResponse:
    """Take the conclusion. Whoever comes second is told that the case has moved on (409)."""
    case = cases.by_number(request.scope, number)  # type: ignore[attr-defined]
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _desk(request, case, form=form, status=422)
    terms = form.cleaned_data
    try:
        decision = services.decide(
            case_id=case.id,
            staff=request.staff,  # type: ignore[attr-defined]
            conclusion=terms["conclusion"],
            reason=terms["reason"],
            loading_per_mille=int((terms["loading_percent"] or 0) * 10),
            exclusions=terms["exclusions"].splitlines(),
            postponed_until=terms["postponed_until"],
        )
    except TermsIncomplete as error:
        names = {"loading_per_mille": "loading_percent"}
        for name, sentence in error.fields.items():
            form.add_error(names.get(name, name), str(sentence))
        return _desk(request, case, form=form, status=422)
    except AuthorityExceeded as error:
        # Her words stay on the page: she needs them when she hands the case up.
        form.add_error(None, f"{error.message}{error.hint}")
        return _desk(request, case, form=form, status=error.status)
    messages.success(
        request, _("%(number)s：%(conclusion)s，已保存。") % {"number": case.number, "conclusion": decision.get_conclusion_display()}
    )
    return HttpResponseRedirect(reverse("console:underwriting"))


@require_POST
@permissions.page("underwriting_ask")
def underwriting_ask(request: HttpRequest, number: str) -> HttpResponse:
    """Ask the customer for more."""
    case = cases.by_number(request.scope, number)  # type: ignore[attr-defined]
    form = QuestionForm(request.POST)
    if not form.is_valid():
        return _desk(request, case, question=form, status=422)
    services.ask_for_more(case_id=case.id, staff=request.staff, question=form.cleaned_data["question"])  # type: ignore[attr-defined]
    messages.success(request, _("已通知投保人补充资料。"))
    return HttpResponseRedirect(reverse("console:underwriting"))


def _desk(
    request: HttpRequest, case: Case, *, form: DecisionForm | None = None, question: QuestionForm | None = None, status: int = 200
) -> HttpResponse:
    staff: Any = request.staff  # type: ignore[attr-defined]
    visit(request, case, "answers")
    row = case_services.application(case)
    ready = bool(row.data.get("plan"))
    desk = queries.desk(case, staff) if ready else None
    open_ = case.state == State.UNDERWRITING and bool(desk) and not (desk and desk.offer_in_work)
    decision = form or DecisionForm(initial=_suggested(desk))
    if desk:
        decision.fields["conclusion"].choices = _choices(desk)  # type: ignore[attr-defined]
    context = {
        "case": case,
        "desk": desk,
        "open": open_ and permissions.may(staff, "underwriting_decide"),
        "form": decision,
        "question": question or QuestionForm(initial={"question": _asks(desk)}),
        "answers": [(words.text_of(item.question.model_dump()), item) for item in desk.answers] if desk else [],
        "hits": [_hit(hit) for hit in desk.hits] if desk else [],
        "insured": _insured(case, row.data) if ready else "",
        "needed": words.text_of(desk.needed.name.model_dump()) if desk else "",
        "own": words.text_of(desk.own.name.model_dump()) if desk and desk.own else "",
        "enough": bool(desk and Conclusion.ACCEPT in desk.may),
        "suggested": words.SUGGESTIONS.get(desk.suggested, desk.suggested) if desk else "",
        "sections": application.sections(case, row.data) if ready else [],
        "decisions": queries.decisions(case),
        "asked": list(case.information_requests.select_related("staff").order_by("-asked_at")),
        "product": words.text_of(case.product.definition.name.model_dump()),
        "branch": words.branch_name(case.branch),
        "tone": words.TONES.get(case.state, "ended"),
    }
    crumbs = [(_("核保台"), reverse("console:underwriting")), (case.number, "")]
    return show(request, "console/underwriting_case.html", context, crumbs=crumbs, status=status)


def _choices(desk: queries.Desk) -> list[tuple[str, Any]]:
    """Return the conclusions, those beyond her authority marked: she sees before she writes a reason that somebody else must conclude."""
    beyond = set(queries.LIMITED) - desk.may
    return [(value, _("%(conclusion)s（超出您的权限）") % {"conclusion": label} if value in beyond else label) for value, label in CHOICES]


def _insured(case: Case, data: dict[str, Any]) -> str:
    """Return who is to be insured, as an underwriter asks first: sex, age, occupation; of a list the number."""
    people = data.get("insured") or []
    if len(people) != 1:
        return _("%(n)s 人") % {"n": len(people)}
    facts = insured_facts(case.product.definition, people[0], {}, today=clock.today())
    occupation = case.product.definition.occupation(str(people[0].get("occupation") or ""))
    parts = [
        {"female": _("女"), "male": _("男")}.get(str(facts.get("sex")), ""),
        _("%(age)s 岁") % {"age": facts["age"]} if "age" in facts else "",
        words.text_of(occupation.name.model_dump()) if occupation else "",
    ]
    return " · ".join(part for part in parts if part)


def _suggested(desk: queries.Desk | None) -> dict[str, Any]:
    """Fill in what the hit rules suggest; the conclusion itself is never chosen beforehand."""
    if desk is None:
        return {}
    exclusions = [hit.exclusion.zh for hit in desk.hits if hit.exclusion]
    return {
        "loading_percent": f"{desk.suggested_loading / 10:g}" if desk.suggested_loading else None,
        "exclusions": "\n".join(dict.fromkeys(exclusions)),
    }


def _asks(desk: queries.Desk | None) -> str:
    return "\n".join(dict.fromkeys(hit.ask.zh for hit in desk.hits if hit.ask)) if desk else ""


def _hit(hit: Any) -> dict[str, Any]:
    return {
        "id": hit.rule_id,
        "person": hit.insured + 1,
        "conclusion": words.SUGGESTIONS.get(hit.conclusion, hit.conclusion),
        "reason": words.text_of(hit.reason.model_dump()),
        "loading": f"{hit.loading_per_mille / 10:g}%" if hit.loading_per_mille else "",
        "exclusion": words.text_of(hit.exclusion.model_dump()) if hit.exclusion else "",
        "tone": "blocked" if hit.conclusion in ("decline", "postpone") else "waiting",
    }

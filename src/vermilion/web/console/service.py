"""The service desk: find the customer's case, see her step and last error, send her a fresh link, call her back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vermilion.apps.cases import queries as cases
from vermilion.apps.cases.models import Case, PartyRole
from vermilion.apps.cases.transitions import State
from vermilion.apps.notices import queries as notices
from vermilion.apps.policies import finishing, queues, reminding, servicing
from vermilion.apps.policies.models import FollowUpCall, Policy, PolicyStatus
from vermilion.apps.signing.models import AccessLink, TaskState
from vermilion.base import clock
from vermilion.base.rows import only
from vermilion.web.display import listed

from . import case_view, lists, permissions, words
from .case import visit
from .frame import page_of, show

YES_NO = [("yes", gettext_lazy("是")), ("no", gettext_lazy("否"))]
#: The questions of a follow-up call; a "no" is a complaint in the making and goes into the record as it was said.
QUESTIONS = (
    ("self", gettext_lazy("接听的是投保人本人？")),
    ("knows_insurance", gettext_lazy("知道购买的是保险，不是存款或理财？")),
    ("signed_self", gettext_lazy("投保确认书由本人阅读并亲笔签名？")),
    ("knows_exemptions", gettext_lazy("了解保险责任和免除责任？")),
    ("knows_cooling_off", gettext_lazy("知道犹豫期内可以全额退保？")),
    ("knows_payment", gettext_lazy("知道缴费期限、金额和逾期的后果？")),
    ("data_right", gettext_lazy("联系方式和受益人无误？")),
)
PURPOSES = {
    "apply": gettext_lazy("投保"),
    "sign": gettext_lazy("签署"),
    "inform": gettext_lazy("补充资料"),
    "pay": gettext_lazy("缴费"),
    "acknowledge": gettext_lazy("签收"),
    "read": gettext_lazy("查阅"),
}


class FollowUpForm(forms.Form):
    """One call."""

    remark = forms.CharField(label=gettext_lazy("备注"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = {name: forms.ChoiceField(label=label, choices=YES_NO, widget=forms.RadioSelect) for name, label in QUESTIONS}
        self.fields = {**asked, **self.fields}

    def answers(self) -> dict[str, str]:
        """Return the answers by question."""
        return {name: self.cleaned_data[name] for name, _label in QUESTIONS}


class EndForm(forms.Form):
    """Why the policyholder ends the contract."""

    reason = forms.CharField(label=gettext_lazy("投保人说明的原因"), max_length=400, widget=forms.Textarea(attrs={"rows": 2}))


@require_http_methods(["GET", "HEAD", "POST"])
@permissions.page("service")
def service(request: HttpRequest) -> HttpResponse:
    """Find a case by phone, code, number or name; without a search show whom to call."""
    insurer, scope = request.insurer, request.scope  # type: ignore[attr-defined]
    form = lists.FilterForm(request.POST if request.method == "POST" else request.GET, scope=scope)
    if request.method == "POST":
        return HttpResponseRedirect(form.address(request.path, scope))
    found = queues.narrow(queues.select(scope, "all" if form.sought else "follow-up"), form.filters())
    page = page_of(request, found)
    calls = {} if form.sought else _calls(page.object_list)
    rows = [(row, calls.get(row.number)) for row in lists.case_rows(insurer, page.object_list)]
    context = {"sought": form.sought, "rows": rows, "page_obj": page}
    return show(request, "console/service.html", context, crumbs=[(_("客服台"), "")])


@require_safe
@permissions.page("service_case")
def service_case(request: HttpRequest, number: str) -> HttpResponse:
    """Show where the customer is and what she was sent."""
    return _page(request, cases.by_number(request.scope, number))  # type: ignore[attr-defined]


@require_POST
@permissions.page("service_remind")
def service_remind(request: HttpRequest, number: str) -> HttpResponse:
    """Send everybody whom the case waits for a fresh link, to the phone on record."""
    case = cases.by_number(request.scope, number)  # type: ignore[attr-defined]
    told = reminding.remind(case_id=case.id, by=request.staff.name)  # type: ignore[attr-defined]
    who = listed(str(party.get_role_display()) for party in told)
    messages.success(request, _("新的取件码已发到%(who)s登记的手机。") % {"who": who})
    name = "service_case" if permissions.may(request.staff, "service_case") else "case"  # type: ignore[attr-defined]
    return HttpResponseRedirect(reverse(f"console:{name}", args=[case.number]))


@require_POST
@permissions.page("service_follow_up")
def service_follow_up(request: HttpRequest, number: str) -> HttpResponse:
    """Keep what the customer answered on the telephone."""
    case = cases.by_number(request.scope, number)  # type: ignore[attr-defined]
    call = FollowUpCall.objects.filter(policy__case=case, done_at=None).first()
    form = FollowUpForm(request.POST)
    if call is None:
        messages.info(request, _("这笔业务没有待完成的回访。"))
    elif not form.is_valid():
        return _page(request, case, follow_up=form, status=422)
    else:
        finishing.record_follow_up(call_id=call.id, staff=request.staff, answers=form.answers(), remark=form.cleaned_data["remark"])  # type: ignore[attr-defined]
        messages.success(request, _("回访已记录。"))
    return HttpResponseRedirect(reverse("console:service_case", args=[case.number]))


@require_POST
@permissions.page("service_end")
def service_end(request: HttpRequest, number: str) -> HttpResponse:
    """Start the cancellation or surrender that the policyholder asked for; she signs the application for it herself."""
    case = cases.by_number(request.scope, number)  # type: ignore[attr-defined]
    form = EndForm(request.POST)
    policy = only(Policy.objects.filter(case=case))
    if policy is None or not form.is_valid():
        return _page(request, case, end=form, status=422)
    endorsement = servicing.end_policy(policy_id=policy.id, reason=form.cleaned_data["reason"], staff=request.staff)  # type: ignore[attr-defined]
    messages.success(request, _("已建立 %(number)s，签署链接会发给投保人。") % {"number": endorsement.number})
    return HttpResponseRedirect(reverse("console:service_case", args=[case.number]))


def _page(
    request: HttpRequest, case: Case, *, follow_up: FollowUpForm | None = None, end: EndForm | None = None, status: int = 200
) -> HttpResponse:
    visit(request, case, "case")
    policy = Policy.objects.select_related("case__product").defer("case__product__data").filter(case=case).first()
    call = getattr(policy, "follow_up_call", None) if policy else None
    if policy and call and not call.done_at and policy.status != PolicyStatus.IN_FORCE:
        call = None
    sent, over = notices.of_case(case), _over(case)
    context = {
        "case": case,
        "tone": "blocked" if case.blocked_by else words.TONES.get(case.state, "ended"),
        "next": case_view.next_step(case, request.staff),  # type: ignore[attr-defined]
        "parties": [case_view.party_view(party, revealed=False) for party in case.parties.exclude(role=PartyRole.MEMBER)],
        "links": [_link(link, over) for link in AccessLink.objects.filter(case=case).select_related("party").order_by("-created_at")[:20]],
        "notices": [(notice, case_view.NOTICE_TONES.get(notice.state, "waiting")) for notice in sent],
        "last_error": _last_error(case, sent),
        "policy": policy,
        "call": call,
        "follow_up": follow_up or FollowUpForm(),
        "said": _said(call),
        "ending": servicing.preview_end(policy) if policy else None,
        "end": end or EndForm(),
        "product": words.text_of(case.product.definition.name.model_dump()),
    }
    crumbs = [(_("客服台"), reverse("console:service")), (case.number, "")]
    return show(request, "console/service_case.html", context, crumbs=crumbs, status=status)


def _calls(found: Iterable[Case]) -> dict[str, dict[str, Any]]:
    """Return by case number when the follow-up call is due."""
    waiting = FollowUpCall.objects.filter(policy__case__in=list(found), done_at=None).values_list("policy__case__number", "due_on")
    return {number: {"due_on": day, "late": day < clock.today()} for number, day in waiting}


def _said(call: FollowUpCall | None) -> list[tuple[str, str]]:
    if call is None or not call.content:
        return []
    labels, values = dict(QUESTIONS), dict(YES_NO)
    return [(str(labels.get(name, name)), str(values.get(value, value))) for name, value in call.content["answers"].items()]


def _over(case: Case) -> set[str]:
    """Return the purposes of links that nobody needs any more, because what they led to is done."""
    over = set()
    if case.state != State.APPLYING:
        over.add("apply")
    if case.state != State.INFORMATION_REQUESTED:
        over.add("inform")
    if case.premium_paid_at:
        over.add("pay")
    if case.receipt_signed_at:
        over.add("acknowledge")
    if not case.signing_tasks.filter(state=TaskState.OPEN).exists():
        over.add("sign")
    return over


def _link(link: AccessLink, over: set[str]) -> dict[str, Any]:
    if link.used_at:
        tone, label = "done", _("已打开")
    elif link.revoked:
        tone, label = "ended", _("已被替换")
    elif link.purpose in over:
        tone, label = "ended", _("不再需要")
    elif link.expires_at < clock.now():
        tone, label = "blocked", _("已过期")
    else:
        tone, label = "waiting", _("未打开")
    who = link.party.get_role_display() if link.party else _("投保申请人")
    return {"purpose": PURPOSES.get(link.purpose, link.purpose), "who": who, "link": link, "tone": tone, "label": label}


def _last_error(case: Case, sent: list[notices.NoticeView]) -> str:
    """Return the newest thing that went wrong for this customer, in a sentence."""
    if case.blocked_by:
        return case.blocked_reason
    failing = set(notices.failing().filter(case=case).values_list("pk", flat=True))
    for notice in sent:
        if notice.id in failing:
            return _("“%(name)s”没有送达：%(why)s") % {"name": notice.name, "why": notice.last_error_detail or notice.last_error}
    task = case.signing_tasks.exclude(last_error="").first()
    return task.last_error if task else ""

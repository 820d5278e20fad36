"""Where a case stands: what is next, who else must sign, deadlines, documents, what happened; and the small things done from there."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vermilion.apps.cases import services as cases
from vermilion.apps.cases.errors import TransitionRefused
from vermilion.apps.cases.models import Case, PartyRole
from vermilion.apps.cases.transitions import State
from vermilion.apps.payments import services as payments
from vermilion.apps.payments.errors import OrderClosed, OrderNotFound
from vermilion.apps.policies import acknowledging
from vermilion.apps.policies.errors import NotReadyToAcknowledge
from vermilion.apps.policies.models import Policy
from vermilion.apps.signing import proofs
from vermilion.apps.signing.group import queries as group
from vermilion.apps.signing.models import PENDING, SigningTask, TaskState
from vermilion.apps.underwriting import services as underwriting
from vermilion.base.rows import only
from vermilion.web.traced import answered, traced

from . import documents, fence, journey, member, signing_pages
from .access import Access, applicant_only, customer
from .pages import onward, page, to_status
from .telling import tell

_DEADLINES = {
    State.SIGNING: gettext_lazy("请在此之前完成签署"),
    State.INFORMATION_REQUESTED: gettext_lazy("请在此之前补充资料"),
    State.OFFERED: gettext_lazy("请在此之前决定"),
    State.AWAITING_PAYMENT: gettext_lazy("请在此之前缴费"),
}
_MAY_WITHDRAW = (State.APPLYING, State.SIGNING, State.UNDERWRITING, State.INFORMATION_REQUESTED, State.OFFERED, State.AWAITING_PAYMENT)


@traced("status")
@customer
@require_safe
def status(request: HttpRequest, access: Access) -> HttpResponse:
    """The page that always tells: where am I, what next, who else, until when, which papers."""
    case = access.case
    if fence.is_hidden(case, access.party):
        return page(request, access, "portal/not_your_turn.html", {"steps": [], "salesperson": None})
    if group.is_member(access.party):
        return member.status(request, access)
    seen, task = journey.fingerprint(case), journey.own_task(access)
    others = _others(access)
    policy = only(Policy.objects.filter(case=case))
    # An order that is paid by now was so after the case was read: the page loads itself anew in a moment, and must not ask for money again.
    asked = case.payment_orders.filter(state__in=("open", "paid"), requested_at__isnull=False)
    paying = case.state == State.AWAITING_PAYMENT and asked.exists()
    told = tell(access, task, paying=paying)
    context = {
        "tone": told.tone,
        "headline": told.headline,
        "meaning": told.meaning,
        "next": journey.next_page(access),
        "writing": task is not None and task.state == TaskState.ACCEPTED,
        "step_list": journey.steps(access),
        "others": others,
        "awaited": any(item["waiting"] for item in others),
        "paying": paying,
        "finished": policy is not None and not journey.next_page(access).url and case.state not in journey.WORKING,
        "deadline": _deadline(access, task),
        # A salesperson's device shows none, so it names none.
        "documents": [] if access.meeting else documents.listed(case, access.party),
        "events": events(case),
        "policy": policy,
        "live": case.state in journey.WORKING
        or paying
        or any(item["waiting"] for item in others)
        or (task is not None and task.state == TaskState.ACCEPTED),
        "seen": seen,
        "may_reopen": access.is_applicant and case.state in (State.SIGNING, State.INFORMATION_REQUESTED),
        "may_withdraw": access.is_applicant and case.state in _MAY_WITHDRAW,
    }
    return page(request, access, "portal/status.html", context)


@customer
@require_safe
def progress(request: HttpRequest, access: Access) -> HttpResponse:
    """Asked every few seconds by a waiting page: 204 while nothing changed, else the page is loaded anew."""
    if request.GET.get("seen") == journey.fingerprint(access.case):
        return HttpResponse(status=204)
    return HttpResponse(headers={"HX-Refresh": "true"})


def _deadline(access: Access, task: SigningTask | None) -> tuple[Any, datetime] | None:
    """Return until when something must be done, for those who can do it."""
    case = access.case
    if case.deadline_at is None or not (access.is_applicant or task is not None):
        return None
    words = _DEADLINES.get(State(case.state))
    return (words, case.deadline_at) if words else None


def _others(access: Access) -> list[dict[str, Any]]:
    """Return the other signers of what is being signed, for everybody to see how far it is."""
    rows = (
        SigningTask.objects.filter(case=access.case, document__void=False).exclude(state=TaskState.VOID).select_related("party", "document")
    )
    found = []
    for task in rows:
        if task.party.role == PartyRole.COMPANY or (access.party is not None and task.party_id == access.party.id):
            continue  # a company's seal is set by its agent's own signature
        waiting = task.state in PENDING
        found.append(
            {
                "task": task,
                "name": task.party.personal["name"],
                "waiting": waiting,
                "her_turn": task.state == TaskState.OPEN and not task.waits_for_others,
            }
        )
    return found


def events(case: Case) -> list[dict[str, Any]]:
    """Return what happened, newest first, in the customer's words."""
    dates: list[tuple[datetime | None, Any, str]] = [
        (case.applied_at, _("已开始投保"), ""),
        (case.application_signed_at, _("投保确认书已全部签署"), ""),
        (case.accepted_at, _("保险公司同意承保"), ""),
        (case.premium_paid_at, _("收到保险费"), ""),
        (case.sealed_at, _("保单已盖章"), "key"),
        (case.delivered_at, _("保单已送达"), ""),
        (case.receipt_signed_at, _("保单已签收"), ""),
    ]
    signed = SigningTask.objects.filter(case=case, state=TaskState.SIGNED).select_related("document", "party")
    dates += [
        (task.signed_at, _("%(who)s签署了%(what)s") % {"who": task.party.get_role_display(), "what": _(task.document.title)}, "")
        for task in signed
    ]
    told = [{"at": at, "title": title, "kind": kind} for at, title, kind in dates if at]
    return sorted(told, key=lambda event: event["at"], reverse=True)


@customer
@applicant_only
@require_http_methods(["GET", "HEAD", "POST"])
def pay(request: HttpRequest, access: Access) -> HttpResponse:
    """What is to be paid, and the way to the payment page."""
    case = access.case
    if case.state != State.AWAITING_PAYMENT:
        return to_status(request, access)
    if request.method == "POST":
        try:
            return HttpResponseRedirect(payments.start_payment(case_id=case.id))
        except (OrderClosed, OrderNotFound) as error:
            return to_status(request, access, str(error.message))
    order = case.payment_orders.filter(state="open").first()
    account = cases.application(case).data.get("account") or {}
    return page(request, access, "portal/pay.html", {"order": order, "account": account})


@traced("information")
@customer
@applicant_only
@require_http_methods(["GET", "HEAD", "POST"])
def information(request: HttpRequest, access: Access) -> HttpResponse:
    """The underwriter's question and the customer's answer."""
    case = access.case
    asked = case.information_requests.filter(answered_at=None).order_by("-asked_at").first()
    if case.state != State.INFORMATION_REQUESTED or asked is None:
        return to_status(request, access)
    context: dict[str, Any] = {"question": asked.content["question"], "asked_at": asked.asked_at}
    if request.method != "POST":
        return page(request, access, "portal/information.html", context)
    answer = request.POST.get("answer", "").strip()
    if not answer:
        return page(request, access, "portal/information.html", {**context, "error": _("请填写您的说明。")}, status=422)
    answered(request, case=case, page="information", answer={"answer": answer[:4000]})
    underwriting.give_information(case_id=case.id, answer=answer)
    return to_status(request, access, _("已提交，核保会继续进行。"))


@traced("acknowledge")
@customer
@applicant_only
@require_http_methods(["GET", "HEAD", "POST"])
def acknowledge(request: HttpRequest, access: Access) -> HttpResponse:
    """Read the policy; then its acknowledgement is made for today and signed; where a code does that, it is on its way at once."""
    case = access.case
    if case.state != State.DELIVERED or not case.product.definition.acknowledgement:
        return to_status(request, access)
    if request.method == "POST":
        answered(request, case=case, page="acknowledge", answer={"received": True})
        try:
            acknowledging.present_acknowledgement(case_id=case.id)
        except NotReadyToAcknowledge as error:
            return to_status(request, access, str(error.message))
        task = journey.own_task(access)
        if task is not None and task.state == TaskState.OPEN and not proofs.by_hand(task) and proofs.accepted(task)[0] == "sms":
            return signing_pages.send(request, access, task)
        return HttpResponseRedirect(reverse("apply_sign", args=[case.number]))
    policy = case.policy
    document = policy.versions.order_by("-number")[0].document
    assert document is not None  # noqa: S101 -- a delivered policy has its file
    revision = documents.newest(document)
    context = {"policy": policy, "document": document, "revision": revision, "pages": documents.pictures(case, document, revision)}
    rule = case.product.definition.willingness
    context["by_tap"] = not rule.acknowledgement_by_hand and rule.others[0] == "sms"
    return page(request, access, "portal/acknowledge.html", context)


@customer
@applicant_only
@require_POST
def withdraw(request: HttpRequest, access: Access) -> HttpResponse:
    """The customer ends her application before a policy exists."""
    try:
        cases.withdraw(case_id=access.case.id, actor=access.role, reason="customer")
    except TransitionRefused as error:
        messages.warning(request, error.message)
        return onward(access)
    return to_status(request, access, _("投保已撤回。"))

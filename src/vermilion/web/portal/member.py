"""An insured person on a company's list: where she stands, the paper, her consent by a code, her refusal, her consent
taken back; nothing else of the case."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from vermilion.apps.cases.errors import CaseNotFound
from vermilion.apps.cases.models import Case
from vermilion.apps.identity.errors import CodeRefused, IdentityLapsed
from vermilion.apps.identity.services import seconds_to_resend
from vermilion.apps.policies.models import Endorsement, EndorsementState
from vermilion.apps.signing import services as signing
from vermilion.apps.signing.group import answering, queries, withdrawing
from vermilion.apps.signing.group.models import InsuredConsent
from vermilion.base.errors import VermilionError
from vermilion.web import devices
from vermilion.web.limits import client_address
from vermilion.web.traced import answered, traced

from . import journey
from .access import Access, customer
from .documents import listed, pictures
from .pages import onward, page, to_status

READ = ["GET", "HEAD", "POST"]
NO_CODE = str(UUID(int=0))


def status(request: HttpRequest, access: Access) -> HttpResponse:
    """What is asked of her, what she answered, until when she may change it."""
    assert access.party is not None  # noqa: S101 -- a member of a list
    answer = queries.answer_of(access.party)
    context = {
        "answer": answer,
        "company": _company(answer) if answer else "",
        "answerable": bool(answer and queries.is_answerable(answer)),
        "withdrawable": withdrawing.may_withdraw(answer),
        "covered": bool(answer and _is_covered(access.case, answer)),
        "next": journey.next_page(access),
        "documents": listed(access.case, access.party),
    }
    return page(request, access, "portal/member.html", context)


def _answering(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give a view the answer that may still be given; lead elsewhere when it may not, or when steps are missing."""

    @customer
    @wraps(view)
    def wrapper(request: HttpRequest, access: Access, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = queries.answer_of(access.party) if access.party and queries.is_member(access.party) else None
        if access.party is None or not queries.is_member(access.party):
            raise CaseNotFound()
        if answer is None or not queries.is_answerable(answer):
            return _too_late(request, access, answer)
        if not {"consents", "identity"} <= journey.signer_done(access.case, access.party):
            return onward(access)
        return view(request, access, answer, *args, **kwargs)

    return wrapper


@traced("consent.read")
@_answering
@require_http_methods(READ)
def read(request: HttpRequest, access: Access, answer: InsuredConsent) -> HttpResponse:
    """The paper, exactly as the code will name it."""
    asked = answer.round
    if request.method == "POST":
        if request.POST.get("digest") != asked.shown_digest:
            return _outdated(request, answer)
        with transaction.atomic():
            answering.mark_read(party_id=answer.party_id, shown_digest=asked.shown_digest)
            answered(request, case=access.case, page="consent.read", answer={"read": asked.shown_digest})
        return HttpResponseRedirect(reverse("apply_consent_decide", args=[access.case.number]))
    shown = asked.document.revisions.get(kind="shown")
    context = {"answer": answer, "document": asked.document, "pages": pictures(access.case, asked.document, shown)}
    return page(request, access, "portal/member_read.html", context)


@traced("consent.decide")
@_answering
@require_http_methods(READ)
def decide(request: HttpRequest, access: Access, answer: InsuredConsent) -> HttpResponse:
    """Consent by a one-time code that is bound to the paper."""
    number, asked = access.case.number, answer.round
    if answer.read_at is None:
        return HttpResponseRedirect(reverse("apply_consent", args=[number]))
    sent = request.session.get(_code_key(answer), "")
    context: dict[str, Any] = {
        "answer": answer,
        "company": _company(answer),
        "phone": answer.party.personal["phone"],
        "wording": answering.wording(answer),
        "sent": bool(sent),
        "seconds": seconds_to_resend(sent),
    }
    if request.method != "POST":
        return page(request, access, "portal/member_decide.html", context)
    if request.POST.get("digest") != asked.shown_digest:
        return _outdated(request, answer)
    if "send" in request.POST:
        try:
            code = answering.send_code(party_id=answer.party_id, shown_digest=asked.shown_digest, ip=client_address(request))
            request.session[_code_key(answer)] = str(code.id)
        except CodeRefused as error:
            messages.warning(request, error.message)
        return HttpResponseRedirect(reverse("apply_consent_decide", args=[number]))
    try:
        answering.consent(
            party_id=answer.party_id,
            shown_digest=asked.shown_digest,
            code_id=UUID(request.session.get(_code_key(answer), NO_CODE)),
            code=request.POST.get("code", ""),
            ip=client_address(request),
            device=request.headers.get("User-Agent", ""),
            device_digest=devices.of(request),
        )
    except IdentityLapsed as error:
        messages.warning(request, f"{error.message}{error.hint}")
        return to_status(request, access)
    except VermilionError as error:
        if not error.code.startswith("code_"):
            raise
        return page(request, access, "portal/member_decide.html", {**context, "error": error}, status=error.status)
    answered(request, case=access.case, page="consent.decide", answer={"consented": asked.shown_digest})
    request.session.pop(_code_key(answer), None)
    return to_status(request, access)


@traced("consent.refuse")
@_answering
@require_http_methods(READ)
def refuse(request: HttpRequest, access: Access, answer: InsuredConsent) -> HttpResponse:
    """Refuse, or take a consent back; nobody has to say why."""
    if request.method != "POST":
        return page(request, access, "portal/member_refuse.html", {"answer": answer})
    reason = request.POST.get("reason", "").strip()[:200]
    device = request.headers.get("User-Agent", "")
    with transaction.atomic():
        answering.refuse(party_id=answer.party_id, reason=reason, ip=client_address(request), device=device)
        answered(request, case=access.case, page="consent.refuse", answer={"refused": answer.round.shown_digest})
    return to_status(request, access)


@traced("consent.withdraw")
@customer
@require_http_methods(READ)
def withdraw(request: HttpRequest, access: Access) -> HttpResponse:
    """Take a consent back after the list was closed, by a code of her own; what follows is told before and after."""
    answer = queries.answer_of(access.party) if access.party and queries.is_member(access.party) else None
    if access.party is None or not queries.is_member(access.party):
        raise CaseNotFound()
    if answer is None or not withdrawing.may_withdraw(answer):
        return to_status(request, access)
    key = f"portal.withdraw.{answer.id}"
    sent = request.session.get(key, "")
    context: dict[str, Any] = {
        "answer": answer,
        "company": _company(answer),
        "phone": access.party.personal["phone"],
        "wording": withdrawing.wording(answer),
        "sent": bool(sent),
        "seconds": seconds_to_resend(sent),
        "covered": _is_covered(access.case, answer),
    }
    if request.method != "POST":
        return page(request, access, "portal/member_withdraw.html", context)
    if "send" in request.POST:
        try:
            request.session[key] = str(withdrawing.send_code(party_id=answer.party_id, ip=client_address(request)).id)
        except CodeRefused as error:
            messages.warning(request, error.message)
        return HttpResponseRedirect(reverse("apply_consent_withdraw", args=[access.case.number]))
    try:
        done = withdrawing.withdraw(
            party_id=answer.party_id,
            code_id=UUID(sent or NO_CODE),
            code=request.POST.get("code", ""),
            ip=client_address(request),
            device=request.headers.get("User-Agent", ""),
        )
    except VermilionError as error:
        if not error.code.startswith("code_"):
            raise
        return page(request, access, "portal/member_withdraw.html", {**context, "error": error}, status=error.status)
    answered(request, case=access.case, page="consent.withdraw", answer={"withdrawn": answer.round.shown_digest, "effect": str(done)})
    request.session.pop(key, None)
    return to_status(request, access)


def _too_late(request: HttpRequest, access: Access, answer: InsuredConsent | None) -> HttpResponse:
    """Her page was open when the list was closed: what she sent from it is not taken, and she reads how her answer stands."""
    if answer is not None and request.method == "POST":
        answering.note_late(answer)
        messages.warning(request, _("征集已经截止，您刚才的提交没有采用。本页可以看到您的答复现在的状态。"))
    return to_status(request, access)


def _outdated(request: HttpRequest, answer: InsuredConsent) -> HttpResponse:
    """Another tab was left open on an older paper: nothing of it is taken, and she reads the present one."""
    signing.note_outdated(case_id=answer.round.case_id, waiting=answer, said=request.POST.get("digest", ""))
    messages.warning(request, _("您刚才打开的文件已经更新，这次提交没有采用。请先阅读最新的文件。"))
    return HttpResponseRedirect(reverse("apply_consent", args=[answer.round.case.number]))


def _is_covered(case: Case, answer: InsuredConsent) -> bool:
    """Tell whether the policy is made, or paid for: what she takes back then ends a cover."""
    if answer.round.change:
        return Endorsement.objects.filter(pk=answer.round.change, state=EndorsementState.SEALED).exists()
    return withdrawing.effect(case, answer.round) == withdrawing.Effect.CONTRACT


def _code_key(answer: InsuredConsent) -> str:
    return f"portal.consent.{answer.id}"


def _company(answer: InsuredConsent) -> str:
    return queries.company_of(answer.round)

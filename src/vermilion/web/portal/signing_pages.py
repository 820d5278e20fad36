"""Signing one document: read its pages to the end, prove the will by a code bound to the shown digest, write the name."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vermilion.apps.cases.models import PartyRole
from vermilion.apps.cases.services import application
from vermilion.apps.conduct import guarding
from vermilion.apps.identity import services as identity
from vermilion.apps.identity.errors import CodeRefused, IdentityLapsed, WillingnessMethodRefused
from vermilion.apps.identity.limits import FACE_WILL
from vermilion.apps.identity.models import CheckResult, WillingnessMethod
from vermilion.apps.identity.queries import explanation
from vermilion.apps.identity.services import seconds_to_resend
from vermilion.apps.signing import links, proofs
from vermilion.apps.signing import services as signing
from vermilion.apps.signing.errors import DocumentChanged, TaskNotOpen
from vermilion.apps.signing.models import SigningTask, TaskState
from vermilion.apps.signing.proofs import Proof
from vermilion.base import clock
from vermilion.base.errors import VermilionError
from vermilion.core.typeset import HandwritingError
from vermilion.web import devices
from vermilion.web.limits import Limit, client_address, hit
from vermilion.web.traced import answered, traced
from vermilion.web.webauthn import relying_party

from . import ceremony, journey, passkeys
from .access import Access, applicant_only, customer
from .pages import onward, page, to_status
from .with_task import outdated, with_task

READ = ["GET", "HEAD", "POST"]
LARGEST_COPY = 3_000_000  # a sentence of sixty characters
REMINDERS = Limit("portal.remind", 5, 3600)
COPIES = Limit("portal.copied", 10, 3600)
NO_CODE = str(UUID(int=0))
_DRAWING_HINTS = {
    "too_large": gettext_lazy("签名的笔画太多了，请重写一次。"),
    "scribble": gettext_lazy("签名涂满了整个框，看不出姓名，请重写一次。"),
}
_DRAWING_HINT = gettext_lazy("签名太小或太短，看不出姓名，请在框内工整地写下您的姓名。")


def drawing_hint(error: HandwritingError) -> Any:
    """Return what is wrong with a drawing, for the person who drew it."""
    return _DRAWING_HINTS.get(error.code, _DRAWING_HINT)


def _code_key(task: SigningTask) -> str:
    return f"portal.willingness.{task.id}"


@traced("sign.read")
@with_task
@require_http_methods(READ)
def read(request: HttpRequest, access: Access, task: SigningTask) -> HttpResponse:
    """The pages of the document, exactly as they will be signed."""
    if not proofs.by_hand(task):  # it is read where its code is entered
        return HttpResponseRedirect(reverse("apply_sign_write", args=[access.case.number]))
    if request.method == "POST":
        with transaction.atomic():
            signing.mark_read(task_id=task.id, party_id=task.party_id, shown_digest=task.shown_digest)
            answered(request, case=access.case, page="sign.read", answer={"read": task.shown_digest})
        # In a meeting she confirms here, on her own phone, and writes her name on the other device.
        following = "apply_meeting" if guarding.agreed_meeting(access.case, access.party) else "apply_sign_write"
        return HttpResponseRedirect(reverse(following, args=[access.case.number]))
    ceremony.enter(request, task)
    context = {
        "task": task,
        "pages": ceremony.marked_pages(access.case, task),
        "elsewhere": ceremony.elsewhere(request, task),
        "may_refuse": task.document.kind != "policy_acknowledgement",
    }
    return page(request, access, "portal/sign_read.html", context)


@traced("sign.write")
@with_task
@require_http_methods(READ)
def write(request: HttpRequest, access: Access, task: SigningTask) -> HttpResponse:
    """Proof of the will and handwriting. What was entered is checked together, and a wrong drawing costs no code."""
    by_hand = proofs.by_hand(task)
    if task.read_at is None and by_hand:
        return HttpResponseRedirect(reverse("apply_sign", args=[access.case.number]))
    methods = proofs.accepted(task)
    asked = request.POST.get("method") or request.GET.get("method", "")
    method = asked if asked in methods else methods[0]
    if request.method != "POST":
        ceremony.enter(request, task)
        return _writing(request, access, task, methods, method)
    if "send" in request.POST:
        return send(request, access, task)
    if "passkey_code" in request.POST:
        return passkeys.send_code(request, access, task, ip=client_address(request))
    if "visit" in request.POST:
        return _visit(request, access, task)
    if "result" in request.POST:
        if visit := proofs.visit_of(task):
            identity.ask_result(check_id=visit.id)
        return _to_method(access, "face")
    try:
        if not by_hand:
            signing.mark_read(task_id=task.id, party_id=task.party_id, shown_digest=task.shown_digest)
        signing.accept_signature(
            task_id=task.id,
            party_id=task.party_id,
            shown_digest=task.shown_digest,
            proof=_proof(request, access, task, method),
            strokes=ceremony.strokes(request.POST.get("strokes", "")) if by_hand else [],
            sheet=ceremony.sheet(request),
            session_hash=ceremony.session_hash(request),
            ip=client_address(request),
            user_agent=request.headers.get("User-Agent", ""),
            device=devices.of(request),
        )
    except HandwritingError as error:
        return _writing(request, access, task, methods, method, status=422, drawing_error=drawing_hint(error))
    except IdentityLapsed as error:
        messages.warning(request, f"{error.message}{error.hint}")
        return HttpResponseRedirect(reverse("apply_identity_again", args=[access.case.number]))
    except (DocumentChanged, TaskNotOpen):  # replaced, or signed, while she confirmed
        access.case.refresh_from_db()
        return outdated(request, access, journey.own_task(access))
    except VermilionError as error:
        if not error.code.startswith(("code_", "statement_", "willingness_")):
            raise
        return _writing(request, access, task, methods, method, status=error.status, error=error)
    answered(request, case=access.case, page="sign.write", answer={"signed": task.shown_digest, "method": method})
    request.session.pop(_code_key(task), None)
    return HttpResponseRedirect(reverse("apply_sign_status", args=[access.case.number]))


def _writing(
    request: HttpRequest, access: Access, task: SigningTask, methods: list[str], method: str, *, status: int = 200, **told: Any
) -> HttpResponse:
    """Return the page on which the will is proven and the name is written; ``told``: what was wrong with it."""
    by_hand = proofs.by_hand(task)
    context: dict[str, Any] = {
        "task": task,
        "method": method,
        "others": [(name, WillingnessMethod(name).label) for name in _offered(request, methods) if name != method],
        "by_hand": by_hand,
        "elsewhere": ceremony.elsewhere(request, task),
        "phone": task.party.personal["phone"],
        "sent": method != "sms" or _code_key(task) in request.session,
        "seconds": seconds_to_resend(request.session.get(_code_key(task), "")),
        "wording": signing.wording(task),
        "signer_name": task.party.personal["name"],
        # What she signs, once more in a few lines; later documents carry sums of their own. A guardian sees for whom she does.
        "asked": application(access.case) if task.document.kind == "confirmation" else None,
        "ward": application(access.case).data["insured"][0]["name"] if task.party.role == PartyRole.GUARDIAN else "",
        **({"strip": ceremony.strip(access.case, task)} if by_hand else {"pages": ceremony.marked_pages(access.case, task)}),
        **(passkeys.context(request, task) if method == "passkey" else _of_method(task, method)),
        **told,
    }
    return page(request, access, "portal/sign_write.html", context, status=status)


def _offered(request: HttpRequest, methods: list[str]) -> list[str]:
    """Return the methods that this browser can serve: at an address without a host name there are no passkeys."""
    return [name for name in methods if name != "passkey" or relying_party(request) is not None]


def _of_method(task: SigningTask, method: str) -> dict[str, Any]:
    if method == "copied":
        return {"statement": proofs.statement(task), "units": json.dumps(proofs.statement_units(task), ensure_ascii=False)}
    if method != "face":
        return {}
    seen, visit = journey.fingerprint(task.case), proofs.visit_of(task)
    if visit and visit.result == CheckResult.PASSED and visit.checked_at and clock.now() - visit.checked_at > FACE_WILL:
        visit = None  # too old to sign with: she looks into the camera again
    passed = visit is not None and visit.result == CheckResult.PASSED
    told = explanation(visit) if visit and not passed else ""
    return {"visit": visit, "visit_passed": passed, "visit_told": told, "seen": seen}


def _proof(request: HttpRequest, access: Access, task: SigningTask, method: str) -> Proof:
    if method == "face":
        visit = proofs.visit_of(task)
        return Proof("face", check_id=visit.id if visit else UUID(int=0))
    if method == "passkey":
        return passkeys.proof(request, access)
    if method == "copied":
        if not access.proven:  # what anybody could write must at least be written on her own phone
            raise WillingnessMethodRefused()
        hit(COPIES, str(task.id))
        return Proof("copied", drawings=tuple(ceremony.strokes(request.POST.get("copied", ""), LARGEST_COPY)))
    return Proof(code_id=UUID(request.session.get(_code_key(task), NO_CODE)), code=request.POST.get("code", ""))


def _to_method(access: Access, method: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('apply_sign_write', args=[access.case.number])}?method={method}")


def _visit(request: HttpRequest, access: Access, task: SigningTask) -> HttpResponse:
    back = request.build_absolute_uri(reverse("apply_sign_write", args=[access.case.number])) + "?method=face"
    try:
        signing.start_willingness_face(
            task_id=task.id,
            party_id=task.party_id,
            shown_digest=task.shown_digest,
            ip=client_address(request),
            return_url=back,
            device=devices.of(request),
        )
    except VermilionError as error:
        if not error.code.startswith("identity_"):
            raise
        messages.warning(request, f"{error.message}{error.hint}")
    return _to_method(access, "face")


def send(request: HttpRequest, access: Access, task: SigningTask) -> HttpResponse:
    """Send the code that is bound to the task's document, and lead to where it is entered."""
    try:
        code = signing.send_willingness_code(
            task_id=task.id,
            party_id=task.party_id,
            shown_digest=task.shown_digest,
            ip=client_address(request),
            device=devices.of(request),
        )
        request.session[_code_key(task)] = str(code.id)
    except CodeRefused as error:
        messages.warning(request, error.message)
    return (
        _to_method(access, "sms")
        if proofs.accepted(task)[0] != "sms"
        else HttpResponseRedirect(reverse("apply_sign_write", args=[access.case.number]))
    )


@traced("sign.refuse")
@with_task
@require_http_methods(READ)
def refuse(request: HttpRequest, access: Access, task: SigningTask) -> HttpResponse:
    """Decline to sign, with a reason; the page says before what follows."""
    if task.document.kind == "policy_acknowledgement":
        return to_status(request, access, _("签收回执不需要拒签；如对保单有疑问，请致电客服。"))
    if request.method != "POST":
        return page(request, access, "portal/sign_refuse.html", {"task": task})
    reason = request.POST.get("reason", "").strip()[:200]
    if not reason:
        return page(request, access, "portal/sign_refuse.html", {"task": task, "error": _("请写明原因。")}, status=422)
    answered(request, case=access.case, page="sign.refuse", answer={"reason": reason})
    signing.refuse(task_id=task.id, party_id=task.party_id, reason=reason)
    return to_status(request, access, _("已记录您的决定。"))


@customer
@require_safe
def status(request: HttpRequest, access: Access) -> HttpResponse:
    """The signature is being written in; the page goes on by itself."""
    seen, task = journey.fingerprint(access.case), journey.own_task(access)
    if task is None or task.state != TaskState.ACCEPTED:
        return onward(access)
    return page(request, access, "portal/sign_status.html", {"task": task, "seen": seen})


@customer
@applicant_only
@require_POST
def remind(request: HttpRequest, access: Access, party_id: UUID) -> HttpResponse:
    """Send another signer a new code for what waits for her."""
    hit(REMINDERS, str(party_id))
    links.remind(case_id=access.case.id, party_id=party_id)
    return to_status(request, access, _("已重新发送到对方登记的手机号。"))

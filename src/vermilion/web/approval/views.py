"""The list and the page of one change: before and after, who asked, the document; two buttons.

Her passkey proves the approver, bound to what she was shown (``policies.approving``). Where there is none a log-in code does; that is
weaker, and so is a code by SMS (``policies.approving_by_code``); record, sheet and page say so.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vermilion.apps.cases.models import Document, Revision
from vermilion.apps.parties import passkeys
from vermilion.apps.parties.delegating import Standing
from vermilion.apps.parties.errors import PasskeyDemanded
from vermilion.apps.parties.models import StaffMember
from vermilion.apps.parties.scoping import Scope
from vermilion.apps.policies import approving, approving_by_code, endorsing, queries
from vermilion.apps.policies.errors import NotApprover, SelfApproval
from vermilion.apps.policies.models import Endorsement, EndorsementState
from vermilion.base.instance import is_demo
from vermilion.web.console import permissions, words
from vermilion.web.console.case import visit
from vermilion.web.console.frame import picture
from vermilion.web.console.papers import page_picture
from vermilion.web.limits import client_address
from vermilion.web.staff import totp
from vermilion.web.webauthn import request_options, required_party

from . import by_code
from .grants import grants_for
from .increases import increases_for
from .seal_requests import decided_by, waiting_for
from .ways import answered, coded, ways

METHOD = "password+totp"
RECENT = 5


@require_safe
@permissions.page("approvals")
def approvals(request: HttpRequest) -> HttpResponse:
    """List what waits for approval, and what this approver decided last."""
    scope, staff = request.scope, request.staff  # type: ignore[attr-defined]
    decided = (
        Endorsement.objects.filter(scope.q("policy__case__"), approved_by=staff)
        .select_related("policy__case__product")
        .defer("policy__case__product__data")
    )
    context = {
        "waiting": [_row(item, staff) for item in queries.awaiting_approval().filter(scope.q("policy__case__"))],
        "grants": grants_for(staff, scope),
        "increases": increases_for(staff, request.scope),  # type: ignore[attr-defined]
        "seals": waiting_for(staff, scope),
        "seals_decided": decided_by(staff),
        "decided": [_row(item, staff) for item in decided.order_by("-approved_at", "-created_at")[:RECENT]],
    }
    return TemplateResponse(request, "approval/list.html", context)


@require_safe
@permissions.page("approval")
def approval(request: HttpRequest, endorsement_id: UUID) -> HttpResponse:
    """Show one change."""
    return _page(request, _endorsement(request.scope, endorsement_id))  # type: ignore[attr-defined]


@require_safe
@permissions.page("approval_picture")
def approval_picture(request: HttpRequest, endorsement_id: UUID, page: int) -> HttpResponse:
    """Give one page of the document that is approved, as it was shown."""
    found = _endorsement(request.scope, endorsement_id)  # type: ignore[attr-defined]
    return _picture(found.document.revisions.order_by("number").first() if found.document else None, page)


@require_safe
@permissions.page("approval_application")
def approval_application(request: HttpRequest, endorsement_id: UUID, page: int) -> HttpResponse:
    """Give one page of the application for the change, as the customer signed it."""
    found = _endorsement(request.scope, endorsement_id)  # type: ignore[attr-defined]
    return _picture(found.application_document.revisions.order_by("number").last() if found.application_document else None, page)


def _picture(revision: Revision | None, page: int) -> HttpResponse:
    if revision is None:
        raise Http404
    return picture(page_picture(revision, page))


@require_POST
@permissions.page("approval_ask")
def ask(request: HttpRequest, endorsement_id: UUID, decision: str) -> JsonResponse:
    """Return what the approver's passkey is asked to sign for her decision."""
    found, staff = _endorsement(request.scope, endorsement_id), request.staff  # type: ignore[attr-defined]
    reason, party = request.POST.get("reason", ""), required_party(request)
    challenge = approving.ask(endorsement=found, staff=staff, decision=decision, reason=reason, party=party)
    return JsonResponse(request_options(challenge, passkeys.usable(request.user)))


@require_POST
@permissions.page("approve")
def approve(request: HttpRequest, endorsement_id: UUID) -> HttpResponse:
    """Approve exactly what was shown, by passkey or with a fresh code."""
    found = _endorsement(request.scope, endorsement_id)  # type: ignore[attr-defined]
    if request.POST.get("challenge"):
        return _by_passkey(request, found, approving.APPROVE)
    if request.insurer.passkeys_required:  # type: ignore[attr-defined]
        raise PasskeyDemanded()
    if "sms" in request.POST:
        return _by_sms(request, found)
    if not is_demo():
        raise PasskeyDemanded()  # the keeper can't check an authenticator's code
    shown = request.POST.get("shown_digest", "")
    # Whether it may be approved at all is said before a code is used up for it.
    if found.state != EndorsementState.APPROVAL or _standing(found, request.staff) is None:  # type: ignore[attr-defined]
        endorsing.approve(endorsement_id=found.id, staff=request.staff, shown_digest=shown, method=METHOD)  # type: ignore[attr-defined]
    if not totp.check_fresh_code(request.user, request.POST.get("code", "")):  # type: ignore[arg-type]
        return _page(request, found, code_error=_("动态验证码不正确或已经用过，请输入验证器里最新的 6 位数字。"), status=422)
    endorsing.approve(endorsement_id=found.id, staff=request.staff, shown_digest=shown, method=METHOD)  # type: ignore[attr-defined]
    return _decided(request, found, approving.APPROVE)


@require_POST
@permissions.page("refuse")
def refuse(request: HttpRequest, endorsement_id: UUID) -> HttpResponse:
    """Send it back with a reason."""
    found = _endorsement(request.scope, endorsement_id)  # type: ignore[attr-defined]
    reason = request.POST.get("reason", "").strip()
    if not reason:
        return _page(request, found, reason_error=_("请写明不批准的原因，经办人会看到。"), status=422)
    if request.POST.get("challenge"):
        return _by_passkey(request, found, approving.REFUSE)
    endorsing.refuse(endorsement_id=found.id, staff=request.staff, reason=reason)  # type: ignore[attr-defined]
    return _decided(request, found, approving.REFUSE)


@require_POST
@permissions.page("approval_code")
def approval_code(request: HttpRequest, endorsement_id: UUID) -> HttpResponse:
    """Send a code for exactly the document shown to the approver's own phone."""
    found = _endorsement(request.scope, endorsement_id)  # type: ignore[attr-defined]
    sent = approving_by_code.send(endorsement=found, staff=request.staff, ip=client_address(request))  # type: ignore[attr-defined]
    by_code.remember(request, found.id, sent)
    messages.success(request, _("验证码已发到您登记的手机，5 分钟内有效，只能批准这一份文件。"))
    return HttpResponseRedirect(reverse("approval:approval", args=[found.id]))


def _by_sms(request: HttpRequest, found: Endorsement) -> HttpResponse:
    try:
        approving_by_code.approve(endorsement=found, **coded(request))
    except by_code.FAULTS as error:
        return _page(request, found, sms_error=by_code.words(error), status=422)
    by_code.forget(request)
    return _decided(request, found, approving.APPROVE)


def _by_passkey(request: HttpRequest, found: Endorsement, decision: str) -> HttpResponse:
    approving.decide(endorsement_id=found.id, decision=decision, reason=request.POST.get("reason", ""), **answered(request))
    return _decided(request, found, decision)


def _decided(request: HttpRequest, found: Endorsement, decision: str) -> HttpResponse:
    if decision == approving.APPROVE:
        messages.success(request, _("%(number)s 已批准，系统正在签章并通知客户。") % {"number": found.number})
    else:
        messages.success(request, _("%(number)s 已退回，保单保持原样。") % {"number": found.number})
    return HttpResponseRedirect(reverse("approval:approvals"))


def _page(
    request: HttpRequest, found: Endorsement, *, code_error: str = "", sms_error: str = "", reason_error: str = "", status: int = 200
) -> HttpResponse:
    staff: Any = request.staff  # type: ignore[attr-defined]
    visit(request, found.policy.case, "document", str(found.id))
    right = _standing(found, staff)
    context = {
        **_row(found, staff),
        **ways(request, found.id, here=reverse("approval:approval", args=[found.id])),
        "changes": found.content["changes"],
        "text": found.content["text"],
        "reason": found.content.get("reason", ""),
        "comment": found.content.get("comment", ""),
        "pages": _pages(found, found.document, "approval:approval_picture"),
        "application_pages": _pages(found, found.application_document, "approval:approval_application"),
        "short": bool(found.document and found.document.revisions.filter(pages__lte=2).exists()),
        "open": found.state == EndorsementState.APPROVAL and found.document is not None,
        "principal": right.principal if right else None,
        "code_error": code_error,
        "resting": endorsing.why_resting(found),
        "reason_error": reason_error,
        "sms_error": sms_error,
        "weaker": found.content.get("approval", {}).get("method") in endorsing.WEAKER,
        "demo_code": totp.present_code(request.user) if is_demo() else "",  # type: ignore[arg-type]
    }
    return TemplateResponse(request, "approval/page.html", context, status=status)


def _standing(found: Endorsement, staff: StaffMember) -> Standing | None:
    """Return by what right she decides this, None when she must not."""
    try:
        with transaction.atomic():
            return endorsing.standing_for(found, staff)
    except (SelfApproval, NotApprover):
        return None


def _row(found: Endorsement, staff: Any) -> dict[str, Any]:
    definition = found.policy.case.product.definition
    rule = definition.servicing_rule(found.kind)
    return {
        "item": found,
        "name": words.text_of(rule.name.model_dump()) if rule else found.kind,
        "product": words.text_of(definition.short_name.model_dump()),
        "who": found.requested_by.name if found.requested_by else _("投保人本人"),
        "own": _standing(found, staff) is None,
        "tone": words.TONES.get(found.state, "done"),
    }


def _pages(found: Endorsement, document: Document | None, name: str) -> list[dict[str, str]]:
    if document is None:
        return []
    first = document.revisions.order_by("number").first()
    return [{"url": reverse(name, args=[found.id, page])} for page in range(1, (first.pages if first else 0) + 1)]


def _endorsement(scope: Scope, endorsement_id: UUID) -> Endorsement:
    rows = Endorsement.objects.select_related(
        "policy__case__product", "policy__case__insurer", "requested_by", "approved_by", "document"
    ).defer("policy__case__product__data")
    found = rows.filter(scope.q("policy__case__"), pk=endorsement_id).first()
    if found is None:
        raise Http404
    return found

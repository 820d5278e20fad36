"""Passkeys of the insurer's people: adding one, removing one, logging in with one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from vermilion.apps.parties import access, passkeys
from vermilion.apps.parties.errors import PasskeyFailed
from vermilion.apps.parties.models import PasskeyChallenge, StaffMember
from vermilion.apps.parties.passkeys import Bound
from vermilion.apps.seals.errors import SealError
from vermilion.apps.seals.keeper import client
from vermilion.web import limits
from vermilion.web.webauthn import Owner, challenge_id_of, creation_options, posted, posted_assertion, request_options, required_party

from . import log_ins, totp

ASKED = limits.Limit("passkey.asked", 30, 600)
Purpose = PasskeyChallenge.Purpose


def is_demanded(user: Any) -> bool:
    """Tell whether the insurer lets this person in by passkey only."""
    staff = StaffMember.objects.select_related("insurer").filter(user_id=user.pk).first()
    return staff is not None and access.needs_passkey(staff)


def visit_of(request: HttpRequest) -> dict[str, str]:
    """Return who comes, as the record keeps it."""
    return {"ip": limits.client_address(request), "agent": request.headers.get("User-Agent", "")}


@require_POST
@login_required
def begin_adding(request: HttpRequest) -> JsonResponse:
    """Return the options for a new passkey, once a fresh code shows that a person sits there, not a stolen session."""
    user: Any = request.user
    party = required_party(request)
    if is_demanded(user) and passkeys.usable(user) and not log_ins.proven_by_passkey(request):
        raise PasskeyFailed("not_proven")
    if not totp.check_fresh_code(user, request.POST.get("code", "")):
        return JsonResponse({"error": _("动态验证码不正确或已经用过，请输入验证器里最新的 6 位数字。")}, status=422)
    challenge = passkeys.ask(party=party, bound=Bound(Purpose.REGISTER), user=user)
    # What a passkey keeps of its owner: the log-in's name, and an id that says nothing.
    owner = Owner(str(user.pk).encode(), user.get_username())
    return JsonResponse(creation_options(challenge, issuer=totp.ISSUER, owner=owner, known=passkeys.usable(user), found_alone=True))


@require_POST
@login_required
def add(request: HttpRequest) -> HttpResponse:
    """Keep the new passkey."""
    challenge_id, user = challenge_id_of(request), request.user
    with passkeys.spending(challenge_id=challenge_id, user=user, visit=visit_of(request)):
        made = passkeys.register(
            challenge_id=challenge_id,
            user=user,
            name=request.POST.get("name", ""),
            client_data=posted(request, "client_data"),
            attestation_object=posted(request, "attestation_object"),
        )
    log_ins.note_passkey(request)
    try:
        client.know_passkey(made.pk)
    except SealError:
        said = _("通行密钥已添加，可以用它登录。签章服务现在没有应答，还不能用它审批用印：请在服务恢复后移除它，再添加一次。")
        messages.warning(request, said)
    else:
        messages.success(request, _("通行密钥已添加。以后可以用它登录和审批。"))
    return HttpResponseRedirect(_back(request, reverse("account_security")))


@require_POST
@login_required
def remove(request: HttpRequest, passkey_id: UUID) -> HttpResponse:
    """Take an own passkey out of use."""
    passkeys.remove(passkey_id=passkey_id, user=request.user)
    messages.success(request, _("通行密钥已移除，立即不能再使用。"))
    return HttpResponseRedirect(reverse("account_security"))


@require_POST
@limits.limited(ASKED)
def begin_log_in(request: HttpRequest) -> JsonResponse:
    """Return the options for a log-in; the passkey says who comes."""
    challenge = passkeys.ask(party=required_party(request), bound=Bound(Purpose.LOG_IN))
    return JsonResponse(request_options(challenge, []))


@require_POST
@limits.limited(ASKED)
def log_in(request: HttpRequest) -> HttpResponse:
    """Let in whoever the passkey proves: she has the key and was verified by it, which are two factors."""
    challenge_id, answer = posted_assertion(request)
    with passkeys.spending(challenge_id=challenge_id):
        proven = passkeys.prove(challenge_id=challenge_id, answer=answer, bound=Bound(Purpose.LOG_IN))
    assert proven.passkey is not None  # noqa: S101 - a verified challenge has one
    user = proven.passkey.user
    # So that allauth does not ask for a code as well.
    record_authentication(request, user, method="mfa", type="webauthn", passwordless=True)
    request.proven_by = log_ins.BY_PASSKEY  # type: ignore[attr-defined]  # for the record of the log-in
    return perform_login(request, Login(user=user, redirect_url=_back(request, "") or None))


def _back(request: HttpRequest, otherwise: str) -> str:
    target = request.POST.get("next", "")
    return target if url_has_allowed_host_and_scheme(target, allowed_hosts=None) else otherwise

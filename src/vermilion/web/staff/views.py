"""Log-in code, second factor, style guide."""

from __future__ import annotations

from typing import Any

from allauth.account.views import LoginView
from allauth.mfa.base.views import AuthenticateView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from vermilion.apps.parties import access
from vermilion.base.instance import is_demo
from vermilion.web.webauthn import relying_party

from . import sign_on, totp
from .forms import EnrolForm

SESSION_SECRET = "staff.totp_secret"  # noqa: S105 - a key of the session


class LogInView(LoginView):
    """The first step: password, or passkey where the address allows one."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add ``passkeys`` and ``sign_on``."""
        return {**super().get_context_data(**kwargs), "passkeys": relying_party(self.request) is not None, "sign_on": sign_on.is_on()}


class CodeView(AuthenticateView):
    """The second step of the log-in; a demo instance shows the code, because nobody has its authenticator."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add ``demo_code``."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        if is_demo():
            context["demo_code"] = totp.present_code(self.stage.login.user)
        return context


@login_required
@require_http_methods(["GET", "POST"])
def enrol(request: HttpRequest) -> HttpResponse:
    """Show the QR code of a fresh secret and take the first code; then staff may go on."""
    user: Any = request.user
    if totp.is_enrolled(user):
        return HttpResponseRedirect(settings.LOGIN_REDIRECT_URL)
    secret = request.session.setdefault(SESSION_SECRET, totp.new_secret())
    form = EnrolForm(request.POST if request.method == "POST" else None, secret=secret)
    if form.is_valid():
        with transaction.atomic():
            totp.enrol(user, secret)
            access.note(access.FACTOR_SET, user=user)
        del request.session[SESSION_SECRET]
        request.session.cycle_key()
        messages.success(request, _("动态验证码已启用。以后登录时请输入密码和验证码。"))
        return HttpResponseRedirect(_next(request))
    context = {"form": form, "secret": secret, "url": totp.provisioning_url(user, secret)}
    if is_demo():
        context["demo_code"] = totp.present_code_of(secret)
    return render(request, "mfa/totp/activate_form.html", context)


def _next(request: HttpRequest) -> str:
    target = request.POST.get("next", "")
    return target if url_has_allowed_host_and_scheme(target, allowed_hosts=None) else str(settings.LOGIN_REDIRECT_URL)

"""Single sign-on: to the insurer's OpenID provider and back. An administrator links accounts beforehand; none is ever made here."""

from __future__ import annotations

import secrets
from dataclasses import asdict
from typing import Any

import structlog
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from vermilion.apps.parties import linking
from vermilion.base import clock
from vermilion.base.config import config
from vermilion.base.errors import VermilionError
from vermilion.web import limits

from . import openid

SESSION_KEY = "staff.sign_on"
TRIES = limits.Limit("sign_on", 30, 600)
METHOD = "oidc"
logger = structlog.get_logger("vermilion.accounts")


class NotLinked(VermilionError):
    """The provider knows her, we do not."""

    code = "sign_on_not_linked"
    status = 403
    message = _("这个单点登录账号没有对应的员工账户。")
    hint = _("请联系管理员，在您的账户中登记单点登录账号。")


def is_on() -> bool:
    """Tell whether single sign-on is configured."""
    return config().oidc_issuer is not None


@require_safe
def begin(request: HttpRequest) -> HttpResponse:
    """Send the browser to the provider."""
    limits.hit(TRIES, limits.client_address(request))
    provider, asked = _provider(), openid.Asked(*(secrets.token_urlsafe(32) for _part in range(3)))
    target = request.GET.get("next", "")
    target = target if url_has_allowed_host_and_scheme(target, allowed_hosts=None) else ""
    request.session[SESSION_KEY] = {**asdict(asked), "next": target}
    return HttpResponseRedirect(openid.authorization_url(provider, asked, _back()))


@require_safe
def come_back(request: HttpRequest) -> HttpResponse:
    """Believe what the provider says once it is checked, then ask for the second factor. The state serves once, whatever comes of it."""
    limits.hit(TRIES, limits.client_address(request))
    kept = request.session.pop(SESSION_KEY, None)
    state, code = request.GET.get("state", ""), request.GET.get("code", "")
    if not kept or not secrets.compare_digest(kept["state"].encode(), state.encode()) or not code:
        raise openid.SignOnFailed("state")
    asked = openid.Asked(kept["state"], kept["nonce"], kept["verifier"])
    try:
        claims = openid.redeem(_provider(), asked, code=code, back=_back(), now=clock.now())
    except openid.SignOnFailed as error:
        logger.warning("sign_on_refused", reason=error.reason)
        raise
    user: Any = linking.user_of(issuer=claims["iss"], subject=claims["sub"], account=str(claims.get(config().oidc_claim, "")))
    if user is None or not user.is_active:
        raise NotLinked()
    record_authentication(request, user, method=METHOD)
    return perform_login(request, Login(user=user, redirect_url=kept["next"] or None))


def _provider() -> openid.Provider:
    settings = config()
    if settings.oidc_issuer is None or settings.oidc_client_id is None or settings.oidc_client_secret_file is None:
        raise Http404
    secret = settings.oidc_client_secret_file.read_text().strip()
    return openid.discover(settings.oidc_issuer, settings.oidc_client_id, secret)


def _back() -> str:
    return f"{config().base_url}{reverse('sign_on_back')}"

"""Staff log in with an account that an administrator made; nobody signs up; who comes and goes is on record."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from vermilion.apps.parties import access, services
from vermilion.web.limits import client_address
from vermilion.web.staff import log_ins, totp


class StaffAccountAdapter(DefaultAccountAdapter):
    """allauth's adapter with sign-up closed and evidence written."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: accounts are made by ``vermilion admin create`` and in the console."""
        return False

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **options: Any) -> HttpResponse:
        """Record the log-in; without the record there is none, since the session is stored after this."""
        known = next((one["method"] for one in reversed(get_authentication_records(request, user)) if one["method"] != "mfa"), "password")
        method = getattr(request, "proven_by", "") or f"{known}+totp" * totp.is_enrolled(user) or known
        access.note(access.LOGGED_IN, user=user, method=method, **_visit(request))
        log_ins.begin(request, user, method)
        response: HttpResponse = super().post_login(request, user, **options)
        return response

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Record a wrong password; how many there may be is limited before this is called."""
        access.note(access.REFUSED, username=str(credentials.get("username", "")), reason="password", **_visit(request))

    def logout(self, request: HttpRequest) -> None:
        """Record the log-out and end the session."""
        access.note(access.LOGGED_OUT, user=request.user, **_visit(request))
        if request.user.is_authenticated and (here := log_ins.current(request)):
            log_ins.end(request.user, only=here)
        super().logout(request)

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Keep the password that somebody has chosen for herself."""
        with transaction.atomic():
            super().set_password(user, password)
            services.password_chosen(user)
            access.note(access.PASSWORD_CHANGED, user=user)

    def clean_password(self, password: str, user: AbstractBaseUser | None = None) -> str:
        """Refuse the first password as one's own."""
        cleaned: str = super().clean_password(password, user)
        if user is not None and services.has_first_password(user) and user.check_password(cleaned):
            raise ValidationError(_("新密码不能与初始密码相同。"))
        return cleaned

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Return where somebody goes on who chose a password: her own pages."""
        return "/console/"


def _visit(request: HttpRequest) -> dict[str, str]:
    return {"ip": client_address(request), "agent": request.headers.get("User-Agent", "")}

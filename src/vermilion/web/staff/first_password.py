"""A first password, which an administrator saw, opens one page only: the one where its owner chooses another."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _


def to_change(request: HttpRequest) -> HttpResponseRedirect | None:
    """Return the way to the page that changes the password, where that must be done first; else None."""
    if not request.visitor.first_password:  # type: ignore[attr-defined]
        return None
    messages.info(request, _("您的密码由管理员设置。请先换成自己的密码，再继续。"))
    return HttpResponseRedirect(reverse("account_change_password"))

"""A first password, which an administrator saw, opens one page only: the one where its owner chooses another."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from vermilion.apps.parties import services

OWN = "password.own"
"""Key of the session: it was seen that the password is its owner's. A reset ends the session, so it is asked once."""


def to_change(request: HttpRequest) -> HttpResponseRedirect | None:
    """Return the way to the page that changes the password, where that must be done first; else None."""
    if request.session.get(OWN):
        return None
    if not services.has_first_password(request.user):
        request.session[OWN] = True
        return None
    messages.info(request, _("您的密码由管理员设置。请先换成自己的密码，再继续。"))
    return HttpResponseRedirect(reverse("account_change_password"))

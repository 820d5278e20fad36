"""Log-ins that last: each is a row, which its owner and the administrator see and end.

A session names its row; a session whose row has ended is nobody's from its next request on. Kept are the kind of device and the network's
beginning: enough to know one's own phone, too little to follow anybody.
"""

from __future__ import annotations

import ipaddress
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from vermilion.base import clock
from vermilion.web import limits
from vermilion.web.models import StaffLogIn

from . import visitor

BY_PASSKEY = "passkey"
SESSION_KEY = "staff.log_in"
SEEN_EVERY = timedelta(minutes=5)
KEEP = timedelta(days=90)
# In the order in which they must be looked for: an iPad says Mac, an Android says Linux; Edge and Chrome say Safari too.
DEVICES = ("iPhone", "iPad", "HarmonyOS", "Android", "Windows", "Macintosh", "Linux")
BROWSERS = (("wxwork", "WeCom"), ("MicroMessenger", "WeChat"), ("DingTalk", "DingTalk"), ("Edg", "Edge"), ("Firefox", "Firefox"),
            ("Chrome", "Chrome"), ("Safari", "Safari"))  # fmt: skip


def begin(request: HttpRequest, user: Any, method: str) -> StaffLogIn:
    """Note a log-in and let the session name it."""
    now = clock.now()
    row = StaffLogIn.objects.create(
        user=user, method=method, device=device_of(request), network=_network(request), started_at=now, seen_at=now
    )
    request.session[SESSION_KEY] = str(row.id)
    return row


def current(request: HttpRequest) -> UUID | None:
    """Return the row that this session names."""
    named = request.session.get(SESSION_KEY)
    return UUID(named) if named else None


def still_in(request: HttpRequest) -> bool:
    """Tell whether this session's log-in has not been ended, and note that it was seen. A session without a row gets one.

    Who comes is asked along with it: ``request.visitor`` (Visitor).
    """
    named = current(request) or begin(request, request.user, "").pk
    found = visitor.of(request.user, named)
    if found is None:
        return False
    request.visitor = found  # type: ignore[attr-defined]
    if clock.now() - found.seen_at > SEEN_EVERY:
        StaffLogIn.objects.filter(pk=named).update(seen_at=clock.now())
    return True


def of(user: Any) -> list[StaffLogIn]:
    """Return the log-ins that may still be used, the one seen last first."""
    since = clock.now() - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    return list(StaffLogIn.objects.filter(user=user, ended_at=None, started_at__gte=since).order_by("-seen_at"))


def proven_by_passkey(request: HttpRequest) -> bool:
    """Tell whether this session's log-in was proven by a passkey."""
    named = current(request)
    return named is not None and StaffLogIn.objects.filter(pk=named, user_id=request.user.pk or 0, method=BY_PASSKEY).exists()


def note_passkey(request: HttpRequest) -> None:
    """A passkey was just registered here: what it proved holds for this session too."""
    StaffLogIn.objects.filter(pk__in=[current(request)], user_id=request.user.pk or 0).update(method=BY_PASSKEY)


def end(user: Any, *, only: UUID | None = None, but: UUID | None = None) -> int:
    """End the log-ins of ``user``: ``only`` that one, or all ``but`` one. Return how many."""
    rows = StaffLogIn.objects.filter(user=user, ended_at=None)
    rows = rows.exclude(pk=but) if but else rows
    return (rows.filter(pk=only) if only else rows).update(ended_at=clock.now())


def forget_old() -> int:
    """Delete what ended long ago; the evidence of who came stays."""
    deleted, _by_model = StaffLogIn.objects.filter(started_at__lt=clock.now() - KEEP).delete()
    return deleted


def device_of(request: HttpRequest) -> str:
    """Return the kind of device and browser, e.g. ``iPhone · Safari``; empty when nothing is known."""
    agent = request.headers.get("User-Agent", "")
    device = next((name for name in DEVICES if name in agent), "")
    browser = next((name for word, name in BROWSERS if word.lower() in agent.lower()), "")
    return " · ".join(part for part in (device, browser) if part)


def _network(request: HttpRequest) -> str:
    try:
        address = ipaddress.ip_address(limits.client_address(request))
    except ValueError:
        return ""
    return str(ipaddress.ip_network((address, 16 if address.version == 4 else 32), strict=False))


class LogInMiddleware:
    """Send a session whose log-in was ended back to the door."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer ``request``."""
        answer: HttpResponseBase
        if request.user.is_authenticated and not still_in(request):
            logout(request)
            messages.info(request, _("这次登录已被结束，请重新登录。"))
            answer = redirect_to_login(request.get_full_path())
        else:
            answer = self.get_response(request)
        return answer

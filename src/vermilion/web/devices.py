"""Which browser this is: one first-party, signed cookie with a random number and nothing else.

It tells the device of a salesperson from a customer's, and one device that serves many customers. It is no proof of anything: whoever
clears cookies, or opens another browser, has a new device; whoever copies the cookie has the same. A cookie that we did not sign counts
as none. What it is compared with is a keyed digest (``conduct.traces``); pages keep it to themselves.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase

from vermilion.apps.conduct import noticing, traces

from .limits import client_address

COOKIE = "__Host-device" if settings.SESSION_COOKIE_SECURE else "device"
SALT = "vermilion.device"
LIFE = 400 * 24 * 3600  # seconds: as long as browsers keep a cookie
LONGEST = 200
NOTED = "device.noted"  # key of a session: which device of a member of staff was noted, and when


def of(request: HttpRequest) -> str:
    """Return the keyed digest of the browser that asks; one without our cookie gets it with this answer."""
    found = getattr(request, "_device_id", "")
    if not found:
        found = _read(request)
        if not found:
            found = secrets.token_urlsafe(18)
            request._device_is_new = True  # type: ignore[attr-defined]
        request._device_id = found  # type: ignore[attr-defined]
    return traces.device_digest(found)


def nearby(request: HttpRequest) -> str:
    """Return the keyed digest of the address and the browser's words."""
    return traces.nearby_digest(ip=client_address(request), user_agent=request.headers.get("User-Agent", ""))


def _read(request: HttpRequest) -> str:
    try:
        return str(signing.Signer(salt=SALT).unsign(request.COOKIES.get(COOKIE, "")[:LONGEST]))
    except signing.BadSignature:
        return ""


class DeviceMiddleware:
    """Note the devices of the insurer's people, and give a browser that was asked who it is its cookie."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer ``request``."""
        if request.user.is_authenticated:
            self._note(request)
        response = self.get_response(request)
        if getattr(request, "_device_is_new", False):
            response.set_cookie(
                COOKIE,
                signing.Signer(salt=SALT).sign(request._device_id),  # type: ignore[attr-defined]
                max_age=LIFE,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response

    def _note(self, request: HttpRequest) -> None:
        device: Any = of(request)
        before = request.session.get(NOTED) or ["", 0]
        moment = noticing.due(device, before)
        if moment:
            noticing.seen(user=request.user, device=device, nearby=nearby(request))
            request.session[NOTED] = [device, moment]

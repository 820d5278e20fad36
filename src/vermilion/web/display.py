"""How pages speak: enumerations in the reader's language, and large-print mode 关怀版 (one cookie, set by a button in every header)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

COOKIE = "large_print"
YEAR = 365 * 24 * 3600


def listed(items: Iterable[Any]) -> str:
    """Write items one after the other: ``甲、乙``, ``A, B``."""
    return pgettext("between listed items", "、").join(str(item) for item in items)


def wants_large_print(request: HttpRequest) -> bool:
    """Tell whether this browser asked for large print."""
    return request.COOKIES.get(COOKIE) == "1"


@require_POST
def large_print(request: HttpRequest) -> HttpResponse:
    """Switch large print on (``large_print=1``) or off and go back to ``next``."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)
    if request.POST.get("large_print") == "1":
        response.set_cookie(COOKIE, "1", max_age=YEAR, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax")
    else:
        response.delete_cookie(COOKIE, samesite="Lax")
    return response

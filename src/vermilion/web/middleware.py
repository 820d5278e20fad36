"""What happens around every request: errors become readable, private pages are not stored, staff have a second factor."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed, HttpResponseRedirect
from django.middleware.csrf import CsrfViewMiddleware
from django.middleware.gzip import GZipMiddleware
from django.urls import reverse

from vermilion.base.errors import VermilionError
from vermilion.base.stack import roomy

from . import problems

logger = structlog.get_logger("vermilion.web")

Handler = Callable[[HttpRequest], HttpResponseBase]


def room_middleware(get_response: Handler) -> Handler:
    """Give each request room for its many calls (``base.stack``); outermost."""
    return roomy(get_response)


class CompressingMiddleware(GZipMiddleware):
    """Compress pages for browsers that take it; a third of the bytes on a phone's slow line. Nothing else: files leave byte for byte.

    Who could put text into a page and watch the length of the answers might guess what else stands there (BREACH): Django adds a random
    length, and the form's token is masked anew in each answer.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Compress ``response`` when it is a page."""
        is_page = not response.streaming and response.headers.get("Content-Type", "").startswith("text/html")
        return super().process_response(request, response) if is_page else response


class CsrfMiddleware(CsrfViewMiddleware):
    """Django's, made to live with ``Referrer-Policy: no-referrer``: browsers then send ``Origin: null`` with our own forms too.

    The form's token and the cookie are checked as ever. Where the browser says which site the form stood on (``Sec-Fetch-Site``, which no
    page can forge), only our own is taken.
    """

    def _origin_verified(self, request: HttpRequest) -> bool:
        if request.headers.get("Origin") == "null":
            return request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
        return bool(super()._origin_verified(request))  # type: ignore[misc]  # private, and kept since Django 4.0


class ProblemMiddleware:
    """Answer a :class:`VermilionError` that a view raises; give a page to Django's and Ninja's bare 405."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer ``request``."""
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed):
            page = problems.respond(request, problems.MethodNotAllowed())
            page["Allow"] = response["Allow"]
            return page
        return response

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        """Refuse a body whose length nobody told: WSGI reads by the length, so Django would see an empty one."""
        if "HTTP_TRANSFER_ENCODING" in request.META and not request.META.get("CONTENT_LENGTH"):
            return problems.respond(request, problems.LengthRequired())
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Turn our errors into an answer; all others go on to Django's handlers."""
        if not isinstance(error, VermilionError):
            return None
        if error.status >= 500:
            logger.error("refused", code=error.code, status=error.status)
        return problems.respond(request, error)


class AddressMiddleware:
    """Refuse an address or a cookie with a NUL before anybody looks it up: nothing of ours has one, and PostgreSQL takes none."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer ``request``."""
        if "\0" in request.path_info:
            return problems.respond(request, problems.NotFound())
        if "%00" in request.META.get("QUERY_STRING", "") or any("\0" in value for value in request.COOKIES.values()):
            return problems.respond(request, problems.BadRequest())
        return self.get_response(request)


class PrivateByDefaultMiddleware:
    """No cache keeps a page unless its view said how long it may."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer ``request``."""
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store"
        return response


class SecondFactorMiddleware:
    """A member of staff without TOTP gets no further than the page that sets it up."""

    OPEN_WITHOUT = frozenset(
        {"mfa_activate_totp", "account_logout", "account_reauthenticate", "mfa_reauthenticate", "set_language", "large_print", "healthz"}
    )

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer ``request``."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponseBase | None:
        """Send a log-in without a second factor to its set-up."""
        name = request.resolver_match.url_name if request.resolver_match else None
        if name in self.OPEN_WITHOUT or not request.user.is_authenticated or request.visitor.second_factor:  # type: ignore[attr-defined]
            return None
        return HttpResponseRedirect(reverse("mfa_activate_totp"))

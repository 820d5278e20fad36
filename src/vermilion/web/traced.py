"""Putting the pages of a sale on record: ``@traced("health")`` on a view, ``answered(...)`` where its form is accepted."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse

from vermilion.apps.cases.models import Case
from vermilion.apps.tracing import services
from vermilion.apps.tracing.models import PageShown

from . import reading
from .limits import client_address

View = Callable[..., HttpResponse]
# What a person sees: the page, or the page with her mistakes marked.
SHOWN = frozenset({200, 422})
# A browser that fetches ahead, or a chat program that draws a preview, shows nothing to anybody.
AHEAD = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")


def traced(page: str) -> Callable[[View], View]:
    """Decorate a view that returns a TemplateResponse with ``case`` (and ``party``) in its context: what it shows is recorded as ``page``.

    Nothing is recorded for HEAD, for prefetches and previews, for redirects and errors, or while the context holds no case. If the content
    cannot be kept, the visitor sees that error instead of a page that would not count.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            response = view(request, *args, **kwargs)
            if not isinstance(response, SimpleTemplateResponse) or response.status_code not in SHOWN or _is_ahead(request):
                return response
            response.add_post_render_callback(lambda rendered: _record(request, rendered, page))
            return response

        return wrapper

    return decorate


def answered(request: HttpRequest, *, case: Case, page: str, answer: dict[str, Any]) -> PageShown:
    """Record the answer to the page that this session was last shown; call it in the transaction of its effect. Raises PageNotShown.

    How the page was read goes with it, where its script tells.
    """
    if said := reading.told(request):
        answer = {**answer, "reading": said}
    return services.page_answered(case=case, page=page, session=_session(request), answer=answer)


def _is_ahead(request: HttpRequest) -> bool:
    return request.method == "HEAD" or any(request.headers.get(name) for name in AHEAD)


def _record(request: HttpRequest, response: SimpleTemplateResponse, page: str) -> None:
    context = response.context_data or {}
    case = context.get("case")
    if not isinstance(case, Case):
        return
    services.page_shown(
        case=case,
        party=context.get("party"),
        page=page,
        html=response.content,
        session=_session(request),
        ip=client_address(request),
        user_agent=request.headers.get("User-Agent", ""),
        template=response.template_name if isinstance(response.template_name, str) else "",
    )


def _session(request: HttpRequest) -> str:
    if not request.session.session_key:
        request.session.create()
    return str(request.session.session_key)

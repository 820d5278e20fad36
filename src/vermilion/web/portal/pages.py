"""What all pages of a case share: frame, order of the steps, recording."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from vermilion.apps.cases.transitions import State
from vermilion.apps.parties.models import Salesperson
from vermilion.apps.parties.queries import is_genuine
from vermilion.apps.signing import applying
from vermilion.base import clock
from vermilion.base.rows import only
from vermilion.web.traced import traced

from . import journey
from .access import Access, applicant_only, customer

View = Callable[..., HttpResponse]


def page(
    request: HttpRequest, access: Access, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> TemplateResponse:
    """Return a page of the case with its frame: step meter, case number, hotline, 非本人操作, salesperson."""
    case = access.case
    seller = only(Salesperson.objects.select_related("insurer", "branch").filter(pk=case.salesperson_id)) if case.salesperson_id else None
    frame = {
        "case": case,
        "party": access.party,
        "access": access,
        "case_code": case.number,
        "not_me_url": f"{reverse('apply_stop', args=[case.number])}?from={request.resolver_match.url_name}",  # type: ignore[union-attr]
        # A refused answer may have undone a step that was done when it came.
        "steps": journey.steps(access if request.method in ("GET", "HEAD") else replace(access)),
        "salesperson": seller,
        "salesperson_genuine": seller is not None and is_genuine(seller, on=clock.today()),
        "product": case.product.definition,
    }
    return TemplateResponse(request, template, {**frame, **(context or {})}, status=status)


def own_step(name: str) -> Callable[[View], View]:
    """Decorate the page of one of the applicant's steps: refuse what is not its turn, allow what is done, record what is shown.

    The page is for the present step or an earlier one, while the application is being filled in; anything else leads to where she is.
    """

    def decorate(view: View) -> View:
        @customer
        @applicant_only
        @wraps(view)
        def wrapper(request: HttpRequest, access: Access, *args: Any, **kwargs: Any) -> HttpResponse:
            case = access.case
            if case.state != State.APPLYING:
                return to_status(request, access, _("这一步已经完成。") if request.method == "POST" else "")
            order = applying.own_steps(case)
            present = next((step for step in order if step not in access.done), None)
            if present is not None and order.index(name) > order.index(present):
                messages.info(request, _("请先完成这一步，再继续后面的步骤。"))
                return HttpResponseRedirect(journey.applying_url(access))
            return view(request, access, *args, **kwargs)

        return traced(name)(wrapper)

    return decorate


def to_status(request: HttpRequest, access: Access, message: str = "") -> HttpResponse:
    """Lead to the page that tells where the case is."""
    if message:
        messages.info(request, message)
    return HttpResponseRedirect(reverse("apply_status", args=[access.case.number]))


def onward(access: Access) -> HttpResponse:
    """Lead to the next thing to do, or to the status page when that is waiting."""
    # The services may have moved the case, so it is read again.
    access.case.refresh_from_db()
    there = journey.next_page(access).url or reverse("apply_status", args=[access.case.number])
    return HttpResponseRedirect(there)

"""The public answer about one salesperson, and nothing else."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from vermilion.apps.parties.models import Salesperson
from vermilion.apps.parties.queries import is_genuine
from vermilion.apps.products.queries import on_sale
from vermilion.base import clock
from vermilion.web.limits import Limit, client_address, hit

LOOKS = Limit("badge", 120, 600)


@require_safe
def badge(request: HttpRequest, code: str) -> HttpResponse:
    """Say whether the bearer of this badge sells for the insurer today. An unknown badge is a 404 with the same advice."""
    hit(LOOKS, client_address(request))
    person = Salesperson.objects.select_related("insurer", "branch").filter(badge_code=code[:24]).first()
    if person is None:
        return TemplateResponse(request, "badge/badge.html", {"genuine": False}, status=404)
    request.insurer = person.insurer  # type: ignore[attr-defined]
    genuine = is_genuine(person, on=clock.today())
    products = [version.definition for version in on_sale(person.insurer).filter(code__in=person.products)] if genuine else []
    return TemplateResponse(
        request, "badge/badge.html", {"genuine": genuine, "person": person, "products": products, "today": clock.today()}
    )

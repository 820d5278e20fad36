"""What the salesperson's pages share: only her own cases, and her frame."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.response import TemplateResponse

from vermilion.apps.cases.errors import CaseNotFound
from vermilion.apps.cases.models import Case
from vermilion.apps.parties.models import Salesperson
from vermilion.base.rows import only


def own_case(request: HttpRequest, number: str) -> Case:
    """Return a case of this salesperson. Raises CaseNotFound, also for a colleague's."""
    person: Salesperson = request.salesperson  # type: ignore[attr-defined]
    found = only(Case.objects.select_related("product", "insurer").filter(number=number.upper(), salesperson=person))
    if found is None:
        raise CaseNotFound()
    return found


def show(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> TemplateResponse:
    """Return a page in the salesperson's frame."""
    return TemplateResponse(request, template, {"person": request.salesperson, **context}, status=status)  # type: ignore[attr-defined]

"""What every page knows without its view saying so."""

from __future__ import annotations

from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest

from vermilion.apps.parties.models import Insurer
from vermilion.base.instance import is_demo

from .display import wants_large_print


def face(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``insurer`` (for name and hotline), ``is_demo``, ``large_print``.

    It works without a database, as error pages must.
    """
    try:
        return {"insurer": insurer_of(request), "is_demo": is_demo(), "large_print": wants_large_print(request)}
    except DatabaseError:
        return {"insurer": None, "is_demo": False, "large_print": wants_large_print(request)}


def insurer_of(request: HttpRequest) -> Insurer | None:
    """Return the insurer whose page this is: the one that the view set as ``request.insurer``, else the only one there is."""
    known = getattr(request, "insurer", None)
    if known is not None:
        return known
    first = list(Insurer.objects.order_by("code")[:2])
    return first[0] if len(first) == 1 else None

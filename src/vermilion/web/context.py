"""What every page knows without its view saying so."""

from __future__ import annotations

from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest

from vermilion.apps.parties.models import Insurer
from vermilion.base.instance import is_demo

from .display import wants_large_print
from .surroundings import program


def face(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``insurer`` (for name and hotline), ``is_demo``, ``large_print``, ``program`` (the chat program around the page).

    It works without a database, as error pages must.
    """
    try:
        return {"insurer": insurer_of(request), "is_demo": is_demo(), **_visit(request)}
    except DatabaseError:
        return {"insurer": None, "is_demo": False, **_visit(request)}


def _visit(request: HttpRequest) -> dict[str, Any]:
    return {"large_print": wants_large_print(request), "program": program(request.headers.get("User-Agent", ""))}


def insurer_of(request: HttpRequest) -> Insurer | None:
    """Return the insurer whose page this is: the one that the view set as ``request.insurer``, else the only one there is."""
    known = getattr(request, "insurer", None)
    if known is not None:
        return known
    first = list(Insurer.objects.order_by("code")[:2])
    return first[0] if len(first) == 1 else None

"""The session of ``/my/``: which people this browser proved to be, for twenty minutes since the last page."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from vermilion.apps.cases.models import CaseParty
from vermilion.web.portal import access

SESSION = "my.parties"
ONWARD = "my.onward"
View = Callable[..., HttpResponse]


def enter(request: HttpRequest, party_ids: list[Any]) -> None:
    """Remember who was proven, and open her cases to her for as long."""
    request.session.cycle_key()
    request.session[SESSION] = {"ids": [str(party_id) for party_id in party_ids], "until": time.time() + access.MY_SECONDS}
    for party in CaseParty.objects.filter(pk__in=party_ids).select_related("case").order_by("-role"):
        # Policyholder sorts after insured: who is both acts as the policyholder.
        access.grant(request, case=party.case, party=party, proven=True, seconds=access.MY_SECONDS)


def parties(request: HttpRequest) -> list[str] | None:
    """Return the ids of the parties that this browser has proven to be, or None."""
    entry = request.session.get(SESSION)
    return list(entry["ids"]) if entry and entry["until"] >= time.time() else None


def remember(request: HttpRequest, path: str) -> None:
    """Note where a visitor wanted to go, a path of ours, before she was asked who she is."""
    request.session[ONWARD] = path


def onward(request: HttpRequest) -> str:
    """Return where she wanted to go, else the list of her policies."""
    return str(request.session.pop(ONWARD, None) or reverse("my"))


def leave(request: HttpRequest) -> None:
    """Forget everything that was proven in this browser."""
    request.session.flush()


def mine(view: View) -> View:
    """Decorate a view that needs a proven person; it gets the ids of her parties. Others are asked who they are."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        entry = request.session.get(SESSION)
        if entry is None or entry["until"] < time.time():
            request.session.pop(SESSION, None)
            return HttpResponseRedirect(reverse("my_enter"))
        entry["until"] = time.time() + access.MY_SECONDS
        request.session.modified = True
        return view(request, entry["ids"], *args, **kwargs)

    return wrapper

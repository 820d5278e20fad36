"""Which case this browser may see, and as whom. A grant lies in the session; nothing in an address opens anything.

A grant is given by starting a case, by exchanging a link and proving the recorded phone, or by ``/my/``. Without one a case does not
exist for the visitor (404), so that numbers cannot be tried.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from vermilion.apps.cases.errors import CaseNotFound
from vermilion.apps.cases.models import Case, CaseParty
from vermilion.apps.cases.transitions import State
from vermilion.apps.conduct import guarding
from vermilion.apps.conduct.errors import OwnPhoneOnly, SalespersonDevice, SameDevice, SigningHeld
from vermilion.apps.conduct.models import FaceToFace, Kind
from vermilion.apps.signing import applying, not_me
from vermilion.base.errors import VermilionError
from vermilion.base.rows import only
from vermilion.web import devices

from . import fence

GRANTS = "portal.grants"
#: What stops somebody on a page of her own; it is told on a page with the ways out.
HELD = (SalespersonDevice, OwnPhoneOnly, SameDevice, SigningHeld)
LINK_SECONDS = 2 * 3600  # since the last page; filling in an application takes a while
STEP_SECONDS = 60  # the end of a grant is moved on so often, since it costs writing the session
MY_SECONDS = 20 * 60

View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Access:
    """A case opened by this browser. ``party`` is who acts; the applicant of a new case has none until the form names her."""

    case: Case
    party: CaseParty | None
    is_applicant: bool
    proven: bool  # the phone on record was proven by this browser
    meeting: FaceToFace | None = None  # this is the salesperson's device, lent for a meeting

    @cached_property
    def done(self) -> set[str]:
        """The applicant's steps that were done when the request came; what it changes itself is not in it."""
        return applying.done_steps(self.case)

    @property
    def role(self) -> str:
        """Who acts, as a role of the case."""
        return applying.applicant_role(self.case) if self.is_applicant or self.party is None else self.party.role


def grant(request: HttpRequest, *, case: Case, party: CaseParty | None, proven: bool, seconds: int = LINK_SECONDS) -> None:
    """Let this browser act in ``case`` as ``party`` (None: the applicant who is not named yet)."""
    grants = request.session.setdefault(GRANTS, {})
    grants[str(case.id)] = {"party": str(party.id) if party else None, "proven": proven, "seconds": seconds, "until": time.time() + seconds}
    request.session.modified = True


def mark_proven(request: HttpRequest, case: Case) -> None:
    """Note that this browser has just proven the phone on record."""
    request.session[GRANTS][str(case.id)]["proven"] = True
    request.session.modified = True


def withdraw(request: HttpRequest) -> None:
    """Forget every grant of this browser."""
    request.session.pop(GRANTS, None)


def find(request: HttpRequest, number: str) -> Access:
    """Return what this browser may see of the case ``number``. Raises CaseNotFound, whether or not there is such a case."""
    case = only(Case.objects.select_related("insurer", "product").defer("product__data").filter(number=number.upper()))
    entry = request.session.get(GRANTS, {}).get(str(case.id)) if case else None
    if case is None or entry is None or entry["until"] < time.time():
        raise CaseNotFound()
    party = only(case.parties.filter(pk=UUID(entry["party"]))) if entry["party"] else applying.applicant(case)
    if entry["party"] and party is None:
        raise CaseNotFound()  # a corrected application no longer names this person
    until = time.time() + entry["seconds"]
    if until - entry["until"] > STEP_SECONDS:
        entry["until"] = until
        request.session.modified = True
    applicant = party is None or party.role == applying.applicant_role(case)
    return Access(case, party, applicant, entry["proven"])


def customer(view: View) -> View:
    """Decorate a view of ``/apply/<number>/…``: it gets the Access, a stopped case shows only that it is stopped,
    and what is fenced off leads to where she is told why."""

    @wraps(view)
    def wrapper(request: HttpRequest, number: str, *args: Any, **kwargs: Any) -> HttpResponse:
        access = find(request, number)
        request.insurer = access.case.insurer  # type: ignore[attr-defined]
        name = str(request.resolver_match.url_name)  # type: ignore[union-attr]
        if not_me.is_stopped(access.case) and not name.startswith("apply_stop"):
            return HttpResponseRedirect(reverse("apply_stopped", args=[access.case.number]))
        if fence.shut(access.case, access.party, name):
            return HttpResponseRedirect(reverse("apply_status", args=[access.case.number]))
        try:
            access = _on_this_device(request, access, name)
            if access.meeting and name in fence.SIGNING:
                return HttpResponseRedirect(reverse("apply_meeting_sign", args=[access.case.number]))
            return view(request, access, *args, **kwargs)
        except HELD as error:
            return _held(request, access, error)

    return wrapper


def _on_this_device(request: HttpRequest, access: Access, name: str) -> Access:
    """See that this is no salesperson's device, or one that a meeting lends for this page. Raises SalespersonDevice, OwnPhoneOnly."""
    if name in fence.ON_ANY_DEVICE:
        return access
    acted, device = request.method == "POST", devices.of(request)
    meeting = guarding.require_own_device(case=access.case, party=access.party, device=device, acted=acted)
    if meeting and name not in fence.IN_A_MEETING | fence.SIGNING:
        raise OwnPhoneOnly()
    return replace(access, meeting=meeting)


def _held(request: HttpRequest, access: Access, error: VermilionError) -> HttpResponse:
    """Say why it does not go on here, and every way that does."""
    case = access.case
    context = {
        "case": case,
        "case_code": case.number,
        "not_me_url": f"{reverse('apply_stop', args=[case.number])}?from=held",
        "error": error,
        "other_device": not isinstance(error, SigningHeld) or error.kind == Kind.DEVICE,
        "has_phone": applying.applicant(case) is not None,
        "may_correct": isinstance(error, SigningHeld) and error.kind == Kind.PHONE and access.is_applicant and case.state == State.SIGNING,
    }
    return TemplateResponse(request, "portal/held.html", context, status=error.status)


def applicant_only(view: View) -> View:
    """Decorate a view below :func:`customer`: for another signer the page does not exist."""

    @wraps(view)
    def wrapper(request: HttpRequest, access: Access, *args: Any, **kwargs: Any) -> HttpResponse:
        if not access.is_applicant:
            raise CaseNotFound()
        return view(request, access, *args, **kwargs)

    return wrapper

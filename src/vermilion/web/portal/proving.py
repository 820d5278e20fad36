"""Who she is, and that the phone is hers: real-name check and code, for the applicant and for further signers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from vermilion.apps.cases.errors import ConsentMissing
from vermilion.apps.cases.models import PartyRole
from vermilion.apps.cases.services import application
from vermilion.apps.cases.transitions import State
from vermilion.apps.identity import pictures
from vermilion.apps.identity import services as identity_services
from vermilion.apps.identity.errors import CodeRefused, IdentityAttemptsExhausted, IdentityRunning, PaperRefused
from vermilion.apps.identity.models import CheckMethod, CheckResult, Picture
from vermilion.apps.identity.queries import explanation
from vermilion.apps.identity.services import seconds_to_resend
from vermilion.apps.products import signers
from vermilion.apps.signing import applying, confirmation, identifying, joining
from vermilion.apps.signing.estimate import estimate
from vermilion.apps.signing.group.queries import is_member
from vermilion.base import clock
from vermilion.base.errors import VermilionError
from vermilion.base.instance import is_demo
from vermilion.base.validation import InvalidValue, validate_bank_card
from vermilion.web.limits import client_address
from vermilion.web.traced import answered, traced

from . import journey
from .access import Access, applicant_only, customer, mark_proven
from .pages import onward, own_step, page, to_status
from .steps import READ, boxes, read_by_consent

NO_CODE = str(UUID(int=0))
#: Before others are called, and before anything is signed, the applicant's phone is proven.
PHONE_BEFORE = ("authority", "insured_consents", "confirmation")
ACTIONS = ("visit", "result", "papers")


@own_step("identity")
@require_http_methods(READ)
def identity(request: HttpRequest, access: Access) -> HttpResponse:
    """The applicant's real-name check."""
    case = access.case
    if "identity" in access.done:
        return onward(access) if request.method == "POST" else _identity_page(request, access, {"done": True})
    return _prove(
        request,
        access,
        name="identity",
        ask=lambda **given: applying.check_identity(case_id=case.id, **given),
        finish=lambda: applying.finish_identity(case_id=case.id),
    )


@traced("identity.again")
@customer
@require_http_methods(READ)
def identity_again(request: HttpRequest, access: Access) -> HttpResponse:
    """Whose check has lapsed before she signed proves herself anew; the steps behind her stay done."""
    case, party = access.case, access.party
    if journey.own_task(access) is None or party is None or identifying.complete(case, party):
        return onward(access)
    return _prove(
        request,
        access,
        name="identity.again",
        ask=lambda **given: identifying.proceed(party_id=party.id, **given),
        finish=lambda: identifying.complete(case, party),
    )


def _prove(request: HttpRequest, access: Access, *, name: str, ask: Any, finish: Any) -> HttpResponse:
    """Ask, begin a visit, look for its result or take papers; lead on when everything holds."""
    party = access.party
    assert party is not None  # noqa: S101 -- nobody is proven before she is named
    ip, status = client_address(request), 200
    context: dict[str, Any] = {"again": name == "identity.again"}
    if request.method == "POST":
        answered(request, case=access.case, page=name, answer={"asked": next((key for key in ACTIONS if key in request.POST), "question")})
        try:
            if "visit" in request.POST:
                identifying.visit(party_id=party.id, ip=ip, return_url=request.build_absolute_uri(request.path))
            elif "result" in request.POST:
                for one in identifying.standing(access.case, party):
                    if one.by == "visit" and one.waiting and one.check:
                        identity_services.ask_result(check_id=one.check.id)
            elif "papers" in request.POST:
                papers = {key: file.read(pictures.LARGEST + 1) for key, file in request.FILES.items()}  # type: ignore[union-attr]
                identifying.submit_papers(party_id=party.id, method=request.POST["papers"], papers=papers, ip=ip)
            else:
                ask(ip=ip, bank_card=_bank_card(request))
        except (InvalidValue, PaperRefused, IdentityAttemptsExhausted, IdentityRunning) as error:
            context["error"], status = error, 422
        if finish():
            return onward(access)
        if status == 200 and any(one.waiting for one in identifying.standing(access.case, party)):
            return HttpResponseRedirect(request.path)  # the page looks for the result by loading itself anew, and must not ask again
    return _identity_page(request, access, context, status=status)


def _bank_card(request: HttpRequest) -> str:
    value = request.POST.get("bank_card", "").strip()[:40]
    return validate_bank_card(value) if value else ""


def _identity_page(request: HttpRequest, access: Access, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    party, seen = access.party, journey.fingerprint(access.case)
    rows = identifying.standing(access.case, party) if party and not context.get("done") else []
    following = next((one for one in rows if not one.passed), None)
    check = following.check if following and following.check and following.check.result not in ("running", "waiting") else None
    if check and request.method == "POST" and check.result != CheckResult.PASSED:
        status = 422
    names, kinds = dict(CheckMethod.choices), dict(Picture.Kind.choices)
    shown = {
        "person": party.personal if party else {},
        "sandbox": is_demo(),
        "rows": [(names[one.method], one) for one in rows],
        "following": following,
        "refused": bool(check and check.result != CheckResult.PASSED),  # one that passed has lapsed since
        "explanation": explanation(check) if check else "",
        "unavailable": bool(check and check.result == CheckResult.UNAVAILABLE),
        "lowered": any(one.check and one.check.lowered for one in rows),
        "papers": [(kind, kinds[kind]) for kind in identifying.needed_papers(following)] if following else [],
        "further": not access.is_applicant,
        "seen": seen,
    }
    return page(request, access, "portal/identity.html", {**shown, **context}, status=status)


def _code_key(access: Access) -> str:
    return f"portal.phone_code.{access.case.id}"


@traced("phone")
@customer
@applicant_only
@require_http_methods(READ)
def phone(request: HttpRequest, access: Access) -> HttpResponse:
    """A code proves that the phone on record is the applicant's own."""
    case, party = access.case, access.party
    if case.state != State.APPLYING or applying.next_step(case) not in PHONE_BEFORE or party is None or applying.phone_proven(case, party):
        return onward(access)
    sent = request.session.get(_code_key(access), "")
    context: dict[str, Any] = {"phone": party.personal["phone"], "sent": bool(sent), "seconds": seconds_to_resend(sent)}
    if request.method != "POST":
        return page(request, access, "portal/phone.html", context)
    if "send" in request.POST:
        try:
            code = applying.send_phone_code(case_id=case.id, party_id=party.id, ip=client_address(request))
            request.session[_code_key(access)] = str(code.id)
        except CodeRefused as error:
            messages.warning(request, error.message)
        return HttpResponseRedirect(reverse("apply_phone", args=[case.number]))
    try:
        code_id = UUID(request.session.get(_code_key(access), NO_CODE))
        applying.prove_phone(case_id=case.id, party_id=party.id, code_id=code_id, code=request.POST.get("code", ""))
    except VermilionError as error:
        return page(request, access, "portal/phone.html", {**context, "error": error}, status=error.status)
    answered(request, case=case, page="phone", answer={"proven": True})
    request.session.pop(_code_key(access), None)
    mark_proven(request, case)
    return onward(access)


@own_step("confirmation")
@require_http_methods(READ)
def present(request: HttpRequest, access: Access) -> HttpResponse:
    """Everything is there: make the confirmation and go to sign it."""
    case = access.case
    if not applying.phone_proven(case, access.party):
        return HttpResponseRedirect(reverse("apply_phone", args=[case.number]))
    if request.method == "POST":
        answered(request, case=case, page="confirmation", answer={"asked": True})
        confirmation.present_confirmation(case_id=case.id)
        return onward(access)
    data = application(case).data
    names = dict(PartyRole.choices)
    roles = signers.signers_for(case.product.definition, data, today=clock.today())
    return page(request, access, "portal/present.html", {"quote": estimate(case, data), "signers": [names[role] for role in roles]})


# Further signers: the insured, a guardian; the insured on a company's list. Each has her own consents and her own check.


def _further(access: Access) -> bool:
    if is_member(access.party):
        return bool(journey.next_page(access).url)
    return not access.is_applicant and journey.own_task(access) is not None


@traced("signer.consents")
@customer
@require_http_methods(READ)
def signer_consents(request: HttpRequest, access: Access) -> HttpResponse:
    """The notice and a further signer's own consents."""
    if not _further(access) or access.party is None:
        return to_status(request, access)
    case, party = access.case, access.party
    offered = signers.offered_consents(case.product.definition, party.role)  # type: ignore[arg-type]
    done = "consents" in journey.signer_done(case, party)
    context: dict[str, Any] = {"notice": case.product.definition.notice, "further": True, "done": done}
    if request.method != "POST":
        return page(request, access, "portal/consents.html", {**context, "consents": boxes(offered, set(), {})})
    if done:
        return onward(access)
    ticked = {item.key for item in offered if request.POST.get(f"consent.{item.key}") == "yes"}
    try:
        with transaction.atomic():
            shown = answered(request, case=case, page="signer.consents", answer={"ticked": sorted(ticked)})
            reading = read_by_consent(request, shown)
            joining.consent_as_signer(case_id=case.id, party_id=party.id, ticked=ticked, reading=reading)
    except ConsentMissing as error:
        context |= {"consents": boxes(offered, ticked, error.fields), "missing": len(error.fields)}
        return page(request, access, "portal/consents.html", context, status=error.status)
    return onward(access)


@traced("signer.identity")
@customer
@require_http_methods(READ)
def signer_identity(request: HttpRequest, access: Access) -> HttpResponse:
    """A further signer's real-name check."""
    if not _further(access) or access.party is None:
        return to_status(request, access)
    case, party = access.case, access.party
    done = journey.signer_done(case, party)
    if "consents" not in done:
        return onward(access)
    if "identity" in done:
        return onward(access) if request.method == "POST" else _identity_page(request, access, {"done": True})
    return _prove(
        request,
        access,
        name="signer.identity",
        ask=lambda **given: joining.check_signer_identity(case_id=case.id, party_id=party.id, **given),
        finish=lambda: joining.finish_signer_identity(case_id=case.id, party_id=party.id),
    )

"""The page of a company's agent: her written authority, and the company's seal."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from vermilion.apps.cases.models import PartyRole
from vermilion.apps.cases.services import application
from vermilion.apps.identity import pictures
from vermilion.apps.identity.errors import IdentityAttemptsExhausted, IdentityRunning, PaperRefused
from vermilion.apps.seals.errors import PhotoUnusable
from vermilion.apps.signing import applying
from vermilion.apps.signing.company import authority, sealing
from vermilion.apps.signing.company.errors import AuthorityFaulty, SealNotDrawn
from vermilion.apps.signing.models import CompanySeal, TaskState
from vermilion.web.limits import Limit, client_address, hit
from vermilion.web.traced import answered

from . import journey
from .access import Access, applicant_only, customer
from .pages import onward, own_step, page

READ = ["GET", "HEAD", "POST"]
# Each sends a message to somebody else's phone.
ASKED = Limit("portal.authority", 6, 3600)


@own_step("authority")
@require_http_methods(READ)
def authorise(request: HttpRequest, access: Access) -> HttpResponse:
    """Who granted her the authority to apply and sign: by signature on two phones, or on paper that the staff judge."""
    case = access.case
    if not applying.phone_proven(case, access.party):
        return HttpResponseRedirect(reverse("apply_phone", args=[case.number]))
    if request.method != "POST":
        return _page(request, access, {})
    if authority.STEP in access.done:
        return onward(access)
    try:
        return _done(request, access)
    except (PaperRefused, PhotoUnusable, SealNotDrawn, IdentityAttemptsExhausted, IdentityRunning) as error:
        return _page(request, access, {"error": error}, status=422)
    except AuthorityFaulty as error:
        values = {key: request.POST.get(key, "")[:40] for key in ("id_number", "phone")}
        return _page(request, access, {"error": error, "errors": error.fields, "values": values}, status=error.status)


def _done(request: HttpRequest, access: Access) -> HttpResponse:
    """Do what the pressed button says."""
    case, asked = access.case, next((key for key in ("sign", "paper", "photo", "drawn") if key in request.POST), "next")
    here = HttpResponseRedirect(reverse("apply_authority", args=[case.number]))
    if asked == "next":
        with transaction.atomic():
            authority.finish(case_id=case.id)
            answered(request, case=case, page="authority", answer={"confirmed": True})
        return onward(access)
    if asked == "sign":
        hit(ASKED, str(case.id))
        authority.ask_signature(case_id=case.id, id_number=request.POST.get("id_number", ""), phone=request.POST.get("phone", ""))
        messages.success(request, _("已发短信给法定代表人。您也请签署，先后不限。"))
    elif asked == "paper":
        file = request.FILES.get("authority")
        authority.ask_review(case_id=case.id, scan=file.read(pictures.LARGEST + 1) if file else b"", ip=client_address(request))
    elif asked == "photo":
        file = request.FILES.get("seal")
        sealing.keep_photo(case_id=case.id, photo=file.read(sealing.LARGEST_PHOTO) if file else b"")
        messages.success(request, _("印章图样已更新，请核对。"))
    else:
        sealing.keep_drawn(case_id=case.id)
    answered(request, case=case, page="authority", answer={"asked": asked})
    return here


@customer
@applicant_only
@require_safe
def seal_picture(request: HttpRequest, access: Access) -> HttpResponse:
    """The company's seal as it will stand on the confirmation."""
    return HttpResponse(sealing.picture_of(access.case), content_type="image/svg+xml")


def _page(request: HttpRequest, access: Access, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    case = access.case
    seen = journey.fingerprint(case)
    found = authority.standing(case)
    holder = application(case).data["policyholder"]
    mine = next((task for task in found.tasks if task.party.role == PartyRole.COMPANY_AGENT), None)
    hers = next((task for task in found.tasks if task.party.role == PartyRole.REPRESENTATIVE), None)
    kept = CompanySeal.objects.filter(case=case).first()
    shown = {
        "standing": found,
        "mine": mine,
        "hers": hers,
        "my_turn": bool(mine and mine.state == TaskState.OPEN),
        "company": holder["name"],
        "representative": holder["company"].get("legal_representative", ""),
        "done": authority.STEP in applying.done_steps(case),
        "seals": "company" in [rule.role for rule in case.product.definition.signers],
        "seal": kept,
        "seal_missing": not kept and not _drawable(holder["name"]),
        "seen": seen,
        "largest_scan": pictures.LARGEST,
        "largest_photo": sealing.LARGEST_PHOTO,
    }
    return page(request, access, "portal/authority.html", {**shown, **context}, status=status)


def _drawable(name: str) -> bool:
    try:
        return bool(sealing.drawn(name))
    except SealNotDrawn:
        return False

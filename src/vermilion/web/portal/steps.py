"""The applicant's pages that are read, answered or confirmed, each on its own: notice, consents, health questions, prompts, exemptions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vermilion.apps.cases.errors import ConsentMissing
from vermilion.apps.cases.services import application
from vermilion.apps.cases.transitions import State
from vermilion.apps.products import signers
from vermilion.apps.products.errors import ApplicationInvalid
from vermilion.apps.signing import applying, confirmation
from vermilion.apps.tracing.models import PageShown
from vermilion.web import reading
from vermilion.web.traced import answered

from .access import Access, applicant_only, customer
from .pages import onward, own_step, page

READ = ["GET", "HEAD", "POST"]
LONGEST_ANSWER = 1000


def _read_and_confirm(name: str, template: str, confirm: Callable[..., None]) -> Callable[..., HttpResponse]:
    """Return the view of a page that is read to its end and confirmed by one button."""

    @own_step(name)
    @require_http_methods(READ)
    def view(request: HttpRequest, access: Access) -> HttpResponse:
        done = name in access.done
        if request.method == "POST":
            if not done:
                with transaction.atomic():
                    confirm(case_id=access.case.id)
                    answered(request, case=access.case, page=name, answer={"confirmed": True})
            return onward(access)
        return page(request, access, template, {"done": done})

    return view


notice = _read_and_confirm("notice", "portal/notice.html", applying.confirm_notice)
application_notice = _read_and_confirm("application_notice", "portal/prompts.html", applying.confirm_application_notice)
exemption = _read_and_confirm("exemption", "portal/exemption.html", applying.confirm_exemption)


@own_step("consents")
@require_http_methods(READ)
def consents(request: HttpRequest, access: Access) -> HttpResponse:
    """Each consent with its own box, empty until the customer ticks it herself."""
    case = access.case
    done = "consents" in access.done
    offered = signers.offered_consents(case.product.definition, access.role)  # type: ignore[arg-type]
    if request.method == "POST":
        ticked = {item.key for item in offered if request.POST.get(f"consent.{item.key}") == "yes"}
        if done:
            return onward(access)
        try:
            with transaction.atomic():
                shown = answered(request, case=case, page="consents", answer={"ticked": sorted(ticked)})
                applying.give_consents(case_id=case.id, ticked=ticked, reading=read_by_consent(request, shown))
        except ConsentMissing as error:
            context = {"consents": boxes(offered, ticked, error.fields), "missing": len(error.fields)}
            return page(request, access, "portal/consents.html", context, status=error.status)
        return onward(access)
    given = set(case.consents.filter(signer_role=access.role, withdrawn_at=None).values_list("key", flat=True)) if done else set()
    return page(request, access, "portal/consents.html", {"consents": boxes(offered, given, {}), "done": done})


def read_by_consent(request: HttpRequest, shown: PageShown) -> dict[str, dict[str, int]]:
    """Return how each consent of a page that was just answered was read."""
    assert shown.answered_at is not None  # noqa: S101 -- just answered
    return reading.by_consent(request, int((shown.answered_at - shown.shown_at).total_seconds()))


def boxes(offered: list[Any], ticked: set[str], errors: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the consents as the page draws them: ticked only where the customer has just ticked."""
    return [{"consent": item, "ticked": item.key in ticked, "error": f"consent.{item.key}" in errors} for item in offered]


def _answers(request: HttpRequest, access: Access) -> list[dict[str, Any]]:
    """Return the answers that were given; a question that was left out is no answer."""
    found = []
    for question in access.case.product.definition.disclosure.questions:
        value = request.POST.get(f"{question.id}.answer", "").strip()[:LONGEST_ANSWER]
        if value:
            detail = request.POST.get(f"{question.id}.detail", "").strip()[:LONGEST_ANSWER] if value == "yes" else ""
            # The version that was on the page, so that an answer to an older wording does not pass.
            found.append(
                {"id": question.id, "version": request.POST.get(f"{question.id}.version", "")[:16], "answer": value, "detail": detail}
            )
    return found


@own_step("disclosure")
@require_http_methods(READ)
def disclosure(request: HttpRequest, access: Access) -> HttpResponse:
    """The health questions. Salespeople never see the answers."""
    case = access.case
    if request.method != "POST":
        return page(
            request, access, "portal/disclosure.html", {"questions": _questions(access, application(case).data.get("disclosure") or [], {})}
        )
    answers = _answers(request, access)
    if "later" in request.POST:
        applying.save_draft(case_id=case.id, data={"disclosure": answers})
        messages.success(request, _("已保存，您可以随时回来继续。"))
        return HttpResponseRedirect(reverse("apply_status", args=[case.number]))
    try:
        with transaction.atomic():
            applying.submit_disclosure(case_id=case.id, answers=answers)
            answered(request, case=case, page="disclosure", answer={"answers": answers})
    except ApplicationInvalid as error:
        applying.save_draft(case_id=case.id, data={"disclosure": answers})
        own = {path: sentence for path, sentence in error.fields.items() if path.startswith("disclosure")}
        if not own:
            # The form no longer holds: an age has changed, a rate was withdrawn.
            messages.warning(request, _("投保信息需要更正后才能继续。"))
            return HttpResponseRedirect(reverse("apply_application", args=[case.number]))
        return page(request, access, "portal/disclosure.html", {"questions": _questions(access, answers, own), "errors": own}, status=422)
    return onward(access)


@customer
@applicant_only
@require_POST
def disclosure_draft(request: HttpRequest, access: Access) -> HttpResponse:
    """Keep the answers when the page is left; sent by the page itself."""
    if access.case.state == State.APPLYING and "application" in access.done:
        applying.save_draft(case_id=access.case.id, data={"disclosure": _answers(request, access)})
    return HttpResponse(status=204)


def _questions(access: Access, answers: list[dict[str, Any]], errors: dict[str, Any]) -> list[dict[str, Any]]:
    given = {answer.get("id"): answer for answer in answers}
    return [
        {
            "number": index + 1,
            "question": question,
            "answer": given.get(question.id, {}).get("answer", ""),
            "detail": given.get(question.id, {}).get("detail", ""),
            "error": errors.get(f"disclosure.{index}.answer"),
            "detail_error": errors.get(f"disclosure.{index}.detail"),
        }
        for index, question in enumerate(access.case.product.definition.disclosure.questions)
    ]


@customer
@applicant_only
@require_POST
def reopen(request: HttpRequest, access: Access) -> HttpResponse:
    """Go back to correct something: what was presented is void, and everybody confirms anew."""
    confirmation.reopen(case_id=access.case.id)
    messages.info(request, _("可以修改了。修改后需要重新确认，并由每位签署人重新签名。"))
    return HttpResponseRedirect(reverse("apply_application", args=[access.case.number]))

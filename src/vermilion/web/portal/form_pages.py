"""The application form: one page a section, drafts, live price, and the page on which everything is looked over and handed in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vermilion.apps.cases.services import application
from vermilion.apps.cases.transitions import State
from vermilion.apps.products import paths
from vermilion.apps.products.errors import ApplicationInvalid
from vermilion.apps.products.form import FormSection
from vermilion.apps.signing import applying, prefilling
from vermilion.apps.signing.estimate import estimate
from vermilion.web.problems import NotFound
from vermilion.web.traced import answered, traced

from . import drawing, insured_list, summary
from .access import Access, applicant_only, customer
from .pages import onward, own_step, page


def errors_of(access: Access, data: dict[str, Any]) -> dict[str, Any]:
    """Return what is wrong with a draft, by dotted path; empty when the form is complete."""
    return _checked(access, data)[1]


def _checked(access: Access, data: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the canonical form and no errors, or the draft and its errors."""
    waiting = dict.fromkeys(prefilling.open_paths(access.case), prefilling.UNCONFIRMED)
    try:
        return applying.check_form(access.case, data, with_disclosure=False).application, waiting
    except ApplicationInvalid as error:
        return data, {**waiting, **error.fields}


def section_url(access: Access, section: FormSection) -> str:
    """Return the address of a section's page."""
    return reverse("apply_section", args=[access.case.number, section.key])


@own_step("application")
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, access: Access) -> HttpResponse:
    """Everything that was filled in, to look over; a form that is not complete leads to the first section that misses something."""
    data = application(access.case).data
    sections = drawing.sections_shown(access.case.product.definition, data)
    canonical, errors = _checked(access, data)
    if errors:
        first = next((section for section in sections if drawing.of_section(section, errors)), sections[0])
        if request.method == "POST":
            messages.warning(request, _("这一页还有需要填写或改正的内容。"))
        return HttpResponseRedirect(section_url(access, first))
    given, stays = prefilling.given_paths(access.case, canonical), prefilling.unchecked(access.case)
    unticked = request.method == "POST" and bool(stays) and "checked" not in request.POST
    if request.method == "POST" and not unticked:
        with transaction.atomic():
            prefilling.settle_given(case_id=access.case.id, data=canonical)
            checked = applying.submit_application(case_id=access.case.id, data=data)
            answered(request, case=access.case, page="application", answer={"application": checked.digest})
        return onward(access)
    prefilled = application(access.case).prefilled
    confirmed = {path for path, state in prefilled.items() if state == prefilling.CONFIRMED}
    context = {
        "sections": [
            (section, section_url(access, section), summary.rows(access.case.product.definition, section, canonical, confirmed, given))
            for section in sections
        ],
        "quote": estimate(access.case, data),
        "given": bool(given),
        "unchecked": bool(stays),
        "unticked": prefilling.UNCHECKED if unticked else "",
    }
    return page(request, access, "portal/review.html", context, status=422 if unticked else 200)


@traced("application.section")
@customer
@applicant_only
@require_http_methods(["GET", "HEAD", "POST"])
def section(request: HttpRequest, access: Access, key: str) -> HttpResponse:
    """One section of the form. A POST keeps what was typed whether right or wrong; only what is right leads on."""
    if access.case.state != State.APPLYING or "consents" not in access.done:
        return onward(access)
    definition, data = access.case.product.definition, application(access.case).data
    sections = drawing.sections_shown(definition, data)
    at = next((index for index, item in enumerate(sections) if item.key == key), None)
    if at is None:
        raise NotFound()
    item = sections[at]
    if item.upload:
        return insured_list.show(request, access, item, after=_after(access, sections, at), place=_place(access, sections, at))
    if request.method == "POST":
        data = {**data, **drawing.read(item, data, request.POST)}
        data = _changed_list(item, data, request)
        refused = _other_phone(access, data)
        data = applying.with_phone_kept(access.case, data) if access.meeting else data
        ticked = request.POST.getlist("prefilled")
        with transaction.atomic():
            prefilling.settle(case_id=access.case.id, answered=drawing.paths_of(item, request.POST), ticked=ticked, data=data)
            applying.save_draft(case_id=access.case.id, data=data, lent=access.meeting is not None)
            if "add" not in request.POST and "remove" not in request.POST:
                answered(
                    request,
                    case=access.case,
                    page="application.section",
                    answer={"section": key, "given": data.get(item.path.split(".")[0])},
                )
        if "later" in request.POST:
            messages.success(request, _("已保存，您可以随时回来继续。"))
            return HttpResponseRedirect(reverse("apply_status", args=[access.case.number]))
        if "add" in request.POST or "remove" in request.POST:
            return HttpResponseRedirect(section_url(access, item))
        errors = drawing.of_section(item, {**errors_of(access, data), **refused})
        if not errors:
            # An answer may have brought a further section into being.
            sections = drawing.sections_shown(definition, data)
            return HttpResponseRedirect(_after(access, sections, sections.index(item)))
        return _section_page(request, access, sections, at, data, errors, status=422)
    shown = drawing.of_section(item, errors_of(access, data)) if "check" in request.GET else {}
    return _section_page(request, access, sections, at, data, shown)


def _section_page(
    request: HttpRequest,
    access: Access,
    sections: list[FormSection],
    at: int,
    data: dict[str, Any],
    errors: dict[str, Any],
    *,
    status: int = 200,
) -> TemplateResponse:
    item = sections[at]
    waiting, given = prefilling.open_paths(access.case), prefilling.given_paths(access.case, data)
    fixed = applying.phone_path(access.case) if access.meeting else ""
    entries = drawing.draw(access.case.product.definition, item, data, errors, waiting, given, fixed)
    context = {
        "section": item,
        "entries": entries,
        "given": any(field.given for entry in entries for field in entry.fields),
        "several": item.repeat and item.maximum > 1,
        "may_add": item.repeat and len(entries) < item.maximum,
        "list_error": errors.get(item.path) if item.repeat else None,
        "errors": errors,
        "wrong": [field for entry in entries for field in entry.fields if field.error],
        **_place(access, sections, at),
        "draft_url": reverse("apply_draft", args=[access.case.number, item.key]),
        "price_url": reverse("apply_price", args=[access.case.number, item.key]),
        "priced": item.path in ("plan", "insured", "policyholder"),
        "quote": estimate(access.case, data),
    }
    return page(request, access, "portal/section.html", context, status=status)


def _place(access: Access, sections: list[FormSection], at: int) -> dict[str, Any]:
    """Return where in the form a page is, and the way back."""
    return {"number_of": at + 1, "number_all": len(sections), "back_url": section_url(access, sections[at - 1]) if at else ""}


def _after(access: Access, sections: list[FormSection], at: int) -> str:
    if at + 1 < len(sections):
        return section_url(access, sections[at + 1])
    return reverse("apply_application", args=[access.case.number])


def _changed_list(item: FormSection, data: dict[str, Any], request: HttpRequest) -> dict[str, Any]:
    """Add an empty entry to a list, or take one away, when such a button was pressed."""
    entries = data.get(item.path)
    if not item.repeat or not isinstance(entries, list):
        return data
    if "add" in request.POST and len(entries) < item.maximum:
        return {**data, item.path: [*entries, {}]}
    index = request.POST.get("remove", "")
    if index.isdecimal() and len(index) < 6 and int(index) < len(entries) and len(entries) > 1:
        return {**data, item.path: [entry for place, entry in enumerate(entries) if place != int(index)]}
    return data


def _other_phone(access: Access, data: dict[str, Any]) -> dict[str, Any]:
    """Return what is said of another phone than the one that agreed to the meeting, typed on the salesperson's device."""
    path = applying.phone_path(access.case)
    same = access.meeting is None or paths.get(data, path) == paths.get(application(access.case).data, path)
    return {} if same else {path: _("面对面办理时，不能在销售人员的设备上更改手机号。需要更改的，请在您自己的手机上修改。")}


def _typed(access: Access, key: str, request: HttpRequest) -> dict[str, Any] | None:
    """Return the draft together with what stands in the form now; None when this page's time is over."""
    if access.case.state != State.APPLYING or "consents" not in access.done:
        return None
    data = application(access.case).data
    item = next((entry for entry in access.case.product.definition.form.sections if entry.key == key and not entry.upload), None)
    return {**data, **drawing.read(item, data, request.POST)} if item else None


@customer
@applicant_only
@require_POST
def draft(request: HttpRequest, access: Access, key: str) -> HttpResponse:
    """Keep what stands in the form when its page is left; sent by the page itself."""
    data = _typed(access, key, request)
    if data is not None:
        typed = drawing.paths_of(access.case.product.definition.form.section(key), request.POST)
        with transaction.atomic():  # what she changed is hers before the draft hides that it was changed
            prefilling.settle(case_id=access.case.id, answered=typed, ticked=(), data=data)
            applying.save_draft(case_id=access.case.id, data=data, lent=access.meeting is not None)
    return HttpResponse(status=204)


@customer
@applicant_only
@require_POST
def price(request: HttpRequest, access: Access, key: str) -> HttpResponse:
    """The price of what stands in the form now, as a part of its page."""
    data = _typed(access, key, request)
    return TemplateResponse(
        request, "portal/price.html", {"quote": estimate(access.case, data) if data else None, "product": access.case.product.definition}
    )

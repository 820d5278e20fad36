"""The list of insured persons of a group: a CSV file or text for all of them, or one row after the other."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from vermilion.apps.cases.services import application
from vermilion.apps.products import insured_list
from vermilion.apps.products.errors import ApplicationInvalid
from vermilion.apps.products.form import FormSection
from vermilion.apps.signing import applying, prefilling
from vermilion.apps.signing.estimate import estimate
from vermilion.web.problems import TooLarge
from vermilion.web.traced import answered

from . import drawing
from .access import Access, applicant_only, customer
from .pages import page

LARGEST_FILE = 1024 * 1024
# Mistakes listed at once; who mends these sees the next.
ERRORS_SHOWN = 30


def show(request: HttpRequest, access: Access, section: FormSection, *, after: str, place: dict[str, Any]) -> HttpResponse:
    """Answer the page of a list section; ``after`` is the next page, ``place`` where in the form this one is."""
    data = application(access.case).data
    people = list(data.get(section.path) or [])
    if request.method != "POST":
        return _page(request, access, section, place, people, {}, row=_row(request.GET.get("row", ""), people))
    if "next" in request.POST:
        errors = _errors(access, section, data)
        if errors:
            return _page(request, access, section, place, people, errors, status=422)
        with transaction.atomic():
            answered(request, case=access.case, page="application.section", answer={"section": section.key, "count": len(people)})
        return HttpResponseRedirect(after)
    new = _row(request.POST.get("row", ""), people)
    if "save" in request.POST and new == len(people) and not _entry(request, section, new):
        # Nothing was typed: say what is asked for, but keep no empty person.
        errors = _errors(access, section, {**data, section.path: [*people, {}]})
        return _page(request, access, section, place, people, errors, row=new, status=422)
    try:
        people = _changed(request, section, people)
    except ApplicationInvalid as error:
        return _page(request, access, section, place, people, error.fields, status=422)
    applying.save_draft(case_id=access.case.id, data={section.path: people}, lent=access.meeting is not None)
    errors = _errors(access, section, {**data, section.path: people})
    row = _row(request.POST.get("row", ""), people)
    if "save" in request.POST and row is not None and any(path.startswith(f"{section.path}.{row}.") for path in errors):
        return _page(request, access, section, place, people, errors, row=row, status=422)
    if "upload" in request.POST:
        messages.success(request, _("已读入 %(count)d 人。") % {"count": len(people)})
        if errors:
            return _page(request, access, section, place, people, errors, status=422)
    return HttpResponseRedirect(reverse("apply_section", args=[access.case.number, section.key]))


@customer
@applicant_only
@require_safe
def template_file(request: HttpRequest, access: Access) -> HttpResponse:
    """An empty list to fill in with a spreadsheet program."""
    response = HttpResponse(insured_list.template(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="insured-list.csv"'
    return response


def _changed(request: HttpRequest, section: FormSection, people: list[Any]) -> list[Any]:
    if "upload" in request.POST:
        return insured_list.parse(_text(request), maximum=section.maximum)
    index = request.POST.get("remove", "")
    if index.isdecimal() and len(index) < 6:
        return [person for place, person in enumerate(people) if place != int(index)]
    row = _row(request.POST.get("row", ""), people)
    entry = _entry(request, section, row) if row is not None else {}
    if row is None or not entry:
        return people
    return [*people[:row], entry, *people[row + 1 :]]


def _entry(request: HttpRequest, section: FormSection, row: int) -> dict[str, str]:
    """Return what was typed about one person."""
    entry = {
        item.path: request.POST.get(f"{section.path}.{row}.{item.path}", "")[: drawing.LONGEST_VALUE].strip() for item in section.fields
    }
    return {key: value for key, value in entry.items() if value}


def _text(request: HttpRequest) -> str:
    file = request.FILES.get("file")
    if file is None:
        return request.POST.get("csv", "")
    if (file.size or 0) > LARGEST_FILE:
        raise TooLarge(hint=_("清单文件不能超过 1 MB。"))
    return insured_list.decode(file.read())


def _row(text: str, people: list[Any]) -> int | None:
    return min(int(text), len(people)) if text.isdecimal() and len(text) < 6 else None


def _errors(access: Access, section: FormSection, data: dict[str, Any]) -> dict[str, Any]:
    try:
        applying.check_form(access.case, data, with_disclosure=False)
    except ApplicationInvalid as error:
        return drawing.of_section(section, error.fields)
    return {}


def _page(
    request: HttpRequest,
    access: Access,
    section: FormSection,
    place: dict[str, Any],
    people: list[Any],
    errors: dict[str, Any],
    *,
    row: int | None = None,
    status: int = 200,
) -> TemplateResponse:
    definition = access.case.product.definition
    data = {**application(access.case).data, section.path: people if row is None or row < len(people) else [*people, {}]}
    wrong = {int(path.split(".")[1]) for path in errors if path.count(".") > 1}
    context = {
        **place,
        "section": section,
        "given": section.path in prefilling.given_paths(access.case, data),
        "people": [
            {"index": index, "person": person, "wrong": index in wrong, "work": definition.occupation(str(person.get("occupation") or ""))}
            for index, person in enumerate(people)
        ],
        "count": len(people),
        # Who edits one person sees that person's mistakes, at their fields.
        "list_error": (errors.get(section.path) or errors.get("insured")) if row is None else None,
        "mistakes": [
            (drawing.label_of(section, path), sentence) for path, sentence in errors.items() if path != section.path and row is None
        ][:ERRORS_SHOWN],
        "mistakes_all": len(errors),
        "row": row,
        "new_row": len(people),
        "row_fields": drawing.draw(definition, section, data, errors)[row].fields if row is not None else [],
        "occupations": definition.occupations,
        "largest_file": LARGEST_FILE,
        "quote": estimate(access.case, _without_empty(data)),
    }
    return page(request, access, "portal/insured_list.html", context, status=status)


def _without_empty(data: dict[str, Any]) -> dict[str, Any]:
    return {key: [entry for entry in value if entry] if isinstance(value, list) else value for key, value in data.items()}

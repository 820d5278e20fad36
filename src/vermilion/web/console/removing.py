"""Taking insured persons off a group policy: choose them on the list or by a file, look at the refund, start the change."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from vermilion.apps.policies import removing, servicing
from vermilion.apps.policies.errors import ChangeOpen
from vermilion.apps.policies.models import Policy, PolicyVersion
from vermilion.apps.products import insured_list
from vermilion.apps.products.errors import ApplicationInvalid
from vermilion.apps.signing.group import following
from vermilion.apps.signing.group import queries as group

from . import permissions, words
from .case import visit
from .frame import show
from .policies import AddForm, masked, may_shrink, policy_of, problems_of, uploaded

MOST_DIGITS = 6  # of a number on the list of insured persons


@require_http_methods(["GET", "HEAD", "POST"])
@permissions.page("policy_remove_insured")
def policy_remove_insured(request: HttpRequest, policy_id: UUID) -> HttpResponse:
    """Choose who goes and look at what it means; with ``confirm`` start the change."""
    found = policy_of(request.scope, policy_id)  # type: ignore[attr-defined]
    version = servicing.latest_version(found)
    if not may_shrink(found):
        return HttpResponseRedirect(reverse("console:policy", args=[found.id]))
    if request.method != "POST" and found.endorsements.filter(state__in=servicing.OPEN_STATES).exists():
        messages.info(request, _("有一项变更正在办理，完成或撤回之后才能增加或者减少被保险人。"))
        return HttpResponseRedirect(reverse("console:policy", args=[found.id]))
    if request.method != "POST":
        return _page(request, found, version, chosen=_leaving(found, version))
    form, seen = AddForm(request.POST), _number(request.POST.get("version", ""))
    # What was ticked on another list would be somebody else on this one.
    chosen = _numbers(request) if seen == version.number else _leaving(found, version)
    if "back" in request.POST:
        return _page(request, found, version, chosen=chosen, form=form)
    try:
        if request.FILES.get("file"):
            people = insured_list.parse(uploaded(request), maximum=len(_listed(version)), required=insured_list.KNOWN_BY)
            chosen = removing.numbers_of(found, people)
        preview = removing.preview_removal(policy_id=found.id, version=seen, numbers=chosen)
        if not form.is_valid():
            return _page(request, found, version, chosen=chosen, form=form, status=422)
        if request.POST.get("confirm") != "1":
            return _page(request, found, version, chosen=chosen, form=form, preview=preview)
        staff, reason = request.staff, form.cleaned_data["reason"]  # type: ignore[attr-defined]
        made = removing.remove_insured(policy_id=found.id, version=seen, numbers=chosen, reason=reason, staff=staff)
    except ApplicationInvalid as error:
        return _page(request, found, version, chosen=chosen, form=form, problems=problems_of(error), status=422)
    except ChangeOpen as error:
        messages.error(request, f"{error.message}{error.hint}")
        return HttpResponseRedirect(reverse("console:policy", args=[found.id]))
    messages.success(request, _("%(number)s 已建立，批改申请书会发给经办人签署。") % {"number": made.number})
    return HttpResponseRedirect(reverse("console:policy", args=[found.id]))


def _page(
    request: HttpRequest,
    found: Policy,
    version: PolicyVersion,
    *,
    chosen: list[int],
    form: AddForm | None = None,
    problems: list[str] | None = None,
    preview: removing.Removal | None = None,
    status: int = 200,
) -> HttpResponse:
    visit(request, found.case, "case")
    leaving = set(_leaving(found, version))
    listed = list(enumerate(_listed(version), start=1))
    context = {
        "policy": found,
        "case": found.case,
        "product": words.text_of(found.case.product.definition.name.model_dump()),
        "version": version.number,
        "form": form or AddForm(initial={"reason": _("员工离职")}),
        "problems": problems or [],
        "rows": [(number, masked(person), number in chosen, number in leaving) for number, person in listed],
        "preview": preview,
        "gone": [(number, masked(person)) for number, person in preview.people] if preview else [],
        "count_after": preview.before - len(preview.people) if preview else 0,
        "minimum": found.case.product.definition.insured_min,
        "after": preview.premium - preview.refund if preview else 0,
    }
    here = (_("办理减少被保险人"), "")
    case_url, policy_url = reverse("console:case", args=[found.case.number]), reverse("console:policy", args=[found.id])
    crumbs = [(found.case.number, case_url), (found.number, policy_url), here]
    return show(request, "console/policy_remove.html", context, crumbs=crumbs, status=status)


def _listed(version: PolicyVersion) -> list[dict[str, Any]]:
    return list(version.fields["application"].get("insured") or [])


def _leaving(policy: Policy, version: PolicyVersion) -> list[int]:
    """Return the numbers of who took her consent back and is on the list still."""
    gone = {following.key_of(answer.party) for answer in group.endings(policy.case)}
    return [number for number, person in enumerate(_listed(version), start=1) if following.key(person) in gone] if gone else []


def _numbers(request: HttpRequest) -> list[int]:
    return [_number(text) for text in request.POST.getlist("number")]


def _number(text: str) -> int:
    """Return a typed number; 0, which nothing has, for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else 0

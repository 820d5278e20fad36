"""The public answer about one salesperson, and the report of somebody who doubts her. No account is needed for either."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from vermilion.apps.conduct import reporting
from vermilion.apps.conduct.errors import ReportIncomplete, TooManyReports
from vermilion.apps.parties.models import Salesperson
from vermilion.apps.parties.queries import BadgeState, badge_state
from vermilion.apps.parties.registering import photo_of
from vermilion.apps.products.queries import on_sale
from vermilion.base import clock
from vermilion.web.context import insurer_of
from vermilion.web.limits import Limit, client_address, hit

LOOKS = Limit("badge", 120, 600)
REPORTS = Limit("badge_report", 5, 3600)
UNKNOWN = "unknown"


class ReportForm(forms.Form):
    """What somebody tells of a badge."""

    text = forms.CharField(
        label=gettext_lazy("您遇到了什么"),
        max_length=reporting.LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("例如：与照片不是同一个人、要求转账到个人账户、索要验证码。请不要填写身份证号和银行卡号。"),
    )
    contact = forms.CharField(
        label=gettext_lazy("您的联系方式"),
        required=False,
        max_length=reporting.LONGEST_CONTACT,
        help_text=gettext_lazy("只用于核实这次举报，加密保存。"),
    )


@require_safe
def badge(request: HttpRequest, code: str) -> HttpResponse:
    """Say whether the bearer of this badge sells for the insurer today. An unknown badge is a 404 with the same advice."""
    hit(LOOKS, client_address(request))
    return _page(request, code, _found(request, code))


@require_safe
def photo(request: HttpRequest, code: str) -> HttpResponse:
    """Return the photograph of a badge that is valid today; nobody else's picture is public."""
    hit(LOOKS, client_address(request))
    person = _found(request, code)
    picture = photo_of(person) if person and badge_state(person, on=clock.today()) == BadgeState.VALID else None
    if picture is None:
        raise Http404
    return HttpResponse(picture, content_type="image/webp", headers={"Cache-Control": "private, max-age=300"})


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, code: str) -> HttpResponse:
    """Take a report of suspicion; it lands at compliance."""
    person = _found(request, code)
    insurer = person.insurer if person else insurer_of(request)
    if insurer is None:
        raise Http404  # of several insurers nobody knows which one this is about
    request.insurer = insurer  # type: ignore[attr-defined]
    form = ReportForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"form": form, "person": person, "code": code[:24]}
    if request.method != "POST" or not form.is_valid():
        return TemplateResponse(request, "badge/report.html", context, status=422 if form.errors else 200)
    hit(REPORTS, client_address(request))
    state = str(badge_state(person, on=clock.today())) if person else UNKNOWN
    try:
        reporting.report(insurer=insurer, salesperson=person, code=code, badge_state=state, **form.cleaned_data)
    except (TooManyReports, ReportIncomplete) as error:
        return TemplateResponse(request, "badge/report.html", {**context, "error": error}, status=error.status)
    return TemplateResponse(request, "badge/reported.html", context)


def _found(request: HttpRequest, code: str) -> Salesperson | None:
    person = Salesperson.objects.select_related("insurer", "branch").filter(badge_code=code[:24]).first()
    if person is not None:
        request.insurer = person.insurer  # type: ignore[attr-defined]
    return person


def _page(request: HttpRequest, code: str, person: Salesperson | None) -> HttpResponse:
    today = clock.today()
    if person is None:
        context: dict[str, Any] = {"state": UNKNOWN, "code": code[:24], "may_report": insurer_of(request) is not None}
        return TemplateResponse(request, "badge/badge.html", context, status=404)
    state = badge_state(person, on=today)
    valid = state == BadgeState.VALID
    products = [version.definition for version in on_sale(person.insurer).filter(code__in=person.products)] if valid else []
    context = {"state": str(state), "person": person, "products": products, "today": today, "code": person.badge_code, "may_report": True}
    return TemplateResponse(request, "badge/badge.html", context)

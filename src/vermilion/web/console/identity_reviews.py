"""人工审核: two members of staff look at the papers of a customer whom no provider can prove, one after the other."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vermilion.apps.identity import pictures, reviewing
from vermilion.apps.identity.models import CheckMethod, CheckResult, Picture, Review
from vermilion.apps.identity.services import give_opinion

from . import permissions
from .frame import show

LONGEST_REASON = 200
ORDER = ("front", "back", "face", "relation", "authority")


@require_safe
@permissions.page("identity_reviews")
def identity_reviews(request: HttpRequest) -> HttpResponse:
    """List what waits for a first or a second opinion, oldest first. Nobody's data are shown here."""
    staff: Any = request.staff  # type: ignore[attr-defined]
    rows = [
        {"review": review, "mine": review.first_by_id == staff.pk, "stage": _("待复核") if review.first_by_id else _("待初审")}
        for review in reviewing.waiting(request.scope)[:200]  # type: ignore[attr-defined]
    ]
    return show(request, "console/identity_reviews.html", {"rows": rows}, crumbs=[(_("实名人工审核"), "")])


@require_safe
@permissions.page("identity_review")
def identity_review(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """Show what the customer told and the papers; opening it is recorded."""
    review = _found(request, review_id)
    staff: Any = request.staff  # type: ignore[attr-defined]
    check = review.made_for
    asked = reviewing.open_papers(review_id=review_id, staff=staff)
    names = dict(CheckMethod.choices)
    labels = [
        ("name", _("姓名")),
        ("id_number", _("证件号码")),
        ("ward_name", _("被监护人")),
        ("ward_id_number", _("被监护人证件号码")),
        ("company_name", _("单位名称")),
        ("uscc", _("统一社会信用代码")),
        ("legal_representative", _("法定代表人")),
    ]
    context = {
        "review": review,
        "check": check,
        "told": [(label, asked[key]) for key, label in labels if asked.get(key)],
        "instead": names.get(check.instead_of, ""),
        "papers": sorted(check.pictures.defer("content"), key=lambda picture: ORDER.index(picture.kind)),
        "open": check.result == CheckResult.WAITING,
        "mine": review.first_by_id == staff.pk,
        "may_decide": permissions.may_change(staff, "identity_opinion"),
    }
    crumbs = [(_("实名人工审核"), reverse("console:identity_reviews")), (check.case.number, "")]
    return show(request, "console/identity_review.html", context, crumbs=crumbs)


@require_safe
@permissions.page("identity_picture")
def identity_picture(request: HttpRequest, review_id: UUID, picture_id: UUID) -> HttpResponse:
    """Return one photograph; each look is recorded, and no cache keeps it."""
    review = _found(request, review_id)
    if not Picture.objects.filter(pk=picture_id, made_for_id=review.pk).exists():
        raise Http404
    data, media_type = pictures.look(picture_id=picture_id, staff=request.staff)  # type: ignore[attr-defined]
    return HttpResponse(data, content_type=media_type, headers={"Cache-Control": "no-store"})


@require_POST
@permissions.page("identity_opinion")
def identity_opinion(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """Give the first or the second opinion."""
    review = _found(request, review_id)
    passed, reason = request.POST.get("opinion") == "pass", request.POST.get("reason", "").strip()[:LONGEST_REASON]
    if request.POST.get("opinion") not in ("pass", "refuse") or not reason:
        messages.warning(request, _("请写明您看到了什么，再选择同意或不同意。"))
        return HttpResponseRedirect(reverse("console:identity_review", args=[review_id]))
    check = give_opinion(review_id=review.pk, staff=request.staff, passed=passed, reason=reason)  # type: ignore[attr-defined]
    done = {
        CheckResult.PASSED: _("审核通过，客户可以继续办理。"),
        CheckResult.FAILED: _("审核未通过，客户会看到需要重新提交。"),
    }
    messages.success(request, done.get(CheckResult(check.result), _("已记录，等另一位同事复核。")))
    return HttpResponseRedirect(reverse("console:identity_reviews"))


def _found(request: HttpRequest, review_id: UUID) -> Review:
    rows = Review.objects.filter(request.scope.q("made_for__case__"), pk=review_id)  # type: ignore[attr-defined]
    found = rows.select_related("made_for__case", "made_for__party", "first_by").first()
    if found is None:
        raise Http404
    return found

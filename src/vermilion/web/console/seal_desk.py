"""The seal desk: what waits, today's uses by seal and branch, limits left, what ends or rests, and unusual uses to look at."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, F, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vermilion.apps.parties.scoping import Scope
from vermilion.apps.seals import custody, increasing, queries, watching
from vermilion.apps.seals.models import GrantIncrease, Seal, SealAlert, SealEnding, SealGrant, SealRequest, SealUse
from vermilion.base import clock
from vermilion.web.display import listed

from . import permissions
from .frame import show
from .seal_scope import uses_within, within
from .seals import SOON


@require_safe
@permissions.page("seal_desk")
def seal_desk(request: HttpRequest) -> HttpResponse:
    """Show the desk."""
    scope, moment = request.scope, clock.now()  # type: ignore[attr-defined]
    seals = Seal.objects.filter(within(scope)).select_related("certificate", "branch").order_by("name")
    requests = SealRequest.objects.filter(scope.q()).select_related("seal", "requested_by")
    increases = GrantIncrease.objects.filter(scope.q("requested_by__"), day=clock.today()).select_related("grant__seal", "requested_by")
    balances = queries.balances(within(scope, "seal__"))
    alerts = SealAlert.objects.filter(within(scope, "seal__"))
    ends = moment + SOON
    context = {
        "waiting": requests.filter(state=SealRequest.State.WAITING).order_by("requested_at"),
        "stopped": requests.filter(state=SealRequest.State.APPROVED).exclude(trouble=""),
        "grants": queries.pending_grants(within(scope, "seal__")),
        "new_seals": seals.filter(state__in=[Seal.State.REQUESTED, Seal.State.REVIEWED]),
        "endings": SealEnding.objects.filter(within(scope, "seal__"), state=SealEnding.State.REQUESTED).select_related(
            "seal", "requested_by"
        ),
        "increases": increases.filter(state=GrantIncrease.State.WAITING),
        "charts": charts(scope),
        "balances": [
            {
                "grant": one.grant,
                "used": one.used_today,
                "limit": one.grant.daily_limit + increasing.added(one.grant.pk, moment),
                "near": one.used_today * 100 >= watching.SHARE * one.grant.daily_limit,
            }
            for one in balances
        ],
        "ending": seals.filter(Q(certificate__not_after__lt=ends) | Q(valid_to__lt=ends), state__in=[Seal.State.ACTIVE, Seal.State.FROZEN]),
        "frozen": seals.filter(state=Seal.State.FROZEN),
        "alerts": [
            (alert, listed(person.name for person in custody.custodians_of(alert.seal)))
            for alert in alerts.filter(looked_at=None).select_related("seal").order_by("-raised_at")[:50]
        ],
        "looked": alerts.exclude(looked_at=None).select_related("seal", "looked_by").order_by("-looked_at")[:5],
        "moment": moment,
    }
    return show(request, "console/seal_desk.html", context, crumbs=[(_("印章台"), "")])


@require_POST
@permissions.page("seal_alert_look")
def seal_alert_look(request: HttpRequest, alert_id: UUID) -> HttpResponse:
    """Say what was found."""
    found = SealAlert.objects.filter(within(request.scope, "seal__"), pk=alert_id).first()  # type: ignore[attr-defined]
    if found is None:
        raise Http404
    watching.look(alert_id=found.pk, by=request.staff, finding=request.POST.get("finding", ""))  # type: ignore[attr-defined]
    messages.success(request, _("已记录核查结果。"))
    return HttpResponseRedirect(reverse("console:seal_desk"))


@require_POST
@permissions.page("grant_increase")
def grant_increase(request: HttpRequest, grant_id: UUID) -> HttpResponse:
    """Ask for more uses of a grant today."""
    found = SealGrant.objects.filter(within(request.scope, "seal__"), pk=grant_id).first()  # type: ignore[attr-defined]
    if found is None:
        raise Http404
    extra = request.POST.get("extra", "")
    increasing.ask_increase(
        grant_id=found.pk,
        extra=int(extra) if extra.isascii() and extra.isdigit() and len(extra) < 9 else 0,
        reason=request.POST.get("reason", ""),
        by=request.staff,  # type: ignore[attr-defined]
    )
    messages.success(request, _("临时增额已提交，由另一位审批人在手机上批准，只在今天有效。"))
    keeps = permissions.may(request.staff, "seal_desk")  # type: ignore[attr-defined]
    return HttpResponseRedirect(reverse("console:seal_desk" if keeps else "console:seal_mine"))


def charts(scope: Scope) -> list[dict[str, Any]]:
    """Return today's stored uses by seal and by branch of the requester or seal, as bars for an inline SVG."""
    midnight = clock.now().astimezone(clock.SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    uses = SealUse.objects.filter(uses_within(scope), started_at__gte=midnight, state__in=["signed", "stored"])
    by_seal = uses.values(name=F("seal__name")).annotate(count=Count("pk")).order_by("-count", "name")[:12]
    by_branch: dict[str, int] = {}
    for row in uses.values("permission__request__branch__name", "seal__branch__name").annotate(count=Count("pk")):
        name = row["permission__request__branch__name"] or row["seal__branch__name"] or _("总公司")
        by_branch[name] = by_branch.get(name, 0) + row["count"]
    pairs = sorted(by_branch.items(), key=lambda pair: (-pair[1], pair[0]))[:12]
    return [
        _chart(_("今日用印（按印章）"), [(row["name"], row["count"]) for row in by_seal]),
        _chart(_("今日用印（按机构）"), pairs),
    ]


def _chart(title: str, pairs: list[tuple[str, int]]) -> dict[str, Any]:
    """Return bars whose ``width`` is a share of the largest, of 100."""
    most = max((count for _name, count in pairs), default=1)
    return {"title": title, "bars": [{"name": name, "count": count, "width": max(1, 100 * count // most)} for name, count in pairs]}

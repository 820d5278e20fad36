"""Seals, standing grants and the register of their use. Freezing is here, being urgent; certificates are in :mod:`.certificates`."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_POST, require_safe

from vermilion.apps.cases.models import Case
from vermilion.apps.parties.scoping import Scope
from vermilion.apps.seals import kinds, registering, services
from vermilion.apps.seals.models import Seal, SealGrant, SealPermission, SealUse
from vermilion.base import clock
from vermilion.web.display import listed

from . import permissions
from .frame import EXPORT_LIMIT, csv_file, page_of, show
from .grants import KINDS, GrantForm, grant_view, grants_within
from .seal_scope import seal_of, uses_within, within

NAMES = {**dict(kinds.REQUESTED), **dict(KINDS)}
"""Every kind of document that may bear a seal, in words."""
SEAL_TONES = {
    "requested": "waiting", "reviewed": "waiting", "active": "done", "frozen": "blocked", "retired": "ended", "destroyed": "ended",
}  # fmt: skip
USE_TONES = {"intent": "active", "signed": "active", "stored": "done", "failed": "blocked", "abandoned": "ended"}
# A certificate that ends within this time needs a successor.
SOON = timedelta(days=60)


class UsesForm(forms.Form):
    """Search of the register."""

    q = forms.CharField(label=gettext_lazy("业务号、指纹或序列号"), required=False, max_length=100)
    seal = forms.ModelChoiceField(
        label=gettext_lazy("印章"), required=False, queryset=Seal.objects.none(), empty_label=gettext_lazy("全部")
    )
    state = forms.ChoiceField(label=gettext_lazy("状态"), required=False, choices=[("", gettext_lazy("全部")), *SealUse.State.choices])
    since = forms.DateField(label=gettext_lazy("自"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seal"].queryset = Seal.objects.filter(within(scope))  # type: ignore[attr-defined]


@require_safe
@permissions.page("seals")
def seals(request: HttpRequest) -> HttpResponse:
    """Show the seals, their certificates and grants."""
    return page(request)


@require_POST
@permissions.page("seal_freeze")
def seal_freeze(request: HttpRequest, seal_id: UUID) -> HttpResponse:
    """Stop a seal at once."""
    seal, reason = seal_of(request, seal_id), request.POST.get("reason", "").strip()
    if not reason:
        messages.error(request, _("请填写冻结原因，印章没有冻结。"))
    else:
        services.freeze(seal_id=seal.id, reason=reason[:200], by=request.staff)  # type: ignore[attr-defined]
        messages.success(request, _("“%(name)s”已冻结，任何单证都不能再用印。") % {"name": seal.name})
    return _back()


@require_POST
@permissions.page("seal_unfreeze")
def seal_unfreeze(request: HttpRequest, seal_id: UUID) -> HttpResponse:
    """Put a frozen seal in use again."""
    seal, reason = seal_of(request, seal_id, acting=True), request.POST.get("reason", "").strip()
    if not reason:
        messages.error(request, _("请填写解冻原因，印章仍然冻结。"))
    else:
        services.unfreeze(seal_id=seal.id, reason=reason[:200], by=request.staff)  # type: ignore[attr-defined]
        messages.success(request, _("“%(name)s”已恢复使用。") % {"name": seal.name})
    return _back()


@require_safe
@permissions.page("seal_uses")
def seal_uses(request: HttpRequest) -> HttpResponse:
    """Show the register 用印记录."""
    form, uses = found_uses(request.scope, request.GET)  # type: ignore[attr-defined]
    page = page_of(request, uses)
    query = request.GET.urlencode()
    export = reverse("console:seal_uses_csv") + (f"?{query}" if query else "")
    context = {
        "form": form,
        "page_obj": page,
        "rows": list(use_rows(page.object_list)),
        "pdf": "seal_uses_pdf" if permissions.may(request.staff, "seal_uses_pdf") else "",  # type: ignore[attr-defined]
        "asked": request.GET.dict(),
        "export_url": export if permissions.may(request.staff, "seal_uses_csv") else "",  # type: ignore[attr-defined]
    }
    return show(request, "console/seal_uses.html", context, crumbs=[(_("印章与授权"), reverse("console:seals")), (_("用印记录"), "")])


@require_safe
@permissions.page("seal_uses_csv")
def seal_uses_csv(request: HttpRequest) -> HttpResponseBase:
    """Give the register as a file."""
    header = [
        _("时间"),
        _("印章"),
        _("单证"),
        _("业务号"),
        _("依据"),
        pgettext("of a seal", "申请人"),
        _("审批人"),
        _("机构"),
        _("状态"),
        _("出示稿指纹"),
        _("签章后指纹"),
    ]
    header += [_("证书序列号"), _("等级"), _("错误")]
    lines = (
        [
            clock.rfc3339(row["use"].started_at), row["seal"], row["kind"], row["case"], row["basis"], row["asked"],
            row["approved"], row["place"], str(row["use"].get_state_display()),
            row["use"].shown_digest, row["use"].revision_digest, row["use"].certificate_serial, row["use"].level, row["use"].error,
        ]
        for row in use_rows(found_uses(request.scope, request.GET)[1][:EXPORT_LIMIT])  # type: ignore[attr-defined]
    )  # fmt: skip
    return csv_file(f"seal-uses-{clock.today():%Y%m%d}", header, lines)


def page(request: HttpRequest, *, form: GrantForm | None = None, status: int = 200) -> HttpResponse:
    """Return the page of seals and grants; ``form``: a grant's that was refused."""
    scope, moment, staff = request.scope, clock.now(), request.staff  # type: ignore[attr-defined]
    midnight = moment.astimezone(clock.SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    today = Count("uses", filter=Q(uses__started_at__gte=midnight, uses__state__in=["signed", "stored"]))
    rows = Seal.objects.filter(within(scope)).select_related("certificate", "branch", "insurer").annotate(today=today)
    context = {
        "seals": [seal_view(seal, moment) for seal in rows.order_by("state", "name")],
        "grants": [
            {
                **grant_view(grant),
                "left": max(grant.daily_limit - grant.today, 0),
                "approvable": grant.state == SealGrant.State.REQUESTED and staff.id not in (grant.requested_by_id, grant.first_approver_id),
            }
            for grant in grants_within(scope).annotate(today=today)[:50]
        ],
        "form": form or GrantForm(scope=scope),
    }
    return show(request, "console/seals.html", context, status=status, crumbs=[(_("印章与授权"), "")])


def seal_view(seal: Seal, moment: datetime) -> dict[str, Any]:
    """Return a seal with its picture and what its certificate's end asks for."""
    certificate = seal.certificate
    ends = certificate.not_after if certificate else None
    return {
        "seal": seal,
        "tone": SEAL_TONES[seal.state],
        # As an image its scripts, if there were any, are dead.
        "picture": f"data:image/svg+xml;base64,{base64.b64encode(seal.picture.encode()).decode()}",
        "expiring": bool(ends and moment <= ends < moment + SOON),
        "expired": bool(ends and ends < moment),
    }


def found_uses(scope: Scope, asked: Any) -> tuple[UsesForm, QuerySet[SealUse]]:
    """Return the search that ``asked`` (a query) fills in, and the uses that it finds, the newest first."""
    form = UsesForm(asked, scope=scope)
    form.is_valid()
    wanted = getattr(form, "cleaned_data", {})
    # Only seals: a customer's own signature is no use of the insurer's seal.
    uses = SealUse.objects.filter(uses_within(scope)).select_related("seal__branch", "grant", "permission__request").order_by("-started_at")
    if text := wanted.get("q", "").strip():
        case_ids = list(Case.objects.filter(scope.q(), number=text.upper()).values_list("pk", flat=True))
        digest = text.lower()
        uses = uses.filter(
            Q(permission__case__in=case_ids) | Q(shown_digest=digest) | Q(revision_digest=digest) | Q(certificate_serial__iexact=text)
        )
    if wanted.get("seal"):
        uses = uses.filter(seal=wanted["seal"])
    if wanted.get("state"):
        uses = uses.filter(state=wanted["state"])
    if wanted.get("since"):
        uses = uses.filter(started_at__gte=datetime.combine(wanted["since"], time(), tzinfo=clock.SHANGHAI))
    return form, uses


def use_rows(uses: Any) -> Iterator[dict[str, Any]]:
    """Return uses of seals as the register shows them."""
    found = list(uses)
    numbers = dict(Case.objects.filter(pk__in={use.permission.case for use in found if use.permission.case}).values_list("pk", "number"))
    bases, people = dict(SealPermission.Kind.choices), registering.people_of(found)
    for use in found:
        yield {
            "use": use,
            "seal": use.seal.name if use.seal else "",
            "kind": str(NAMES.get(use.permission.document_kind, use.permission.document_kind)),
            "case": numbers.get(use.permission.case, ""),
            "request": use.permission.request,
            "asked": people[use.pk].asked,
            "approved": listed(people[use.pk].approved),
            "place": people[use.pk].place,
            "basis": str(bases.get(use.permission.kind, use.permission.kind)),
            "tone": USE_TONES[use.state],
        }


def _back() -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("console:seals"))

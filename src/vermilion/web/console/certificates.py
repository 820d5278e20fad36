"""A seal's certificates: state and validity, renewal, and revoking by two people with what was sealed since."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from cryptography import x509
from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from vermilion.apps.parties.models import StaffMember
from vermilion.apps.seals import queries, revoking
from vermilion.apps.seals.models import CertificateRecord, RevocationRequest, Seal
from vermilion.apps.seals.tasks import RENEW_AHEAD
from vermilion.base import clock

from . import permissions, seal_life
from .frame import show
from .seal_scope import may_act, seal_of, within
from .seals import seal_view, use_rows

SHOWN_USES = 50
"""The register shows the others."""


class RevocationForm(forms.Form):
    """Why a certificate shall be revoked, and since when its key is suspected (time of Shanghai)."""

    code = forms.ChoiceField(label=gettext_lazy("吊销原因"), choices=CertificateRecord.Reason.choices)
    suspected_since = forms.DateTimeField(
        label=gettext_lazy("怀疑失控的时间"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text=gettext_lazy("此后签章的文件都会验证为不可信；不清楚时留空。"),
    )
    reason = forms.CharField(label=gettext_lazy("说明"), max_length=200)


@require_safe
@permissions.page("seal")
def seal(request: HttpRequest, seal_id: UUID) -> HttpResponse:
    """Show a seal's certificates, the present one first."""
    return _page(request, seal_of(request, seal_id))


@require_POST
@permissions.page("revocation_request")
def revocation_request(request: HttpRequest, seal_id: UUID, record_id: UUID) -> HttpResponse:
    """Ask that a certificate be revoked; another person has to confirm it."""
    found = seal_of(request, seal_id, acting=True)
    certificate = queries.certificates_of(found).filter(pk=record_id).first()
    if certificate is None:
        raise Http404
    form = RevocationForm(request.POST, auto_id=f"id_%s_{certificate.pk}")
    if not form.is_valid():
        return _page(request, found, form=form, about=certificate.pk, status=422)
    asked = form.cleaned_data
    revoking.request_revocation(
        seal_id=found.pk,
        record_id=certificate.pk,
        code=asked["code"],
        reason=asked["reason"],
        suspected_since=asked["suspected_since"],
        by=request.staff,  # type: ignore[attr-defined]
    )
    messages.success(request, _("吊销申请已提交，须由另一人复核后才吊销。情况紧急时请先冻结印章。"))
    return _back(found)


@require_POST
@permissions.page("revocation_confirm")
def revocation_confirm(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Revoke as the second person."""
    asked = _asked(request, request_id)
    revoking.confirm_revocation(request_id=asked.pk, by=request.staff)  # type: ignore[attr-defined]
    messages.success(request, _("证书 %(serial)s 已吊销，用它的印章已冻结。") % {"serial": asked.certificate.serial})
    return _back(asked.seal)


@require_POST
@permissions.page("revocation_reject")
def revocation_reject(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Turn a request down, or take one's own back."""
    asked, reason = _asked(request, request_id), request.POST.get("reason", "").strip()
    if not reason:
        messages.error(request, _("请填写不吊销的原因，申请没有改变。"))
    else:
        revoking.reject_revocation(request_id=asked.pk, by=request.staff, reason=reason[:400])  # type: ignore[attr-defined]
        messages.success(request, _("吊销申请已了结，证书没有吊销。"))
    return _back(asked.seal)


def _page(
    request: HttpRequest, found: Seal, *, form: RevocationForm | None = None, about: UUID | None = None, status: int = 200
) -> HttpResponse:
    moment, staff = clock.now(), request.staff  # type: ignore[attr-defined]
    certificates = sorted(queries.certificates_of(found), key=lambda one: one.pk != found.certificate_id)
    views = [_certificate_view(one, found, staff, moment) for one in certificates]
    for view in views:
        mine = form if form is not None and view["certificate"].pk == about else None
        view["form"] = mine or RevocationForm(auto_id=f"id_%s_{view['certificate'].pk}")
    context = {
        "item": seal_view(found, moment),
        "certificates": views,
        "orders": list(found.orders.select_related("ordered_by").order_by("-created_at")[:10]),
        "renew_days": RENEW_AHEAD.days,
        **seal_life.life_of(found, staff),
    }
    crumbs = [(_("印章与授权"), reverse("console:seals")), (found.name, "")]
    return show(request, "console/seal.html", context, status=status, crumbs=crumbs)


def _certificate_view(certificate: CertificateRecord, found: Seal, staff: StaffMember, moment: datetime) -> dict[str, Any]:
    present = found.certificate_id == certificate.pk
    if certificate.revoked_at is not None:
        tone, label = "blocked", _("已吊销")
    elif certificate.not_after <= moment:
        tone, label = "ended", _("已到期")
    elif present:
        tone, label = "done", _("正在使用")
    else:
        tone, label = "ended", _("已换发")
    asked = certificate.revocation_requests.select_related("requested_by").filter(state=RevocationRequest.State.REQUESTED).first()
    since = certificate.suspected_since or certificate.revoked_at if certificate.revoked_at else asked.suspected_since if asked else None
    uses = queries.sealed_since(certificate, since)
    return {
        "certificate": certificate,
        "issuer": _common_name(certificate.issuer),
        "tone": tone,
        "label": label,
        "asked": asked,
        "confirmable": asked is not None and asked.requested_by_id != staff.pk,
        "since": since,
        "count": uses.count(),
        "uses": list(use_rows(uses[:SHOWN_USES])) if asked is not None or certificate.revoked_at is not None else [],
    }


def _common_name(name: str) -> str:
    """Return the common name in a name of RFC 4514; the whole name where it has none."""
    try:
        found = x509.Name.from_rfc4514_string(name).get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    except ValueError:
        return name
    return str(found[0].value) if found else name


def _asked(request: HttpRequest, request_id: UUID) -> RevocationRequest:
    rows = RevocationRequest.objects.select_related("certificate", "seal")
    found = rows.filter(within(request.scope, "seal__"), pk=request_id).first()  # type: ignore[attr-defined]
    if found is None:
        raise Http404
    may_act(request, found.seal.branch_id)
    return found


def _back(found: Seal) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("console:seal", args=[found.pk]))

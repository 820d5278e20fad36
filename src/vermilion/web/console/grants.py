"""Standing grants at the desk: asking for one, ending one, and how one is shown. They are approved on the phone (``approval.grants``)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from vermilion.apps.parties.scoping import Scope
from vermilion.apps.seals import granting
from vermilion.apps.seals.models import Seal, SealGrant
from vermilion.base import clock
from vermilion.web.display import listed

from . import permissions, words
from .seal_scope import may_act, within

KINDS = [
    ("policy", gettext_lazy("电子保单")),
    ("insured_certificate", gettext_lazy("保险凭证")),
    ("endorsement", gettext_lazy("批单")),
    ("decision_notice", gettext_lazy("核保决定通知书")),
    ("claim_decision", gettext_lazy("理赔决定通知书")),
    ("claim_refusal", gettext_lazy("拒绝给付保险金通知书")),
    ("seal_register", gettext_lazy("用印记录")),
]
TONES = {"requested": "waiting", "active": "done", "rejected": "blocked", "revoked": "ended"}


class GrantForm(forms.Form):
    """A standing permission for the machine to set a seal."""

    seal = forms.ModelChoiceField(label=gettext_lazy("印章"), queryset=Seal.objects.none(), empty_label=gettext_lazy("请选择"))
    document_kinds = forms.MultipleChoiceField(label=gettext_lazy("单证"), choices=KINDS, widget=forms.CheckboxSelectMultiple)
    products = forms.MultipleChoiceField(
        label=gettext_lazy("产品"), required=False, widget=forms.CheckboxSelectMultiple, help_text=gettext_lazy("不选即全部产品。")
    )
    max_yuan = forms.IntegerField(label=gettext_lazy("单笔保险金额上限"), required=False, min_value=1, max_value=10**10)
    daily_limit = forms.IntegerField(label=gettext_lazy("每日次数上限"), min_value=1, max_value=1_000_000)
    days = forms.IntegerField(label=gettext_lazy("有效天数"), min_value=1, max_value=366, initial=90)
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=400)

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seal"].queryset = Seal.objects.filter(within(scope), state=Seal.State.ACTIVE)  # type: ignore[attr-defined]
        self.fields["products"].choices = words.product_choices(scope.insurer)  # type: ignore[attr-defined]


@require_POST
@permissions.page("grant_request")
def grant_request(request: HttpRequest) -> HttpResponse:
    """Ask for a standing permission; two others have to approve it."""
    from . import seal_mine, seals

    form = GrantForm(request.POST, scope=request.scope)  # type: ignore[attr-defined]
    keeps = permissions.may(request.staff, "seals")  # type: ignore[attr-defined]
    if not form.is_valid():
        return seals.page(request, form=form, status=422) if keeps else seal_mine.page(request, form=form, status=422)
    asked, moment = form.cleaned_data, clock.now()
    granting.request_grant(
        seal_id=asked["seal"].id,
        document_kinds=asked["document_kinds"],
        products=asked["products"],
        max_amount=asked["max_yuan"] * 100 if asked["max_yuan"] else None,
        daily_limit=asked["daily_limit"],
        valid_from=moment,
        valid_to=moment + timedelta(days=asked["days"]),
        requested_by=request.staff,  # type: ignore[attr-defined]
        reason=asked["reason"],
    )
    messages.success(request, _("用印授权已提交，需要两人审批，其中至少一位审批人。"))
    return HttpResponseRedirect(reverse("console:seals" if keeps else "console:seal_mine"))


@require_POST
@permissions.page("grant_revoke")
def grant_revoke(request: HttpRequest, grant_id: UUID) -> HttpResponse:
    """End a grant at once."""
    grant = grants_within(request.scope).filter(pk=grant_id).first()  # type: ignore[attr-defined]
    if grant is None:
        raise Http404
    may_act(request, grant.seal.branch_id)
    reason = request.POST.get("reason", "").strip()
    if not reason:
        messages.error(request, _("请填写原因，授权没有改变。"))
    else:
        granting.revoke_grant(grant_id=grant.pk, by=request.staff, reason=reason[:400])  # type: ignore[attr-defined]
        messages.success(request, _("用印授权已撤销。"))
    return HttpResponseRedirect(reverse("console:seals"))


def grants_within(scope: Scope) -> QuerySet[SealGrant]:
    """Return the grants of the seals that ``scope`` reaches, the newest first."""
    rows = SealGrant.objects.filter(within(scope, "seal__")).order_by("-requested_at")
    return rows.select_related("seal__insurer", "seal__branch", "seal__certificate", "requested_by", "first_approver", "second_approver")


def grant_view(grant: SealGrant) -> dict[str, Any]:
    """Return a grant as pages show it."""
    names, documents = dict(words.product_choices(grant.seal.insurer)), dict(KINDS)
    return {
        "grant": grant,
        "tone": TONES[grant.state],
        "kinds": listed(str(documents.get(kind, kind)) for kind in grant.document_kinds),
        "products": listed(names.get(code, code) for code in grant.products) or _("全部产品"),
        "ended": grant.valid_to < clock.now(),
        "weaker": granting.is_weaker(grant),
    }

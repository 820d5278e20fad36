"""委托: what a member of staff lent and was lent, lending more, and ending it at once."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from vermilion.apps.parties import delegating
from vermilion.apps.parties.errors import DelegationRefused
from vermilion.apps.parties.models import Delegation, StaffMember
from vermilion.base import clock

from .permissions import staff_required

# A browser shows a date only in this form, whatever the language.
DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ColleagueField(forms.ModelChoiceField):
    """A colleague, by name and account: two may have the same name."""

    def label_from_instance(self, obj: Any) -> str:
        """Return what stands in the list."""
        return f"{obj.name}（{obj.user.get_username()}）"


class DelegationForm(forms.Form):
    """What is lent to whom; the days are whole days of Asia/Shanghai, both included."""

    authority = forms.ChoiceField(label=gettext_lazy("权限"))
    receiver = ColleagueField(label=gettext_lazy("委托给"), queryset=StaffMember.objects.none(), empty_label=gettext_lazy("请选择"))
    first = forms.DateField(label=gettext_lazy("从"), widget=DATE)
    last = forms.DateField(label=gettext_lazy("到（含当日）"), widget=DATE)
    reason = forms.CharField(label=gettext_lazy("原因"), max_length=200)

    def __init__(self, *args: Any, staff: StaffMember, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = [choice for choice in Delegation.Authority.choices if staff.has(choice[0])]
        self.fields["authority"].choices = held  # type: ignore[attr-defined]
        colleagues = StaffMember.objects.filter(insurer=staff.insurer, active=True).exclude(pk=staff.pk)
        for role in delegating.BARRED:
            colleagues = colleagues.exclude(roles__contains=[role])
        self.fields["receiver"].queryset = colleagues.select_related("user").order_by("name")  # type: ignore[attr-defined]
        self.fields["first"].initial = clock.today()
        self.fields["last"].initial = clock.today() + timedelta(days=7)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required()
def delegations(request: HttpRequest) -> HttpResponse:
    """Show own delegations; POST lends an authority."""
    staff: StaffMember = request.staff  # type: ignore[attr-defined]
    may_lend = staff.has(*Delegation.Authority.values)
    form = DelegationForm(request.POST if request.method == "POST" else None, staff=staff)
    if form.is_valid():
        said = form.cleaned_data
        try:
            made = delegating.delegate(
                giver=staff,
                receiver=said["receiver"],
                authority=said["authority"],
                valid_from=_midnight(said["first"]),
                valid_to=_midnight(said["last"] + timedelta(days=1)),
                reason=said["reason"],
            )
        except DelegationRefused as error:
            form.add_error("last" if error.reason == "period" else None, str(error.message))
        else:
            messages.success(request, _("已委托给 %(name)s。您仍可以自己处理，并可随时撤回。") % {"name": made.receiver.name})
            return HttpResponseRedirect(reverse("delegations"))
    context = {"rows": [_row(item, staff) for item in delegating.of(staff)[:50]], "form": form if may_lend else None}
    return render(request, "account/delegations.html", context, status=422 if form.errors else 200)


@require_POST
@staff_required()
def withdraw(request: HttpRequest, delegation_id: UUID) -> HttpResponse:
    """End a delegation that this person gave or received."""
    delegating.withdraw(delegation_id=delegation_id, by=request.staff)  # type: ignore[attr-defined]
    messages.success(request, _("委托已经结束，立即生效。"))
    return HttpResponseRedirect(reverse("delegations"))


def _row(item: Delegation, staff: StaffMember) -> dict[str, Any]:
    moment = clock.now()
    ended = item.withdrawn_at is not None or item.valid_to <= moment
    counts = not ended and item.giver.has(item.authority) and item.receiver.active
    tone, label = (
        ("ended", _("已撤回"))
        if item.withdrawn_at
        else ("ended", _("已到期"))
        if ended
        else ("blocked", _("委托人已无此权限"))
        if not counts
        else ("waiting", _("尚未开始"))
        if item.valid_from > moment
        else ("active", _("生效中"))
    )
    given = item.giver_id == staff.pk
    return {
        "item": item,
        "given": given,
        "other": item.receiver.name if given else item.giver.name,
        "last": item.valid_to - timedelta(seconds=1),
        "tone": tone,
        "label": label,
        "open": not ended,
    }


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.SHANGHAI)

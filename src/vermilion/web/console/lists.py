"""Rows of case lists, and the filter above them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vermilion.apps.cases import queries
from vermilion.apps.cases.models import Case
from vermilion.apps.notices import queries as notices
from vermilion.apps.notices.catalogue import TEMPLATES
from vermilion.apps.parties.models import Insurer, Salesperson
from vermilion.apps.parties.organising import tree
from vermilion.apps.parties.scoping import Scope
from vermilion.apps.policies import queues
from vermilion.apps.policies.models import Endorsement
from vermilion.apps.policies.queues import Filters
from vermilion.apps.policies.servicing import OPEN_STATES
from vermilion.base import clock

from . import words

AGES = [("", _("不限")), ("1", _("超过 1 天")), ("3", _("超过 3 天")), ("7", _("超过 7 天")), ("30", _("超过 30 天"))]


@dataclass(frozen=True)
class CaseRow:
    """One case as a list shows it: of the customer no more than a masked name."""

    number: str
    url: str
    customer: str
    policy_number: str
    product: str
    branch: str
    salesperson: str
    state: str
    tone: str
    since: datetime
    deadline: datetime | None
    overdue: bool
    blocked: str
    owner: str


def case_rows(insurer: Insurer, cases: Iterable[Case], *, named: bool = True) -> list[CaseRow]:
    """Return the rows of ``cases`` (see ``queues.select``), with the customers' masked names unless ``named`` is false."""
    cases = list(cases)
    customers = queries.customer_names(cases) if named else {}
    names, now, failing = words.product_names(insurer), clock.now(), _failing(cases)
    return [
        CaseRow(
            number=case.number,
            url=reverse("console:case", args=[case.number]),
            customer=customers.get(case.pk, ""),
            policy_number=case.policy.number if hasattr(case, "policy") else "",
            product=names.get(case.product_id, ""),
            branch=words.branch_name(case.branch),
            salesperson=case.salesperson.name if case.salesperson else "",
            state=case.get_state_display(),
            tone="blocked" if case.blocked_by else words.TONES.get(case.state, "ended"),
            since=case.state_since,
            deadline=case.deadline_at,
            overdue=bool(case.deadline_at and case.deadline_at < now),
            blocked=case.blocked_reason or failing.get(case.pk, ""),
            owner=case.owner.name if case.owner else "",
        )
        for case in cases
    ]


def _failing(cases: list[Case]) -> dict[Any, str]:
    """Return what goes wrong beside the case's own machine part: a message that does not arrive, a change that stopped."""
    found = {
        notice.case_id: f"{gettext(TEMPLATES[notice.template].name)}：{notice.last_error_detail or notice.last_error}"
        for notice in notices.failing().filter(case__in=cases).defer("content").order_by("created_at")
    }
    stopped = Endorsement.objects.filter(policy__case__in=cases, state__in=OPEN_STATES).exclude(last_error="")
    return found | dict(stopped.values_list("policy__case_id", "last_error"))


#: What the list is narrowed to, in words; the thing itself is not in the page any more.
SOUGHT = {"number": _("编号"), "phone": _("手机号"), "id_number": _("证件号码"), "name": _("姓名")}


class FilterForm(forms.Form):
    """Search and filters of a list of cases; wrong values narrow nothing. It is posted, so that no phone stands in an address."""

    q = forms.CharField(label=_("查找"), required=False, max_length=100)
    by = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)
    key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    product = forms.ChoiceField(label=_("产品"), required=False)
    branch = forms.ChoiceField(label=_("机构"), required=False)
    salesperson = forms.ChoiceField(label=_("销售人员"), required=False)
    age = forms.ChoiceField(label=_("停留"), required=False, choices=AGES)

    def __init__(self, data: Any, *, scope: Scope) -> None:
        super().__init__(data)
        insurer = scope.insurer
        everything = [("", _("全部"))]
        self.fields["q"].widget.attrs["placeholder"] = _("业务号、保单号、手机号、证件号码")
        self.fields["product"].choices = everything + words.product_choices(insurer)  # type: ignore[attr-defined]
        names = [(branch.code, words.branch_name(branch)) for _depth, branch in tree(insurer, only=scope.branches)]
        self.fields["branch"].choices = everything + names  # type: ignore[attr-defined]
        people = Salesperson.objects.filter(insurer=insurer).order_by("name").values_list("licence_no", "name")
        self.fields["salesperson"].choices = everything + list(people)  # type: ignore[attr-defined]

    def address(self, path: str, scope: Scope) -> str:
        """Return where a posted search leads: the list at ``path`` with the filters, and of a person only a keyed hash."""
        self.is_valid()
        chosen = {name: value for name, value in self.cleaned_data.items() if value and name != "q"}
        if text := self.cleaned_data.get("q", "").strip():
            chosen["by"], chosen["key"] = queues.seek(scope, text)
        return f"{path}?{urlencode(chosen)}" if chosen else path

    @property
    def sought(self) -> Any:
        """What the list is narrowed to, in words; empty when everybody is shown."""
        return SOUGHT.get(self.cleaned_data.get("by", ""), "") if self.is_valid() and self.cleaned_data.get("key") else ""

    def filters(self) -> Filters:
        """Return what to narrow to."""
        self.is_valid()
        chosen = self.cleaned_data
        return Filters(
            by=chosen.get("by", ""),
            key=chosen.get("key", ""),
            branch=chosen.get("branch", ""),
            product=chosen.get("product", ""),
            salesperson=chosen.get("salesperson", ""),
            older_than_days=int(chosen.get("age") or 0),
        )

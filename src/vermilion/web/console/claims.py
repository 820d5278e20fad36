"""A claim's decision at the desk, where no claims system reports it by the API: what is typed becomes the sealed notice."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, pgettext_lazy

from vermilion.apps.policies import claims, servicing
from vermilion.apps.policies.models import Policy
from vermilion.apps.products.definition import ProductDefinition
from vermilion.apps.templates.data.quoting import quoted
from vermilion.base import clock
from vermilion.base.errors import VermilionError
from vermilion.base.validation import ID_TYPES, InvalidValue, validate_id_document

from . import permissions
from .frame import show
from .policies import policy_of

ROWS = 3  # benefits and payees of a decision; one with more comes from a claims system
CONCLUSIONS = [("paid", gettext_lazy("给付保险金")), ("refused", gettext_lazy("拒绝给付"))]
PAID, REFUSED = ("effect",), ("findings", "clauses", "reason", "next_steps")
LARGEST = Decimal(10) ** 11  # yuan


def _text(label: Any, help_text: Any = "", **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3}), **options
    )


def _day(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}), **options)


class ClaimForm(forms.Form):
    """The decision on one claim. What is paid and what is refused have fields of their own; only those of the conclusion count."""

    claim_no = forms.RegexField(
        label=gettext_lazy("赔案号"), regex=r"^[A-Za-z0-9-]{4,40}$", help_text=gettext_lazy("4 至 40 位字母、数字或连字符。")
    )
    conclusion = forms.ChoiceField(label=gettext_lazy("结论"), choices=CONCLUSIONS, widget=forms.RadioSelect)
    decided_on = _day(gettext_lazy("决定日期"))
    insured = forms.ChoiceField(label=gettext_lazy("出险的被保险人"))
    claimant = forms.CharField(label=gettext_lazy("申请人姓名"), max_length=200)
    id_type = forms.ChoiceField(label=gettext_lazy("申请人证件类型"), choices=list(ID_TYPES.items()))
    id_number = forms.CharField(label=gettext_lazy("申请人证件号码"), max_length=40)
    event_on = _day(gettext_lazy("事故日期"))
    event_kind = forms.CharField(label=gettext_lazy("事故类型"), max_length=200, help_text=gettext_lazy("例如：疾病、意外伤害。"))
    event_text = _text(gettext_lazy("事故经过"))
    complete_on = _day(gettext_lazy("材料齐全日期"), required=False)
    effect = _text(gettext_lazy("对合同的影响"))
    findings = _text(gettext_lazy("查明的事实"))
    clauses = forms.MultipleChoiceField(
        label=gettext_lazy("依据的条款"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("条款原文会印在通知书上。"),
    )
    reason = _text(pgettext_lazy("of a refusal", "结论"))
    # In the notice's language, whatever the page's is.
    next_steps = _text(
        gettext_lazy("客户可以怎么做"),
        gettext_lazy("一行一项。"),
        initial=gettext_noop(
            "可以在收到本通知后补充证明材料，要求我公司复核。\n可以向保险行业的调解组织申请调解，或者依法申请仲裁、提起诉讼。"
        ),
    )
    checked = forms.BooleanField(label=gettext_lazy("我已核对：提交后立即盖章并发给客户，不能撤回"))

    def __init__(self, *args: Any, people: list[str], definition: ProductDefinition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.definition = definition
        self.fields["insured"].choices = [(name, name) for name in people]  # type: ignore[attr-defined]
        self.fields["clauses"].choices = [  # type: ignore[attr-defined]
            (item.clause, f"{item.clause} {item.title.zh}") for item in definition.exemption.items
        ]
        names = dict.fromkeys(coverage.name.zh for plan in definition.plans for coverage in plan.coverages)
        amount: dict[str, Any] = {"required": False, "min_value": Decimal(0), "max_value": LARGEST, "decimal_places": 2}
        for row in range(1, ROWS + 1):
            self.fields |= {
                f"benefit_{row}": forms.ChoiceField(
                    label=_("保险责任 %(n)d") % {"n": row}, required=False, choices=[("", "—"), *((name, name) for name in names)]
                ),
                f"approved_{row}": forms.DecimalField(label=_("核定金额 %(n)d（元）") % {"n": row}, **amount),
                f"payee_{row}": forms.CharField(label=_("收款人 %(n)d") % {"n": row}, required=False, max_length=200),
                f"bank_{row}": forms.CharField(label=_("开户银行 %(n)d") % {"n": row}, required=False, max_length=200),
                f"account_{row}": forms.CharField(label=_("账号 %(n)d") % {"n": row}, required=False, max_length=40),
                f"amount_{row}": forms.DecimalField(label=_("收款金额 %(n)d（元）") % {"n": row}, **amount),
            }

    def rows(self, *names: str) -> list[list[forms.BoundField]]:
        """Return the fields of each numbered row."""
        return [[self[f"{name}_{row}"] for name in names] for row in range(1, ROWS + 1)]

    def clean(self) -> dict[str, Any]:
        """Demand what the conclusion needs, whole rows, equal sums, and days in their order."""
        given = super().clean() or {}
        today = clock.today()
        for earlier, later in (("decided_on", None), ("event_on", "decided_on"), ("complete_on", "decided_on")):
            limit = given.get(later) if later else today
            if given.get(earlier) and limit and given[earlier] > limit:
                self.add_error(earlier, _("不能晚于决定日期。") if later else _("不能晚于今天。"))
        if given.get("id_type") and given.get("id_number"):
            try:
                given["id_number"] = validate_id_document(given["id_type"], given["id_number"])
            except InvalidValue as error:
                self.add_error("id_number", str(error.message))
        if given.get("conclusion") == "paid":
            self._whole(given, "benefit", "approved")
            self._whole(given, "payee", "amount")
            if not self.errors and self._sum(given, "approved") != self._sum(given, "amount"):
                self.add_error("amount_1", _("各收款金额之和要等于各核定金额之和。"))
        for name in PAID if given.get("conclusion") == "paid" else REFUSED:
            if not given.get(name) and name not in self.errors:
                self.add_error(name, _("这一项必须填写。"))
        return given

    def _whole(self, given: dict[str, Any], name: str, amount: str) -> None:
        for row in range(1, ROWS + 1):
            named, paid = bool(given.get(f"{name}_{row}")), given.get(f"{amount}_{row}") is not None
            if named != paid or (row == 1 and not named):
                self.add_error(f"{amount if named else name}_{row}", _("这一项必须填写。"))

    def _sum(self, given: dict[str, Any], amount: str) -> int:
        return sum(_fen(given.get(f"{amount}_{row}")) for row in range(1, ROWS + 1))

    def said(self, examiner: str) -> dict[str, Any]:
        """Return what the notice says, in the words of its schema."""
        given = self.cleaned_data
        event = {"on": given["event_on"].isoformat(), "kind": given["event_kind"]} | (
            {"text": given["event_text"]} if given["event_text"] else {}
        )
        said = {
            "insured": given["insured"],
            "claimant": {"kind": "person", "name": given["claimant"], "id_type": given["id_type"], "id_number": given["id_number"]},
            "event": event,
            "examiner": examiner,
        }
        if given["complete_on"]:
            said["complete_on"] = given["complete_on"].isoformat()
        return said | (self._paid() if given["conclusion"] == "paid" else self._refused())

    def _paid(self) -> dict[str, Any]:
        given = self.cleaned_data
        rows = range(1, ROWS + 1)
        benefits = [
            {"name": given[f"benefit_{row}"], "approved": _fen(given[f"approved_{row}"])} for row in rows if given[f"benefit_{row}"]
        ]
        payees = [
            {"name": given[f"payee_{row}"], "amount": _fen(given[f"amount_{row}"])}
            | {name: given[f"{name}_{row}"] for name in ("bank", "account") if given[f"{name}_{row}"]}
            for row in rows
            if given[f"payee_{row}"]
        ]
        return {"benefits": benefits, "total": self._sum(given, "approved"), "payees": payees, "effect": given["effect"]}

    def _refused(self) -> dict[str, Any]:
        given = self.cleaned_data
        titles = {item.clause: item.title.zh for item in self.definition.exemption.items}
        clauses = [
            {"clause": self.definition.clauses.title, "number": number, "title": titles[number], "text": quoted(self.definition, number)}
            for number in given["clauses"]
        ]
        steps = [line.strip() for line in given["next_steps"].splitlines() if line.strip()]
        return {"findings": given["findings"], "clauses": clauses, "reason": given["reason"], "next_steps": steps}


@permissions.page("policy_claim")
def policy_claim(request: HttpRequest, policy_id: UUID) -> HttpResponse:
    """Take the decision on a claim; its notice is sealed and sent within seconds."""
    found = policy_of(request.scope, policy_id)  # type: ignore[attr-defined]
    staff: Any = request.staff  # type: ignore[attr-defined]
    form = ClaimForm(
        request.POST or None, initial={"decided_on": clock.today()}, people=_people(found), definition=found.case.product.definition
    )
    fault: VermilionError | None = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        decided: date = given["decided_on"]
        try:
            claims.decide(
                policy_id=found.id, claim_no=given["claim_no"], conclusion=given["conclusion"], decided_on=decided,
                said=form.said(staff.name), client_id=f"staff:{staff.pk}",
            )  # fmt: skip
        except VermilionError as error:
            fault = error
        else:
            messages.success(request, _("赔案 %(number)s 的决定已登记，通知书盖章后发给客户。") % {"number": given["claim_no"]})
            return HttpResponseRedirect(reverse("console:policy", args=[found.id]))
    context = {
        "policy": found,
        "form": form,
        "fault": fault,
        "benefits": form.rows("benefit", "approved"),
        "payees": form.rows("payee", "bank", "account", "amount"),
    }
    crumbs = [(found.number, reverse("console:policy", args=[found.id])), (_("登记理赔决定"), "")]
    return show(request, "console/policy_claim.html", context, status=422 if request.method == "POST" else 200, crumbs=crumbs)


def _people(found: Policy) -> list[str]:
    """Return the names of the persons insured, of the latest version."""
    application = servicing.latest_version(found).fields["application"]
    return list(dict.fromkeys(person["name"] for person in application.get("insured") or [])) or [application["policyholder"]["name"]]


def _fen(yuan: Decimal | None) -> int:
    return int((yuan or Decimal(0)) * 100)

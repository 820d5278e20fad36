"""The salesperson's pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vermilion.apps.cases import queries
from vermilion.apps.cases.models import Case
from vermilion.apps.cases.transitions import ENDED
from vermilion.apps.parties.models import Salesperson
from vermilion.apps.policies import reminding
from vermilion.apps.products.models import ProductVersion
from vermilion.apps.products.queries import on_sale
from vermilion.apps.signing import prefilling
from vermilion.apps.signing.errors import StaffPhone
from vermilion.base.config import config
from vermilion.base.validation import InvalidValue
from vermilion.web import limits
from vermilion.web.console.words import product_names, text_of
from vermilion.web.staff.permissions import salesperson_required

from . import meeting, progress
from .own import own_case, show

PAGE = 20
# A salesperson starts cases by hand; a script would fill the database.
STARTS = limits.Limit("sales_start", 30, 3600)


class StartForm(forms.Form):
    """What may be filled in for a customer; health answers are not among it."""

    plan = forms.ChoiceField(label=gettext_lazy("计划"), widget=forms.RadioSelect)
    name = forms.CharField(
        label=gettext_lazy("投保人姓名"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("代填的内容会向客户标明，由客户本人核对确认。"),
    )
    phone = forms.CharField(
        label=gettext_lazy("投保人手机号"),
        required=False,
        max_length=20,
        help_text=gettext_lazy("必须是客户本人的手机号，不能是您的。"),
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )

    def __init__(self, *args: Any, product: ProductVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plans = [(plan.code, f"{plan.name.of(get_language())} · {plan.summary.of(get_language())}") for plan in product.definition.plans]
        self.fields["plan"].choices = plans  # type: ignore[attr-defined]


@require_safe
@salesperson_required
def home(request: HttpRequest) -> HttpResponse:
    """Show my cases, those in work first."""
    person: Salesperson = request.salesperson  # type: ignore[attr-defined]
    everything = request.GET.get("show") == "all"
    rows = queries.of_salesperson(person)
    if not everything:
        rows = rows.exclude(state__in=ENDED).order_by("state_since")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    names, versions = (
        product_names(person.insurer),
        {item.pk: item for item in ProductVersion.objects.filter(pk__in={case.product_id for case in page})},
    )
    for case in page:
        case.product = versions[case.product_id]  # one definition a product, not one a case
    items = [progress.of(case, names[case.product_id]) for case in page]
    return show(request, "sales/home.html", {"items": items, "page_obj": page, "everything": everything, "tab": "home"})


@require_safe
@salesperson_required
def badge(request: HttpRequest) -> HttpResponse:
    """Show my badge: a customer scans it and sees whether I am genuine."""
    person: Salesperson = request.salesperson  # type: ignore[attr-defined]
    names = {item.code: text_of(item.data["short_name"]) for item in on_sale(person.insurer)}
    context = {
        "address": f"{config().base_url}/badge/{person.badge_code}",
        "products": [names[code] for code in person.products if code in names],
        "tab": "badge",
    }
    return show(request, "sales/badge.html", context)


@require_safe
@salesperson_required
def products(request: HttpRequest) -> HttpResponse:
    """Choose one of the products that I may sell."""
    person: Salesperson = request.salesperson  # type: ignore[attr-defined]
    allowed = [item for item in on_sale(person.insurer) if item.code in person.products]
    rows = [(item.code, text_of(item.data["name"]), text_of(item.data["summary"])) for item in allowed]
    return show(request, "sales/products.html", {"rows": rows, "tab": "start"})


@require_http_methods(["GET", "POST"])
@salesperson_required
def start(request: HttpRequest, code: str) -> HttpResponse:
    """Start a case; the answer is the link to share, shown once."""
    person: Salesperson = request.salesperson  # type: ignore[attr-defined]
    product = on_sale(person.insurer).filter(code=code).first()
    if product is None or code not in person.products:
        raise prefilling.MayNotSell()
    form = StartForm(request.POST if request.method == "POST" else None, product=product)
    if form.is_valid():
        limits.hit(STARTS, str(person.id))
        try:
            made, token = prefilling.start_for_customer(
                salesperson=person, product=product, language=get_language() or "zh-hans", **form.cleaned_data
            )
        except StaffPhone as error:
            form.add_error("phone", f"{error.message}{error.hint}")
        except InvalidValue as error:
            form.add_error("phone" if form.cleaned_data["phone"] and error.code.startswith("phone") else "name", str(error.message))
        else:
            return _shared(request, made, token)
    context = {"form": form, "product": text_of(product.data["name"]), "tab": "start"}
    return show(request, "sales/start.html", context, status=422 if form.errors else 200)


@require_safe
@salesperson_required
def case(request: HttpRequest, number: str) -> HttpResponse:
    """Show where one customer is."""
    found = own_case(request, number)
    names = product_names(found.insurer)
    context = {"item": progress.of(found, names[found.product_id]), "case": found, "tab": "home", **meeting.context(request, found)}
    return show(request, "sales/case.html", context)


@require_POST
@salesperson_required
def share(request: HttpRequest, number: str) -> HttpResponse:
    """Make a fresh link; the one before stops working."""
    found = own_case(request, number)
    limits.hit(STARTS, str(request.salesperson.id))  # type: ignore[attr-defined]
    return _shared(request, found, prefilling.share_again(case=found, salesperson=request.salesperson))  # type: ignore[attr-defined]


@require_POST
@salesperson_required
def remind(request: HttpRequest, number: str) -> HttpResponse:
    """Remind the customer, at most once in ten minutes."""
    found = own_case(request, number)
    reminding.remind(case_id=found.id, by=request.salesperson.name)  # type: ignore[attr-defined]
    messages.success(request, _("提醒已发到客户本人的手机。"))
    return HttpResponseRedirect(reverse("sales:case", args=[found.number]))


def _shared(request: HttpRequest, found: Case, token: str) -> HttpResponse:
    address = f"{config().base_url}{reverse('door_token', args=[token])}"
    hours = found.product.definition.times.link_hours
    return show(request, "sales/share.html", {"case": found, "address": address, "hours": hours, "tab": "start"})

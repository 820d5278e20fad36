"""The portal's front page, product pages, clauses; the beginning of an application."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from vermilion.apps.cases.services import start_case
from vermilion.apps.conduct import guarding
from vermilion.apps.conduct.errors import SalespersonDevice
from vermilion.apps.parties.models import Branch, Insurer, Salesperson
from vermilion.apps.parties.queries import is_genuine
from vermilion.apps.products.errors import ProductNotOnSale
from vermilion.apps.products.models import ProductVersion
from vermilion.apps.products.queries import on_sale
from vermilion.apps.signing.estimate import example
from vermilion.base import clock
from vermilion.web import devices
from vermilion.web.limits import Limit, limited

from . import access, clauses_file

STARTS = Limit("portal.start", 120, 3600)


def _products(request: HttpRequest) -> list[ProductVersion]:
    return [product for insurer in Insurer.objects.order_by("code") for product in on_sale(insurer).select_related("insurer")]


def _product(code: str) -> ProductVersion:
    product = ProductVersion.objects.filter(code=code, retired_at=None).select_related("insurer").order_by("insurer__code").first()
    if product is None:
        raise ProductNotOnSale()
    return product


def _salesperson(product: ProductVersion, badge: str) -> tuple[Salesperson | None, bool]:
    """Return who is named by a badge code, and whether she may sell this product today."""
    person = (
        Salesperson.objects.select_related("insurer", "branch").filter(badge_code=badge, insurer=product.insurer).first() if badge else None
    )
    genuine = person is not None and is_genuine(person, on=clock.today()) and product.code in person.products
    return person, genuine


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What is on sale, and the ways to one's own policies and to verification."""
    products = [(product, product.definition, example(product.definition)) for product in _products(request)]
    return TemplateResponse(request, "portal/home.html", {"products": products})


@require_safe
def product_page(request: HttpRequest, code: str) -> HttpResponse:
    """One product with its prompts, exemptions and clauses; ``?s=`` names the salesperson who shared the page."""
    product = _product(code)
    request.insurer = product.insurer  # type: ignore[attr-defined]
    badge = request.GET.get("s", "")[:24]
    person, genuine = _salesperson(product, badge)
    context = {
        "version": product,
        "product": product.definition,
        "example": example(product.definition),
        "badge": badge,
        "salesperson": person if genuine else None,
        "not_genuine": bool(badge) and not genuine,
        "salesperson_genuine": genuine,
    }
    return TemplateResponse(request, "portal/product.html", context)


@require_safe
def clauses_page(request: HttpRequest, code: str) -> HttpResponse:
    """The clauses in full, to read."""
    product = _product(code)
    request.insurer = product.insurer  # type: ignore[attr-defined]
    return TemplateResponse(request, "portal/clauses.html", {"version": product, "product": product.definition})


@require_safe
def clauses_download(request: HttpRequest, code: str) -> HttpResponse:
    """The clauses in full, as a text file to keep."""
    product = _product(code)
    response = HttpResponse(clauses_file.as_text(product), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{product.code}-{product.version}-clauses.txt"'
    return response


@limited(STARTS)
@require_POST
def start(request: HttpRequest, code: str) -> HttpResponse:
    """Open a case of the product; this browser is its applicant."""
    product = _product(code)
    if guarding.is_salespersons(product.insurer, devices.of(request)):
        raise SalespersonDevice()
    person, genuine = _salesperson(product, request.POST.get("s", "")[:24])
    seller = person if genuine else None
    # Who comes by herself belongs to the insurer's first branch.
    branch = seller.branch if seller else Branch.objects.filter(insurer=product.insurer).order_by("code")[0]
    case = start_case(product=product, branch=branch, channel="portal", salesperson=seller, language=get_language() or "zh-hans")
    access.grant(request, case=case, party=None, proven=False)
    return HttpResponseRedirect(reverse("apply_notice", args=[case.number]))

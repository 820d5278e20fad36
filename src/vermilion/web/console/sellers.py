"""A salesperson's registration, photograph and accounts, for the administrator; handing her open cases to a colleague."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vermilion.apps.conduct import noticing, reassigning
from vermilion.apps.conduct.errors import HandOverRefused
from vermilion.apps.parties import registering
from vermilion.apps.parties.errors import PortraitUnusable
from vermilion.apps.parties.models import Branch
from vermilion.apps.parties.queries import badge_state
from vermilion.apps.parties.services import PersonRefused
from vermilion.base import children, clock
from vermilion.base.config import config
from vermilion.base.validation import InvalidValue, validate_licence_no, validate_phone

from . import permissions, users, words
from .frame import page_of, show
from .person_forms import DATE, ScopedForm

TONES = {"valid": "done", "suspended": "blocked", "not_yet": "waiting", "expired": "blocked"}
LONGEST_ACCOUNT = 64


class RegistrationForm(ScopedForm):
    """What a salesperson is registered for."""

    licence_no = forms.CharField(
        label=gettext_lazy("执业证编号"), max_length=40, help_text=gettext_lazy("10 至 32 位数字和大写字母，与执业证一致。")
    )
    branch = forms.ModelChoiceField(label=gettext_lazy("机构"), queryset=Branch.objects.none(), empty_label=None)
    phone = forms.CharField(label=gettext_lazy("手机号"), max_length=20)
    valid_from = forms.DateField(label=gettext_lazy("执业登记起"), widget=DATE)
    valid_to = forms.DateField(label=gettext_lazy("执业登记止"), widget=DATE)
    products = forms.MultipleChoiceField(label=gettext_lazy("可销售的产品"), widget=forms.CheckboxSelectMultiple, required=False)

    def __init__(self, *args: Any, scope: Any, **kwargs: Any) -> None:
        super().__init__(*args, scope=scope, **kwargs)
        rows = Branch.objects.filter(insurer=scope.insurer).order_by("code")
        self.fields["branch"].queryset = rows if scope.branches is None else rows.filter(pk__in=scope.branches)  # type: ignore[attr-defined]
        self.fields["products"].choices = words.product_choices(scope.insurer)  # type: ignore[attr-defined]

    def clean_licence_no(self) -> str:
        """Return the number in its normal form. Raises ValidationError."""
        return _normal(validate_licence_no, self.cleaned_data["licence_no"])

    def clean_phone(self) -> str:
        """Return the phone as 11 digits. Raises ValidationError."""
        return _normal(validate_phone, self.cleaned_data["phone"])


def _normal(validate: Any, value: str) -> str:
    try:
        return str(validate(value))
    except InvalidValue as error:
        raise forms.ValidationError(str(error.message)) from None


@require_http_methods(["GET", "HEAD", "POST"])
@permissions.page("seller")
def seller(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Show a salesperson and change her registration."""
    person = users.seller_of(request.scope, person_id)  # type: ignore[attr-defined]
    initial = {name: getattr(person, name) for name in ("licence_no", "branch", "phone", "valid_from", "valid_to", "products")}
    form = RegistrationForm(request.POST if request.method == "POST" else None, initial=initial, scope=request.scope)  # type: ignore[attr-defined]
    if form.is_valid():
        try:
            registering.change_registration(seller=person, by=request.staff, **form.cleaned_data)  # type: ignore[attr-defined]
        except PersonRefused as error:
            users.refuse(form, error)
        else:
            messages.success(request, _("执业登记已更新，工作证页面立即生效。"))
            return HttpResponseRedirect(reverse("console:seller", args=[person.pk]))
    state = badge_state(person, on=clock.today())
    context = {
        "registration": form,
        "badge_state": state.label,
        "badge_tone": TONES[state],
        "badge_address": f"{config().base_url}/badge/{person.badge_code}",
        "open_cases": reassigning.open_cases(person).count(),
        "accounts": person.conduct_traces.filter(kind="payer").count(),
    }
    return users.person_page(request, person, None, context, status=422 if form.errors else 200)


@require_POST
@permissions.page("seller_photo")
def seller_photo(request: HttpRequest, seller_id: UUID) -> HttpResponse:
    """Put a photograph on the badge."""
    person = users.seller_of(request.scope, seller_id)  # type: ignore[attr-defined]
    upload = request.FILES.get("photo")
    try:
        if upload is None or not upload.size:
            raise PortraitUnusable("empty")
        if upload.size > registering.LARGEST_PHOTO:
            raise PortraitUnusable("picture_too_large")
        registering.set_photo(seller=person, photo=upload.read(), by=request.staff)  # type: ignore[attr-defined]
    except PortraitUnusable as error:
        messages.error(request, f"{error.message}{error.hint}")
    except (children.ChildTimeout, children.ChildTooLarge, children.ChildCrashed):
        refused = PortraitUnusable("not_picture")
        messages.error(request, f"{refused.message}{refused.hint}")
    else:
        messages.success(request, _("照片已更新，客户扫工作证时可以看到。"))
    return HttpResponseRedirect(reverse("console:seller", args=[person.pk]))


@require_safe
@permissions.page("seller_photo_file")
def seller_photo_file(request: HttpRequest, seller_id: UUID) -> HttpResponse:
    """Return the photograph."""
    picture = registering.photo_of(users.seller_of(request.scope, seller_id))  # type: ignore[attr-defined]
    if picture is None:
        raise Http404
    return HttpResponse(picture, content_type="image/webp", headers={"Cache-Control": "no-store"})


@require_POST
@permissions.page("seller_account")
def seller_account(request: HttpRequest, seller_id: UUID) -> HttpResponse:
    """Register an account of the salesperson's own, so that it is seen when a premium comes from it. Only a keyed digest is kept."""
    person = users.seller_of(request.scope, seller_id)  # type: ignore[attr-defined]
    account = request.POST.get("account", "").strip()[:LONGEST_ACCOUNT]
    if not account:
        messages.error(request, _("请填写账户，没有登记。"))
    else:
        noticing.account(person=person, account=account, by=request.staff)  # type: ignore[attr-defined]
        messages.success(request, _("账户已登记（只保存摘要）。以后用它缴费会列入疑似代签。"))
    return HttpResponseRedirect(reverse("console:seller", args=[person.pk]))


@require_safe
@permissions.page("seller_cases")
def seller_cases(request: HttpRequest, seller_id: UUID) -> HttpResponse:
    """List a salesperson's open cases, to hand them over."""
    person = users.seller_of(request.scope, seller_id)  # type: ignore[attr-defined]
    page = page_of(request, reassigning.open_cases(person, request.scope))  # type: ignore[attr-defined]
    names = words.product_names(person.insurer)
    context = {
        "person": person,
        "page_obj": page,
        "rows": [(case, names.get(case.product_id, ""), words.TONES.get(case.state, "ended")) for case in page],
        "colleagues": reassigning.colleagues(person),
        "state": badge_state(person, on=clock.today()),
    }
    return show(request, "console/seller_cases.html", context, crumbs=[(_("改派业务"), "")])


@require_POST
@permissions.page("seller_hand_over")
def seller_hand_over(request: HttpRequest, seller_id: UUID) -> HttpResponse:
    """Hand the ticked cases, or all of them, to a colleague of the branch."""
    person = users.seller_of(request.scope, seller_id)  # type: ignore[attr-defined]
    chosen = users.uuid_of(request.POST.get("taker", ""))
    taker = next((one for one in reassigning.colleagues(person) if one.pk == chosen), None)
    if taker is None:
        raise HandOverRefused()
    scope, numbers = request.scope, request.POST.getlist("case")  # type: ignore[attr-defined]
    rows = reassigning.open_cases(person, scope)
    if "all" not in request.POST:
        rows = rows.filter(number__in=numbers)
    done, left = reassigning.hand_over_all(giver=person, taker=taker, by=request.staff, cases=rows)  # type: ignore[attr-defined]
    if done:
        messages.success(request, _("已把 %(count)s 笔业务改派给%(name)s，并已告知客户。") % {"count": done, "name": taker.name})
    if left:
        messages.warning(request, _("没有改派：%(numbers)s。接手人不能销售该产品，或业务刚有变化。") % {"numbers": "、".join(left[:10])})
    if not done and not left:
        messages.info(request, _("没有选择业务。"))
    return HttpResponseRedirect(reverse("console:seller_cases", args=[person.pk]))

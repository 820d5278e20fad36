"""The forms of an account: who she is, what she may do and where; a salesperson's licence and products."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vermilion.apps.parties import organising
from vermilion.apps.parties.models import Branch, Role
from vermilion.apps.parties.scoping import Scope
from vermilion.base.validation import InvalidValue, validate_phone

from . import words

DATE = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})  # browsers show no other form


class ScopedForm(forms.Form):
    """A form of somebody who reaches ``scope``."""

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scope = scope

    @property
    def place_fields(self) -> list[Any]:
        """Return the fields that say where a role holds."""
        return [self[name] for name in self.fields if name.startswith("place_")]

    @property
    def main_fields(self) -> list[Any]:
        """Return all other fields."""
        return [self[name] for name in self.fields if not name.startswith("place_")]


class PersonForm(ScopedForm):
    """What staff and salespeople have in common."""

    username = forms.RegexField(
        label=gettext_lazy("用户名"), regex=r"^[a-z][a-z0-9._-]{2,29}$", help_text=gettext_lazy("小写字母开头，可用字母、数字、点和横线。")
    )
    name = forms.CharField(label=gettext_lazy("姓名"), max_length=60)
    phone = forms.CharField(label=gettext_lazy("手机号"), max_length=20)
    branch = forms.ModelChoiceField(label=gettext_lazy("机构"), queryset=Branch.objects.none(), empty_label=gettext_lazy("请选择"))

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, scope=scope, **kwargs)
        rows = Branch.objects.filter(insurer=scope.insurer).order_by("code")
        self.fields["branch"].queryset = rows if scope.branches is None else rows.filter(pk__in=scope.branches)  # type: ignore[attr-defined]

    def clean_phone(self) -> str:
        """Return the phone as 11 digits. Raises ValidationError."""
        try:
            return validate_phone(self.cleaned_data["phone"])
        except InvalidValue as error:
            raise forms.ValidationError(str(error.message)) from None


class RolesForm(ScopedForm):
    """What a member of staff may do, and for each role where: the whole company, or a branch with all below it."""

    roles = forms.MultipleChoiceField(
        label=gettext_lazy("角色"),
        choices=Role.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("管理员、审计、运维不能兼任其他角色；印章保管人不能兼任审批人。"),
    )
    underwriting_level = forms.IntegerField(
        label=gettext_lazy("核保权限等级"), min_value=0, max_value=9, initial=0, help_text=gettext_lazy("0 表示没有核保权限。")
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, scope=scope, **kwargs)
        company = [("", gettext_lazy("全公司"))] if scope.branches is None else []
        rows = organising.tree(scope.insurer, only=scope.branches)
        self.branches = {str(branch.pk): branch for _depth, branch in rows}
        places = [(str(branch.pk), "　" * depth + words.branch_name(branch)) for depth, branch in rows]
        for role, label in Role.choices:
            field = forms.ChoiceField(label=label, required=False, choices=[*company, *places])
            self.fields[f"place_{role}"] = field

    def clean(self) -> dict[str, Any]:
        """Gather the places under ``places``, by role. An administrator of a branch gives nothing beyond it."""
        data = super().clean() or {}
        chosen = {role: data.pop(f"place_{role}", "") for role in Role.values}
        data["places"] = {role: self.branches.get(chosen[role]) for role in data.get("roles", [])}
        if self.scope.branches is not None and None in data["places"].values():
            self.add_error("roles", _("请为每个角色选择您管辖范围内的机构。"))
        return data


class StaffForm(RolesForm, PersonForm):
    """A new member of staff."""

    field_order = ("username", "name", "phone", "branch", "roles", "underwriting_level")


class SellerForm(PersonForm):
    """A new salesperson."""

    licence_no = forms.CharField(
        label=gettext_lazy("执业证编号"), max_length=40, help_text=gettext_lazy("10 至 32 位数字和大写字母，与执业证一致。")
    )
    valid_from = forms.DateField(label=gettext_lazy("执业登记起"), widget=DATE)
    valid_to = forms.DateField(label=gettext_lazy("执业登记止"), widget=DATE)
    products = forms.MultipleChoiceField(label=gettext_lazy("可销售的产品"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, scope=scope, **kwargs)
        self.fields["products"].choices = words.product_choices(scope.insurer)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Check that the registration does not end before it begins."""
        data = super().clean() or {}
        if data.get("valid_from") and data.get("valid_to") and data["valid_to"] < data["valid_from"]:
            self.add_error("valid_to", _("止期不能早于起期。"))
        return data

"""The forms of 用印申请: documents that shall be sealed, and the search of the list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy

from vermilion.apps.parties.models import StaffMember
from vermilion.apps.seals import kinds
from vermilion.apps.seals.models import Seal, SealRequest
from vermilion.apps.seals.requests import making, rules

CORNERS = [
    ("bottom-right", gettext_lazy("右下角")),
    ("bottom-left", gettext_lazy("左下角")),
    ("bottom-centre", gettext_lazy("下方居中")),
    ("top-right", gettext_lazy("右上角")),
]


class Files(forms.ClearableFileInput):
    """A field for several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, as a list."""

    widget = Files

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Return every file. Raises ValidationError."""
        return [super(FilesField, self).clean(one, initial) for one in data or [None]]


class RequestForm(forms.Form):
    """Documents that shall be sealed."""

    seal = forms.ModelChoiceField(label=gettext_lazy("印章"), queryset=Seal.objects.none(), empty_label=gettext_lazy("请选择"))
    document_kind = forms.ChoiceField(label=gettext_lazy("单证"), choices=kinds.REQUESTED)
    title = forms.CharField(label=gettext_lazy("标题"), max_length=80, help_text=gettext_lazy("请不要写客户姓名。"))
    reason = forms.CharField(label=gettext_lazy("事由"), max_length=400, widget=forms.Textarea(attrs={"rows": 3}))
    documents = FilesField(
        label=gettext_lazy("文件"),
        widget=Files(attrs={"accept": "application/pdf"}),
        help_text=gettext_lazy("PDF，可一次选择多份，最多 200 份、合计 50 MB；批准的是整份清单。"),
    )
    amount_yuan = forms.IntegerField(
        label=gettext_lazy("最大金额"),
        required=False,
        min_value=0,
        max_value=10**10,
        help_text=gettext_lazy("清单中金额最大的一份；决定由谁审批。"),
    )
    page = forms.ChoiceField(label=gettext_lazy("盖章页"), choices=[("last", gettext_lazy("最后一页")), ("first", gettext_lazy("第一页"))])
    corner = forms.ChoiceField(label=gettext_lazy("位置"), choices=CORNERS)
    cross_page = forms.BooleanField(label=gettext_lazy("加盖骑缝章"), required=False, initial=True)
    days = forms.IntegerField(label=gettext_lazy("审批期限（天）"), min_value=1, max_value=making.LONGEST_DAYS, initial=7)

    def __init__(self, *args: Any, staff: StaffMember, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seals = Seal.objects.filter(insurer=staff.insurer_id, state=Seal.State.ACTIVE)
        mine = seals.filter(Q(branch=None) | Q(branch__in=rules.lineage(staff.branch)))
        self.fields["seal"].queryset = mine.order_by("name")  # type: ignore[attr-defined]


class FilterForm(forms.Form):
    """Search of the list."""

    q = forms.CharField(label=gettext_lazy("申请号或标题"), required=False, max_length=80)
    state = forms.ChoiceField(label=gettext_lazy("状态"), required=False, choices=[("", gettext_lazy("全部")), *SealRequest.State.choices])

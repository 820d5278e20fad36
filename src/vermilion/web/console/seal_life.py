"""A seal's life at the desk: asking for a new one, reviewing it, putting it in use, naming its custodians, ending it by two people."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from vermilion.apps.parties.models import Branch, Insurer, StaffMember
from vermilion.apps.parties.scoping import Scope
from vermilion.apps.seals import custody, keeping, kinds, living, picturing, services
from vermilion.apps.seals.errors import PhotoUnusable, SealUnsuitable
from vermilion.apps.seals.models import Seal, SealEnding, SealFiling
from vermilion.base import blobs, clock
from vermilion.base.errors import VermilionError
from vermilion.web.display import listed

from . import permissions
from .frame import show
from .seal_scope import may_act, seal_of, within

LARGEST_PHOTO = 12 * 1024 * 1024
SHAPES = [("round", gettext_lazy("系统绘制圆形")), ("oval", gettext_lazy("系统绘制椭圆形")), ("photo", gettext_lazy("上传印模照片"))]


class SealForm(forms.Form):
    """A new seal; what is uploaded comes with its filing."""

    kind = forms.ChoiceField(label=gettext_lazy("种类"), choices=[(kind.key, kind.name) for kind in kinds.KINDS.values()])
    name = forms.CharField(label=gettext_lazy("名称"), max_length=60, help_text=gettext_lazy("系统绘制时刻在印章上。"))
    size_mm = forms.IntegerField(
        label=gettext_lazy("尺寸"),
        required=False,
        min_value=10,
        max_value=60,
        help_text=gettext_lazy("毫米，直径或最长边；不填按种类的惯例。"),
    )
    branch = forms.ModelChoiceField(
        label=gettext_lazy("机构"), required=False, queryset=Branch.objects.none(), empty_label=gettext_lazy("总公司")
    )
    custodians = forms.ModelMultipleChoiceField(
        label=gettext_lazy("保管人"),
        required=False,
        queryset=StaffMember.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("不选即由全公司的印章保管人保管。"),
    )
    years = forms.IntegerField(label=gettext_lazy("有效年数"), min_value=1, max_value=10, initial=3)
    shape = forms.ChoiceField(label=gettext_lazy("图样"), choices=SHAPES, help_text=gettext_lazy("财务专用章、法定代表人章须上传。"))
    photo = forms.FileField(
        label=gettext_lazy("印模照片"), required=False, help_text=gettext_lazy("JPEG、PNG 或 WebP，12 MB 以内；上传时须填写备案。")
    )
    authority = forms.CharField(label=gettext_lazy("备案机关"), required=False, max_length=80)
    number = forms.CharField(label=pgettext_lazy("of a seal", "备案编号"), required=False, max_length=60)
    filed_on = forms.DateField(label=gettext_lazy("备案日期"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    paper = forms.FileField(
        label=gettext_lazy("备案文件"), required=False, help_text=gettext_lazy("PDF、JPEG 或 PNG，10 MB 以内，加密保存。")
    )
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=200)

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [person.pk for person in custody.candidates(scope.insurer.pk)]
        branches = Branch.objects.filter(insurer=scope.insurer).order_by("code")
        reached = branches if scope.branches is None else branches.filter(pk__in=scope.branches)
        self.fields["branch"].queryset = reached  # type: ignore[attr-defined]
        # Who acts for a branch asks for its seals, not for the company's.
        self.fields["branch"].required = scope.branches is not None
        self.fields["custodians"].queryset = StaffMember.objects.filter(pk__in=people).order_by("name")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Demand the photograph that was chosen, and a filing that is whole."""
        given = super().clean() or {}
        if given.get("shape") == "photo" and not given.get("photo"):
            self.add_error("photo", _("请上传印模照片。"))
        if given.get("shape") != "photo" and given.get("kind") in kinds.KINDS and not kinds.KINDS[given["kind"]].drawn:
            self.add_error("shape", _("这种印章是方形的，请上传印模照片。"))
        parts = ("authority", "number", "filed_on", "paper")
        if given.get("shape") == "photo" or any(given.get(part) for part in parts):
            for part in parts:
                if not given.get(part) and part not in self.errors:
                    self.add_error(part, _("备案记录须填写完整。"))
        return given


@permissions.page("seal_new")
def seal_new(request: HttpRequest) -> HttpResponse:
    """Ask for a seal."""
    insurer: Insurer = request.insurer  # type: ignore[attr-defined]
    form = SealForm(request.POST or None, request.FILES or None, scope=request.scope)  # type: ignore[attr-defined]
    fault: VermilionError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            made = _ask(insurer, request.staff, form.cleaned_data)  # type: ignore[attr-defined]
        except (SealUnsuitable, PhotoUnusable) as error:
            fault = error
        else:
            messages.success(request, _("“%(name)s”的申请已提交，由另一人复核。") % {"name": made.name})
            may = permissions.may(request.staff, "seal")  # type: ignore[attr-defined]
            return HttpResponseRedirect(reverse("console:seal", args=[made.pk]) if may else reverse("console:seal_mine"))
    crumbs = [(_("印章与授权"), reverse("console:seals")), (_("申请新印章"), "")]
    wrong = request.method == "POST"
    return show(request, "console/seal_new.html", {"form": form, "fault": fault}, status=422 if wrong else 200, crumbs=crumbs)


def _ask(insurer: Insurer, staff: StaffMember, given: dict[str, Any]) -> Seal:
    kind, moment, uploaded = kinds.KINDS[given["kind"]], clock.now(), given["shape"] == "photo"
    size = given["size_mm"] or kind.size_mm
    if uploaded:
        if given["photo"].size > LARGEST_PHOTO:
            raise PhotoUnusable()
        picture = picturing.picture_from_photo(given["photo"].read())
    else:
        name = insurer.name.removesuffix("（演示）")
        picture = living.draw(kind=kind.key, insurer_name=name, name=given["name"], size_mm=size, oval=given["shape"] == "oval")
    filing = None
    if given["paper"]:
        if given["paper"].size > living.LARGEST_FILE:
            raise SealUnsuitable()
        filing = living.Filing(given["authority"], given["number"], given["filed_on"], given["paper"].read())
    return living.ask_seal(
        by=staff,
        kind=kind.key,
        name=given["name"],
        size_mm=size,
        picture=picture,
        uploaded=uploaded,
        filing=filing,
        valid_from=moment,
        valid_to=moment + timedelta(days=365 * given["years"]),
        reason=given["reason"],
        branch=given["branch"],
        custodians=list(given["custodians"]),
    )


@require_safe
@permissions.page("seal_filing")
def seal_filing(request: HttpRequest, seal_id: UUID) -> HttpResponse:
    """Give the paper of the filing."""
    filing = SealFiling.objects.filter(seal=seal_of(request, seal_id)).exclude(file_key="").first()
    if filing is None:
        raise Http404
    data = blobs.get(filing.file_key, expected_sha256=filing.file_sha256)
    kind = filing.media_type.rpartition("/")[2]
    headers = {"Content-Disposition": f'attachment; filename="filing-{seal_id}.{kind}"'}
    return HttpResponse(data, content_type=filing.media_type, headers=headers)


@require_POST
@permissions.page("seal_review")
def seal_review(request: HttpRequest, seal_id: UUID) -> HttpResponse:
    """Pass a new seal or turn it down, as somebody who did not ask for it."""
    found, good = seal_of(request, seal_id, acting=True), request.POST.get("good") == "1"
    living.review_seal(seal_id=found.pk, by=request.staff, good=good, reason=request.POST.get("reason", ""))  # type: ignore[attr-defined]
    messages.success(request, _("复核通过，可以启用。") if good else _("复核未通过，这枚印章不会启用。"))
    return _back(found.pk)


@require_POST
@permissions.page("seal_activate")
def seal_activate(request: HttpRequest, seal_id: UUID) -> HttpResponse:
    """Have key and certificate made."""
    found = seal_of(request, seal_id, acting=True)
    done = services.activate_seal(seal_id=found.pk, by=request.staff)  # type: ignore[attr-defined]
    active = done.state == Seal.State.ACTIVE
    messages.success(request, _("“%(name)s”已启用。") % {"name": found.name} if active else _("已向外部机构申请证书，签发后启用。"))
    return _back(found.pk)


@require_POST
@permissions.page("seal_custodians")
def seal_custodians(request: HttpRequest, seal_id: UUID) -> HttpResponse:
    """Name who keeps the seal."""
    found = seal_of(request, seal_id, acting=True)
    known = {str(person.pk): person.pk for person in custody.candidates(found.insurer_id)}
    people = {known[one] for one in request.POST.getlist("custodians") if one in known}
    custody.name_custodians(seal_id=found.pk, people=people, by=request.staff)  # type: ignore[attr-defined]
    messages.success(request, _("保管人已更换。"))
    return _back(found.pk)


@require_POST
@permissions.page("seal_end")
def seal_end(request: HttpRequest, seal_id: UUID) -> HttpResponse:
    """Ask that a seal be retired or destroyed."""
    found = seal_of(request, seal_id, acting=True)
    given = request.POST
    living.ask_end(seal_id=found.pk, kind=given.get("kind", ""), reason=given.get("reason", ""), by=request.staff)  # type: ignore[attr-defined]
    messages.success(request, _("申请已提交，须由另一人复核后才执行。"))
    return _back(found.pk)


@require_POST
@permissions.page("seal_end_confirm")
def seal_end_confirm(request: HttpRequest, ending_id: UUID) -> HttpResponse:
    """Retire or destroy as the second person."""
    ending = _ending(request, ending_id)
    done = living.confirm_end(ending_id=ending.pk, by=request.staff)  # type: ignore[attr-defined]
    destroyed = done.state == Seal.State.DESTROYED
    messages.success(request, _("印章已销毁，系统正在销毁密钥。") if destroyed else _("印章已停用。"))
    return _back(done.pk)


@require_POST
@permissions.page("seal_end_reject")
def seal_end_reject(request: HttpRequest, ending_id: UUID) -> HttpResponse:
    """Turn a request to end a seal down, or take one's own back."""
    ending = _ending(request, ending_id)
    living.reject_end(ending_id=ending.pk, by=request.staff, reason=request.POST.get("reason", ""))  # type: ignore[attr-defined]
    messages.success(request, _("申请已了结，印章没有改变。"))
    return _back(ending.seal_id)


def life_of(seal: Seal, staff: StaffMember) -> dict[str, Any]:
    """Return what a seal's page tells of its filing, custodians and next steps, and which of them this person may take."""
    asked = seal.endings.select_related("requested_by").filter(state=SealEnding.State.REQUESTED).first()
    named = set(seal.custodians.values_list("pk", flat=True))
    known = kinds.KINDS.get(seal.kind)
    return {
        "kind_name": known.name if known else seal.kind,
        "filing": SealFiling.objects.filter(seal=seal).first(),
        "keepers": listed(person.name for person in custody.custodians_of(seal)),
        "candidates": [(person, person.pk in named) for person in custody.candidates(seal.insurer_id)],
        "to_review": seal.state == Seal.State.REQUESTED and seal.requested_by_id is not None,
        "reviewable": staff.pk not in (seal.requested_by_id, seal.pictured_by_id),
        "activatable": seal.state in keeping.WAITING and seal.passed,
        "ending": asked,
        "drafts": seal.drafts.count(),
        "ending_mine": asked is not None and asked.requested_by_id == staff.pk,
        "endings": [(kind.value, kind.label) for kind, states in living.ENDABLE.items() if seal.state in states],
    }


def _ending(request: HttpRequest, ending_id: UUID) -> SealEnding:
    found = SealEnding.objects.select_related("seal").filter(within(request.scope, "seal__"), pk=ending_id).first()  # type: ignore[attr-defined]
    if found is None:
        raise Http404
    may_act(request, found.seal.branch_id)
    return found


def _back(seal_id: UUID) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("console:seal", args=[seal_id]))

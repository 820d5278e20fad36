"""For the administrator and the service desk: jobs that gave up, and the messages that went out."""

from __future__ import annotations

import re
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from vermilion.apps.cases.models import Case
from vermilion.apps.notices import queries as notice_queries
from vermilion.apps.notices import services as notice_services
from vermilion.apps.notices.models import Channel, Notice, NoticeState
from vermilion.apps.policies.models import Endorsement
from vermilion.apps.signing.models import SigningTask
from vermilion.apps.underwriting.models import UnderwritingDecision
from vermilion.base import jobs as engine

from . import permissions
from .case_view import NOTICE_TONES
from .frame import page_of, show

# A pick-up code is the customer's; the desk needs to know that it went out, not what it is.
PICKUP = re.compile(r"(/[sa]/)[0-9A-Za-z-]{4,8}\b")
# What a job's ids belong to: argument → (model, path to the case).
OWNERS = {
    "case_id": (Case, ""),
    "task_id": (SigningTask, "case__"),
    "decision_id": (UnderwritingDecision, "case__"),
    "endorsement_id": (Endorsement, "policy__case__"),
    "notice_id": (Notice, "case__"),
}


@require_safe
@permissions.page("jobs")
def jobs(request: HttpRequest) -> HttpResponse:
    """List the jobs that were tried as often as allowed, each with its true error."""
    page = page_of(request, engine.failed())
    rows = [(job, _case_number(job.ids)) for job in page.object_list]
    context = {"rows": rows, "page_obj": page, "counts": engine.counts()}
    return show(request, "console/jobs.html", context, crumbs=[(_("失败任务"), "")])


@require_POST
@permissions.page("job_retry")
def job_retry(request: HttpRequest, job_id: int) -> HttpResponse:
    """Let a failed job run again."""
    engine.retry(job_id)
    messages.success(request, _("任务已重新排队。"))
    return HttpResponseRedirect(reverse("console:jobs"))


class NoticeForm(forms.Form):
    """Narrow the list of messages."""

    state = forms.ChoiceField(label=gettext_lazy("状态"), required=False, choices=[("", gettext_lazy("全部")), *NoticeState.choices])
    channel = forms.ChoiceField(label=gettext_lazy("渠道"), required=False, choices=[("", gettext_lazy("全部")), *Channel.choices])
    case = forms.CharField(label=gettext_lazy("业务号"), required=False, max_length=12)


@require_safe
@permissions.page("notices")
def notices(request: HttpRequest) -> HttpResponse:
    """Show what was sent, recipients and codes masked."""
    form = NoticeForm(request.GET)
    form.is_valid()
    wanted = getattr(form, "cleaned_data", {})
    rows = Notice.objects.filter(insurer=request.insurer).select_related("case").order_by("-created_at")  # type: ignore[attr-defined]
    for name in ("state", "channel"):
        if wanted.get(name):
            rows = rows.filter(**{name: wanted[name]})
    if wanted.get("case"):
        rows = rows.filter(case__number=wanted["case"].strip().upper())
    page = page_of(request, rows)
    shown = [
        (view, PICKUP.sub(r"\1••••••", view.body), NOTICE_TONES.get(view.state, "waiting"))
        for view in notice_queries.views(page.object_list)
    ]
    return show(request, "console/notices.html", {"form": form, "rows": shown, "page_obj": page}, crumbs=[(_("消息"), "")])


@require_POST
@permissions.page("notice_resend")
def notice_resend(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Send a failed message again."""
    if not Notice.objects.filter(pk=notice_id, insurer=request.insurer).exists():  # type: ignore[attr-defined]
        raise Http404
    notice = notice_services.resend(notice_id=notice_id)
    if notice.state == NoticeState.QUEUED:
        messages.success(request, _("消息已重新排队。"))
    else:
        messages.info(request, _("这条消息不能重发：它已经发出，或者已经过时。过时的验证码请客户重新获取。"))
    return HttpResponseRedirect(reverse("console:notices"))


def _case_number(ids: dict[str, object]) -> str:
    for name, (model, path) in OWNERS.items():
        if name in ids:
            found = model._default_manager.filter(pk=ids[name]).values_list(f"{path}number", flat=True).first()
            return str(found or "")
    return ""

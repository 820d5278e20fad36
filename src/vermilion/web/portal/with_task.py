"""The views of a document that is to be signed: each gets the task that is this person's now, and no form about another document."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from vermilion.apps.signing import services as signing
from vermilion.apps.signing.errors import DocumentChanged, TaskNotOpen
from vermilion.apps.signing.models import SigningTask, TaskState
from vermilion.web.problems import wants_problem

from . import journey
from .access import Access, customer
from .pages import onward, to_status


def with_task(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give a view the task that is this person's now; lead elsewhere when there is none, when steps are missing, or when a form comes from
    a page that showed another document."""

    @customer
    @wraps(view)
    def wrapper(request: HttpRequest, access: Access, *args: Any, **kwargs: Any) -> HttpResponse:
        task = journey.own_task(access)
        if is_outdated(request, task):
            return outdated(request, access, task)
        if task is None:
            return to_status(request, access)
        if task.state == TaskState.ACCEPTED:
            return HttpResponseRedirect(reverse("apply_sign_status", args=[access.case.number]))
        if not access.is_applicant and not {"consents", "identity"} <= journey.signer_done(access.case, access.party):  # type: ignore[arg-type]
            return onward(access)
        return view(request, access, task, *args, **kwargs)

    return wrapper


def is_outdated(request: HttpRequest, task: SigningTask | None) -> bool:
    """Tell whether a form was sent that speaks of another document than the one that waits: each names the digest that it showed."""
    return request.method == "POST" and (task is None or request.POST.get("digest", "") != task.shown_digest)


def outdated(request: HttpRequest, access: Access, task: SigningTask | None, *, there: str = "apply_sign") -> HttpResponse:
    """Put on record that a form came about another document than ``task``'s, say so, and lead ``there``, where that one is; without one
    to the status page.

    Raises DocumentChanged or TaskNotOpen to a script, which shows what they say.
    """
    said = request.POST.get("digest", "").replace("\0", "")  # which PostgreSQL takes none of
    hers = SigningTask.objects.filter(case=access.case, party=access.party, shown_digest=said, document__void=False)
    if hers.filter(state__in=[TaskState.ACCEPTED, TaskState.SIGNED]).exists():  # sent twice
        if wants_problem(request):
            raise TaskNotOpen()
        return to_status(request, access, _("这份文件您已经签好，不用再签。"))
    signing.note_outdated(case_id=access.case.id, waiting=task, said=said)
    if wants_problem(request):
        raise DocumentChanged()
    if task is None or task.state != TaskState.OPEN:
        messages.warning(request, _("您刚才打开的文件已经作废，这次提交没有采用。"))
        return to_status(request, access)
    messages.warning(request, _("您刚才打开的文件已经更新，这次提交没有采用。请先阅读最新的文件。"))
    return HttpResponseRedirect(reverse(there, args=[access.case.number]))

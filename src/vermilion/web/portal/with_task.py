"""The views of a document that is to be signed: each gets the task that is this person's now."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from vermilion.apps.signing.models import TaskState

from . import journey
from .access import Access, customer
from .pages import onward, to_status


def with_task(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give a view the task that is this person's now; lead elsewhere when there is none or when steps are missing."""

    @customer
    @wraps(view)
    def wrapper(request: HttpRequest, access: Access, *args: Any, **kwargs: Any) -> HttpResponse:
        task = journey.own_task(access)
        if task is None:
            return to_status(request, access)
        if task.state == TaskState.ACCEPTED:
            return HttpResponseRedirect(reverse("apply_sign_status", args=[access.case.number]))
        if not access.is_applicant and not {"consents", "identity"} <= journey.signer_done(access.case, access.party):  # type: ignore[arg-type]
            return onward(access)
        return view(request, access, task, *args, **kwargs)

    return wrapper

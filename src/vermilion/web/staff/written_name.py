"""手写签名: a photograph of one's own written name, the ink on light and dark paper to look at, and only then in use."""

from __future__ import annotations

import base64
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vermilion.apps.parties import written_names
from vermilion.apps.parties.errors import WrittenNameUnusable
from vermilion.apps.parties.models import Salesperson, StaffMember, WrittenName
from vermilion.base import children


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def written_name(request: HttpRequest) -> HttpResponse:
    """Show the picture in use; POST shows what would be cut out of a photograph."""
    if request.method != "POST":
        return _page(request)
    upload = request.FILES.get("photo")
    try:
        if upload is None or not upload.size:
            raise WrittenNameUnusable("empty")
        if upload.size > written_names.LARGEST_PHOTO:
            raise WrittenNameUnusable("picture_too_large")
        trial = written_names.show(user=request.user, photo=upload.read())
    except WrittenNameUnusable as error:
        return _page(request, error=error, status=error.status)
    except (children.ChildTimeout, children.ChildTooLarge, children.ChildCrashed):
        return _page(request, error=WrittenNameUnusable("not_picture"), status=422)
    return _page(request, trial=trial)


@login_required
@require_POST
def confirm(request: HttpRequest, written_id: UUID) -> HttpResponse:
    """Use what was shown."""
    _person(request)
    written_names.confirm(user=request.user, written_id=written_id)
    messages.success(request, _("手写签名已启用，以后的审批单上会印上它。"))
    return HttpResponseRedirect(reverse("written_name"))


@login_required
@require_POST
def stop(request: HttpRequest) -> HttpResponse:
    """Use the present picture no more."""
    _person(request)
    written_names.stop(user=request.user)
    messages.success(request, _("手写签名已停用；已经签署的文件不变。"))
    return HttpResponseRedirect(reverse("written_name"))


def _page(
    request: HttpRequest, *, trial: WrittenName | None = None, error: WrittenNameUnusable | None = None, status: int = 200
) -> HttpResponse:
    _person(request)
    present = written_names.present(request.user)
    context = {
        "present": present,
        "present_picture": _address(present),
        "trial": trial,
        "trial_picture": _address(trial),
        "error": error,
    }
    return render(request, "account/written_name.html", context, status=status)


def _person(request: HttpRequest) -> None:
    """Members of staff and salespeople have a name to write; other accounts have no such page."""
    user: Any = request.user
    if not StaffMember.objects.filter(user=user).exists() and not Salesperson.objects.filter(user=user).exists():
        raise Http404


def _address(written: WrittenName | None) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(written.content['picture'].encode()).decode()}" if written else ""

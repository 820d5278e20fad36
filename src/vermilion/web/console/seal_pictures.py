"""A seal's picture: a photograph is cut out and shown beside the present one; only what was shown can be put in place."""

from __future__ import annotations

import base64
from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from vermilion.apps.seals import picturing
from vermilion.apps.seals.errors import PhotoUnusable
from vermilion.base import clock

from . import permissions
from .frame import show
from .seal_scope import seal_of
from .seals import seal_view

SALT = "seal-picture"
SHOWN_SECONDS = 1800
"""How long a picture that was shown may be put in place."""


@require_POST
@permissions.page("seal_picture")
def seal_picture(request: HttpRequest, seal_id: UUID) -> HttpResponse:
    """Cut a picture out of a photograph and show it beside the present one."""
    from vermilion.core.typeset.photos import LARGEST_FILE  # with numpy, which no other page needs

    found, upload = seal_of(request, seal_id, acting=True), request.FILES.get("photo")
    if upload is None or upload.size is None or not 0 < upload.size <= LARGEST_FILE:
        raise PhotoUnusable()
    picture = picturing.picture_from_photo(upload.read())
    context = {
        "item": seal_view(found, clock.now()),
        "cut": f"data:image/svg+xml;base64,{base64.b64encode(picture.encode()).decode()}",
        # The browser brings back what it was shown, for this seal, and cannot change it.
        "shown": signing.dumps([str(found.pk), picture], salt=SALT, compress=True),
    }
    crumbs = [
        (_("印章与授权"), reverse("console:seals")),
        (found.name, reverse("console:seal", args=[found.pk])),
        (_("更换图样"), ""),
    ]
    return show(request, "console/seal_picture.html", context, crumbs=crumbs)


@require_POST
@permissions.page("seal_picture_set")
def seal_picture_set(request: HttpRequest, seal_id: UUID) -> HttpResponse:
    """Put the picture that was shown in place of the present one."""
    found = seal_of(request, seal_id, acting=True)
    try:
        about, picture = signing.loads(request.POST.get("shown", ""), salt=SALT, max_age=SHOWN_SECONDS)
    except signing.BadSignature:
        about, picture = "", ""
    if about != str(found.pk):
        messages.error(request, _("预览已经过期，图样没有更换，请重新上传照片。"))
    else:
        picturing.change_picture(seal_id=found.pk, picture=picture, by=request.staff)  # type: ignore[attr-defined]
        messages.success(request, _("“%(name)s”的图样已更换；已经签章的文件不变。") % {"name": found.name})
    return HttpResponseRedirect(reverse("console:seal", args=[found.pk]))

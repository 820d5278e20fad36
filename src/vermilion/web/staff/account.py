"""登录与安全: what somebody sees and changes of her own account."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from vermilion.apps.parties import passkeys as keys
from vermilion.apps.parties.models import StaffMember
from vermilion.base.config import config
from vermilion.base.instance import is_demo

from . import totp
from .passkeys import relying_party

# In the order in which they must be looked for: an iPad says Mac, an Android says Linux.
DEVICES = ("iPhone", "iPad", "Android", "HarmonyOS", "Windows", "Macintosh", "Linux")


@require_safe
@login_required
def security(request: HttpRequest) -> HttpResponse:
    """Show passkeys, password and second factor."""
    user: Any = request.user
    agent, target = request.headers.get("User-Agent", ""), request.GET.get("next", "")
    context = {
        "owned": keys.usable(user),
        "passkeys": relying_party(request) is not None,
        "elsewhere": elsewhere(request),
        "device": next((name for name in DEVICES if name in agent), ""),
        "next": target if url_has_allowed_host_and_scheme(target, allowed_hosts=None) else "",
        "home": "/console/" if StaffMember.objects.filter(user=user).exists() else "/sales/",
        "demo_code": totp.present_code(user) if is_demo() else "",
    }
    return render(request, "account/security.html", context)


def elsewhere(request: HttpRequest) -> str:
    """Return the sentence that says where this page would take passkeys, when it does not here."""
    if config().loopback:
        _host, colon, port = request.get_host().partition(":")
        address = f"http://localhost{colon}{port}{request.path}"
    else:
        address = f"{config().base_url}{request.path}"
    return _("通行密钥属于一个域名，在这个地址不能使用。请从 %(address)s 打开。") % {"address": address}

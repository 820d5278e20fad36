"""登录与安全: what somebody sees and changes of her own account."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vermilion.apps.parties import access
from vermilion.apps.parties import passkeys as keys
from vermilion.apps.parties.models import StaffMember
from vermilion.base.config import config
from vermilion.base.instance import is_demo
from vermilion.web.webauthn import relying_party

from . import log_ins, totp


@require_safe
@login_required
def security(request: HttpRequest) -> HttpResponse:
    """Show passkeys, password and second factor, and where the account is logged in."""
    user: Any = request.user
    target = request.GET.get("next", "")
    is_staff = StaffMember.objects.filter(user=user).exists()
    context = {
        "owned": keys.usable(user),
        "passkeys": relying_party(request) is not None,
        "elsewhere": elsewhere(request),
        "log_ins": log_ins.of(user),
        "here": log_ins.current(request),
        "device": log_ins.device_of(request),
        "next": target if url_has_allowed_host_and_scheme(target, allowed_hosts=None) else "",
        "home": "/console/" if is_staff else "/sales/",
        "is_staff": is_staff,
        "demo_code": totp.present_code(user) if is_demo() else "",
    }
    return render(request, "account/security.html", context)


@require_POST
@login_required
def end_log_ins(request: HttpRequest) -> HttpResponse:
    """End one own log-in (``log_in``), or all but this one."""
    try:
        only = UUID(request.POST["log_in"]) if request.POST.get("log_in") else None
    except ValueError:
        raise Http404 from None
    with transaction.atomic():
        ended = log_ins.end(request.user, only=only, but=None if only else log_ins.current(request))
        if ended:
            access.note(access.ENDED, user=request.user, count=str(ended))
    messages.success(request, _("已结束 %(count)s 处登录。") % {"count": ended})
    return HttpResponseRedirect(reverse("account_security"))


def elsewhere(request: HttpRequest) -> str:
    """Return the sentence that says where this page would take passkeys, when it does not here."""
    if config().loopback:
        _host, colon, port = request.get_host().partition(":")
        address = f"http://localhost{colon}{port}{request.path}"
    else:
        address = f"{config().base_url}{request.path}"
    return _("通行密钥属于一个域名，在这个地址不能使用。请从 %(address)s 打开。") % {"address": address}

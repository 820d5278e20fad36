"""Proving who one is at ``/my/``: the phone by a code, the person by name and ID number. A stranger learns nothing from the answer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vermilion.apps.identity import services as identity
from vermilion.apps.identity.errors import CodeRefused
from vermilion.base.errors import VermilionError
from vermilion.base.validation import InvalidValue, mask_phone, validate_phone
from vermilion.web.limits import Limit, client_address, hit

from . import access

CODES = Limit("my.code", 60, 3600)
TRIES = Limit("my.try", 60, 3600)
CODE, TAIL = "my.code", "my.tail"
NO_CODE = str(UUID(int=0))


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Ask for the phone, send a code whoever it belongs to."""
    if request.method != "POST":
        return TemplateResponse(request, "my/phone.html", {})
    hit(CODES, client_address(request))
    typed = request.POST.get("phone", "")[:40]
    try:
        phone = validate_phone(typed)
        code = identity.send_code(purpose="my", phone=phone, ip=client_address(request))
    except (InvalidValue, CodeRefused) as error:
        return TemplateResponse(request, "my/phone.html", {"error": error, "typed": typed}, status=error.status)
    request.session[CODE], request.session[TAIL] = str(code.id), mask_phone(phone)
    return HttpResponseRedirect(reverse("my_prove"))


@require_http_methods(["GET", "HEAD", "POST"])
def prove(request: HttpRequest) -> HttpResponse:
    """Code, name and ID number together. "Nobody of these data" never says which of them is wrong."""
    if CODE not in request.session:
        return HttpResponseRedirect(reverse("my_enter"))
    context: dict[str, Any] = {"phone": request.session.get(TAIL, "")}
    if request.method != "POST":
        return TemplateResponse(request, "my/prove.html", context)
    hit(TRIES, client_address(request))
    name, number = request.POST.get("name", "")[:80], request.POST.get("id_number", "")[:40]
    context |= {"name": name, "id_number": number}
    try:
        found = identity.prove_person(
            code_id=UUID(request.session.get(CODE, NO_CODE)),
            value=request.POST.get("code", ""),
            name=name,
            id_number=number,
            ip=client_address(request),
        )
    except VermilionError as error:
        return TemplateResponse(request, "my/prove.html", {**context, "error": error}, status=error.status)
    if not found:
        nobody = VermilionError(
            _("没有找到与手机号、姓名和证件号码都相符的保单。"), hint=_("请核对后再试；投保时登记的手机号已更换的，请致电客服。")
        )
        return TemplateResponse(request, "my/prove.html", {**context, "error": nobody}, status=422)
    for key in (CODE, TAIL):
        request.session.pop(key, None)
    access.enter(request, found)
    return HttpResponseRedirect(access.onward(request))


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Log out."""
    access.leave(request)
    return HttpResponseRedirect(reverse("home"))

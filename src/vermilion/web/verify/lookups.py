"""``/v/<code>`` tells the status of a document and nothing else; with the last four of an ID number, the masked policy. Without a file."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from vermilion.apps.cases.models import CaseParty, Document
from vermilion.apps.policies import holding
from vermilion.apps.policies.queries import status_of_code
from vermilion.apps.policies.sentences import register_sentence
from vermilion.base.errors import VermilionError
from vermilion.web import limits
from vermilion.web.my import access as my
from vermilion.web.problems import NotFound

from .words import document_facts, holder_facts

CODES = limits.Limit("document-status", 120, 600)
CODE = re.compile(r"[0-9A-HJKMNP-TV-Z]{16}")
# Ten thousand numbers have four digits. Five tries an hour and twelve a day leave whoever copied a code years of guessing.
TRIES = limits.Limit("verify-look-up", 20, 3600)
TRIES_OF_CODE = (limits.Limit("verify-look-up-code", 5, 3600), limits.Limit("verify-look-up-code-day", 12, 24 * 3600))


class NobodyFound(VermilionError):
    """No policy with this code and these characters; which of them is wrong is not told."""

    code = "look_up_refused"
    status = 422
    message = gettext_lazy("验真码与证件号码后四位不相符，或没有这张保单。")
    hint = gettext_lazy(
        "请核对保单上的验真码，以及投保人或被保险人证件号码的后四位（公司投保的，为统一社会信用代码后四位）。多次不符会暂停查询。"
    )


@require_safe
def status(request: HttpRequest, code: str) -> HttpResponse:
    """Tell the status of the document with this code: no name, no content, no file."""
    limits.hit(CODES, limits.client_address(request))
    wanted = tidy(code)
    found = status_of_code(wanted) if wanted else None
    if found is None:
        raise NotFound(
            _("没有这个验真码对应的文件。"), hint=_("请核对保单上印刷的验真码；如果码无误而仍查不到，请拨打保险公司客服热线核实。")
        )
    tone, headline, advice = register_sentence(found)
    context = {
        "tone": tone,
        "headline": headline,
        "advice": advice,
        "facts": document_facts(found),
        "status": found,
        "code": grouped(wanted),
    }
    return render(request, "verify/status.html", context)


@require_POST
def look_up(request: HttpRequest) -> HttpResponse:
    """Show the masked policy to who has its code and the last four of an ID number on it. Every try counts, also a right one."""
    code, last_four = request.POST.get("code", "")[:80], request.POST.get("last_four", "")[:20]
    limits.hit(TRIES, limits.client_address(request))
    # The same for codes that do not exist, else the lock would tell which do.
    subject = tidy(code) or code.strip().upper()
    for limit in TRIES_OF_CODE:
        limits.hit(limit, subject)
    found = holding.look_up(tidy(code), last_four) if tidy(code) else None
    if found is None:
        return render(request, "verify/look_up.html", {"error": NobodyFound(), "code": code}, status=NobodyFound.status)
    tone, headline, advice = register_sentence(found.status)
    context: dict[str, Any] = {
        "tone": tone,
        "headline": headline,
        "advice": advice,
        "facts": holder_facts(found),
        "status": found.status,
        "code": grouped(tidy(code)),
        "known": True,
    }
    return render(request, "verify/status.html", context)


@require_safe
def original(request: HttpRequest, code: str) -> HttpResponse:
    """Lead to the archived original: a party after her identity check, authorised staff at their desk, nobody else.

    Nothing here tells whether the code exists: both destinations judge by themselves who may look.
    """
    limits.hit(CODES, limits.client_address(request))
    document = Document.objects.filter(code=tidy(code), void=False).first()
    if request.user.is_authenticated:
        if document is None:
            raise NotFound()
        return HttpResponseRedirect(reverse("console:document", args=[document.id]))
    ids = my.parties(request)
    if ids is None:
        my.remember(request, request.path)
        return HttpResponseRedirect(reverse("my_enter"))
    case = CaseParty.objects.filter(pk__in=ids, case=document.case_id).select_related("case").first() if document else None
    if document is None or case is None:
        raise NotFound(_("您名下没有这份文件。"), hint=_("请确认登录“我的保单”的是保单的投保人或被保险人；有疑问请拨打客服热线。"))
    return HttpResponseRedirect(reverse("apply_document", args=[case.case.number, document.code]))


def tidy(code: str) -> str:
    """Return a code as it is stored, or nothing when it can't be one."""
    plain = re.sub(r"[\s-]", "", code).upper().rstrip("/")
    return plain if CODE.fullmatch(plain) else ""


def grouped(code: str) -> str:
    """Return a code as it is printed."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))

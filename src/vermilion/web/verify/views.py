"""``/verify/`` takes a file; ``/v/<code>`` tells the status of a document and nothing else."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from vermilion.apps.policies.queries import status_of_code
from vermilion.apps.policies.sentences import register_sentence, sentence_of
from vermilion.apps.policies.verifying import Judgement, judge, policy_json
from vermilion.base.errors import VermilionError
from vermilion.core.pdf.reasons import REASONS
from vermilion.web import limits, uploads
from vermilion.web.problems import NotFound, wants_problem

from .words import altered_after, document_facts, signature_facts

# A person looking through a drawer of policies stays far below this; a machine that probes does not.
FILES = limits.Limit("verify", 60, 600)
CODES = limits.Limit("document-status", 120, 600)
CODE = re.compile(r"[0-9A-HJKMNP-TV-Z]{16}")


class NoFile(VermilionError):
    """The form came without a file."""

    code = "no_file"
    status = 422
    message = _("没有收到文件。")
    hint = _("请选择保单的 PDF 文件后再点“验真”。")


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Show the form, or the verdict on the uploaded file. The file is read once and kept nowhere."""
    if request.method != "POST":
        return render(request, "verify/form.html", {"max_bytes": uploads.LARGEST})
    limits.hit(FILES, limits.client_address(request))
    upload = request.FILES.get("file")
    if upload is None:
        raise NoFile()
    judgement = judge(upload.read())
    if wants_problem(request):
        return JsonResponse({**judgement.verdict.as_json(), "kind": judgement.kind, "policy": policy_json(judgement.status)})
    return render(request, "verify/result.html", _result(judgement))


@require_safe
def status(request: HttpRequest, code: str) -> HttpResponse:
    """Tell the status of the document with this code: no name, no content, no file."""
    limits.hit(CODES, limits.client_address(request))
    tidy = code.upper().replace("-", "").rstrip("/")
    found = status_of_code(tidy) if CODE.fullmatch(tidy) else None
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
        "code": _grouped(tidy),
    }
    return render(request, "verify/status.html", context)


def _result(judgement: Judgement) -> dict[str, Any]:
    tone, headline, advice = sentence_of(judgement)
    language = 1 if (get_language() or "").startswith("en") else 0
    reasons = [*judgement.verdict.reasons, *(code for one in judgement.verdict.signatures for code in one.reasons)]
    return {
        "tone": tone,
        "headline": headline,
        "advice": advice,
        "judgement": judgement,
        "reasons": [(code, REASONS[code][language]) for code in dict.fromkeys(reasons) if code in REASONS],
        "signatures": [signature_facts(one) for one in judgement.verdict.signatures],
        "facts": document_facts(judgement.status) if judgement.status else [],
        "broken": altered_after(judgement.broken_after) if judgement.broken_after else "",
    }


def _grouped(code: str) -> str:
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))

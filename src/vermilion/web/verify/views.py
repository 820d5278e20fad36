"""``/verify/`` takes a file and says what it is worth. The file is read once and kept nowhere."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from vermilion.apps.policies import plain_answers
from vermilion.apps.policies.verifying import Judgement, judge, told
from vermilion.base.errors import VermilionError
from vermilion.core.pdf.reasons import REASONS
from vermilion.web import limits, uploads
from vermilion.web.problems import wants_problem

from .changes import shown_changes
from .checking import Checked, check
from .expert import expert_view
from .lookups import grouped
from .reports import token_of
from .words import altered_after, document_facts, signature_facts

# A person looking through a drawer of policies stays far below this; a machine that probes does not.
FILES = limits.Limit("verify", 60, 600)


class NoFile(VermilionError):
    """The form came without a file."""

    code = "no_file"
    status = 422
    message = _("没有收到文件。")
    hint = _("请选择保单的 PDF 文件后再点“验真”。")


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Show the form, or the verdict on the uploaded file."""
    if request.method != "POST":
        return render(request, "verify/form.html", {"max_bytes": uploads.LARGEST})
    limits.hit(FILES, limits.client_address(request))
    upload = request.FILES.get("file")
    if upload is None:
        raise NoFile()
    data = upload.read()
    if wants_problem(request):
        judgement = judge(data)
        return JsonResponse({**told(judgement).as_json(), "kind": judgement.kind})
    return render(request, "verify/result.html", _result(check(data, name=str(upload.name or ""))))


def _result(checked: Checked) -> dict[str, Any]:
    judgement, alteration, nature = checked.judgement, checked.alteration, checked.nature
    before = alteration.before.status if alteration else None
    tone, headline, advice = checked.answer
    return {
        "tone": tone,
        "headline": headline,
        "advice": advice,
        "judgement": judgement,
        "reasons": _reasons(judgement),
        "signatures": [signature_facts(one) for one in judgement.verdict.signatures],
        "facts": checked.facts,
        "broken": altered_after(judgement.broken_after) if judgement.broken_after else "",
        "changes": shown_changes(alteration) if alteration else None,
        "before_facts": document_facts(before) if before else [],
        "known": judgement.status or before,
        "codes": [grouped(code) for code in plain_answers.codes_on(nature)],
        "maker": nature.maker if nature else "",
        "expert": expert_view(checked.report),
        "token": token_of(checked.report),
    }


def _reasons(judgement: Judgement) -> list[tuple[str, str]]:
    language = 1 if (get_language() or "").startswith("en") else 0
    codes = [*judgement.verdict.reasons, *(code for one in judgement.verdict.signatures for code in one.reasons)]
    return [(code, REASONS[code][language]) for code in dict.fromkeys(codes) if code in REASONS]

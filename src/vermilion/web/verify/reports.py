"""The verification report without a kept file: its data go to the visitor, signed by us, and come back when she wants the PDF."""

from __future__ import annotations

from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from vermilion.apps.policies.reporting import report_pdf
from vermilion.base.errors import VermilionError
from vermilion.web import limits

SALT = "vermilion.verification-report"
SECONDS = 2 * 3600
REPORTS = limits.Limit("verify-report", 30, 600)


class ReportExpired(VermilionError):
    """The data of the report are older than two hours, or not ours."""

    code = "report_expired"
    status = 410
    message = gettext_lazy("这份验签结果已经过期，没有生成报告。")
    hint = gettext_lazy("我们不保存您的文件。请重新上传文件验真，再下载报告。")


def token_of(data: dict[str, Any]) -> str:
    """Return the report's data, and the language that their sentences are in, so that only we can have made them."""
    return signing.dumps({"language": get_language(), "report": data}, salt=SALT, compress=True)


@require_POST
def report(request: HttpRequest) -> HttpResponse:
    """Make the report of a check within the last two hours, in the language of the page that told its result, whatever is chosen now."""
    limits.hit(REPORTS, limits.client_address(request))
    try:
        brought = signing.loads(request.POST.get("token", ""), salt=SALT, max_age=SECONDS)
        language, data = brought["language"], brought["report"]
    except (signing.BadSignature, KeyError) as error:
        raise ReportExpired() from error
    with override(language):
        response = HttpResponse(report_pdf(data), content_type="application/pdf")
        name = f"{_('验签报告')}-{data['document_code']}.pdf"
    response["Content-Disposition"] = str(content_disposition_header(True, name))
    return response

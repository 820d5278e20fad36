"""The one place that turns an error into something a person or a program can read.

A program (``/api/`` or ``Accept: application/problem+json``) gets an RFC 9457 problem with a stable ``code``; a person gets a page that
says what happened, what to do, whom to call and a reference number; a part of a page loaded by htmx gets a notice box. Nobody ever gets
a stack trace.
"""

from __future__ import annotations

import errno
import sys
from itertools import islice
from typing import Any

import structlog
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from psycopg.errors import DiskFull

from vermilion.base.blobs import StoreFull
from vermilion.base.errors import VermilionError

from . import uploads

API_PREFIX = "/api/"
#: So many wrong fields are named to a program; who sends more mistakes mends these first.
MOST_FIELDS = 100
LAST_RESORT = (
    '<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>朱印</title>'
    "<h1>系统暂时无法处理您的请求</h1><p>The service is temporarily unavailable. / 请稍后再试。</p>"
)


class BadRequest(VermilionError):
    """The request cannot be understood."""

    code = "bad_request"
    status = 400
    message = _("浏览器送来的请求不完整或格式不对，没有做任何改动。")
    hint = _("请返回上一页，刷新后再试一次。")


class Forbidden(VermilionError):
    """The visitor may not do this."""

    code = "forbidden"
    status = 403
    message = _("您没有权限查看这个页面或进行这项操作。")
    hint = _("请换用有权限的账户登录，或联系管理员。")


class CsrfFailed(Forbidden):
    """The form's token is missing or old."""

    code = "csrf_failed"
    title = _("提交没有被接受")
    message = _("页面打开得太久，或浏览器禁用了 Cookie，这次提交没有被接受，也没有做任何改动。")
    hint = _("请返回上一页，刷新后重新提交；如果仍不成功，请允许本网站使用 Cookie。")


class NotFound(VermilionError):
    """There is nothing at this address, or nothing that this visitor may know of."""

    code = "not_found"
    status = 404
    message = _("没有找到这个页面。网址可能不完整，或内容已经移走。")
    hint = _("请检查网址是否完整；从短信打开的，请整段复制。")


class MethodNotAllowed(VermilionError):
    """The address does not take this method."""

    code = "method_not_allowed"
    status = 405
    message = _("这个地址不接受这种访问方式。")
    hint = _("请从页面上的按钮进入。")


class LengthRequired(VermilionError):
    """The body came in chunks without its length, and would be taken for an empty one."""

    code = "length_required"
    status = 411
    message = _("请求没有说明内容的长度，没有被接收。")
    hint = _("请设置请求头 Content-Length，不要使用分块传输（Transfer-Encoding: chunked）。")


class TooLarge(VermilionError):
    """The request body exceeds what the door takes."""

    code = "too_large"
    status = 413
    message = _("上传的内容太大，没有被接收。")
    hint = _("请选择较小的文件后重试。")


class ServerFailure(VermilionError):
    """A fault of ours."""

    code = "internal"
    status = 500
    message = _("系统出了问题，这次操作没有完成。")
    hint = _("请稍后再试；已经填写的内容保存在上一步。如果问题继续，请告诉客服下面的参考编号。")


class Unavailable(VermilionError):
    """The database does not answer, or could not do it now."""

    code = "unavailable"
    status = 503
    message = _("系统暂时无法使用，这次操作没有完成；此前已经保存的内容都在。")
    hint = _("请过几分钟再试。如果问题继续，请告诉客服下面的参考编号。")


TITLES = {
    400: _("请求有误"),
    401: _("请先登录"),
    403: _("没有权限"),
    404: _("没有找到"),
    405: _("不能这样访问"),
    409: _("这一步没有办成"),
    410: _("已经失效"),
    411: _("缺少长度"),
    413: _("内容太大"),
    415: _("类型不受支持"),
    422: _("内容有误"),
    429: _("操作太频繁"),
    500: _("系统出了问题"),
    503: _("服务暂时不可用"),
    507: _("存储空间已满"),
}


def wants_problem(request: HttpRequest) -> bool:
    """Tell whether the caller is a program: an API address, or JSON accepted and HTML not."""
    if request.path.startswith(API_PREFIX):
        return True
    accept = request.headers.get("Accept", "")
    return "json" in accept and "text/html" not in accept


def title_of(error: VermilionError) -> Any:
    """Return the few words above ``error``: its own, or those of its status."""
    return error.title or TITLES.get(error.status, TITLES[400 if error.status < 500 else 500])


def problem_dict(error: VermilionError) -> dict[str, Any]:
    """Return the RFC 9457 body of ``error``; ``fields`` only where there are some."""
    body: dict[str, Any] = {
        "type": f"urn:vermilion:problem:{error.code}",
        "title": str(title_of(error)),
        "status": error.status,
        "detail": _joined(str(error.message), str(error.hint)),
        "code": error.code,
    }
    if error.fields:
        body["fields"] = {name: str(sentence) for name, sentence in islice(error.fields.items(), MOST_FIELDS)}
    reference = reference_id()
    if reference:
        body["instance"] = f"urn:vermilion:request:{reference}"
    return body


def _joined(message: str, hint: str) -> str:
    # Chinese sentences stand without a space between them, English ones do not.
    return f"{message} {hint}" if hint and message.endswith(".") else f"{message}{hint}"


def reference_id() -> str:
    """Return the id of the current request, as it stands in the log and in ``X-Request-Id``."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


def respond(request: HttpRequest, error: VermilionError) -> HttpResponse:
    """Return ``error`` as a problem, a notice or a page, with its status. Never raises."""
    response: HttpResponse
    if wants_problem(request):
        response = JsonResponse(
            problem_dict(error), status=error.status, content_type="application/problem+json", json_dumps_params={"ensure_ascii": False}
        )
        response["Content-Language"] = get_language() or "zh-hans"
    elif request.headers.get("HX-Request") == "true":
        context = {"tone": "error" if error.status >= 500 else "warning", "text": error.message, "hint": error.hint}
        response = HttpResponse(render_to_string("components/notice.html", context), status=error.status)
    else:
        response = HttpResponse(_page(request, error), status=error.status)
    retry_after = error.facts.get("retry_after")
    if retry_after:
        response["Retry-After"] = str(retry_after)
    response["Cache-Control"] = "no-store"
    return response


def _home(path: str, status: int) -> tuple[str, Any, bool]:
    """Return where the button of an error page leads, its words, and whether it is a page of the insurer's people, who call no hotline."""
    for home, staff in (("/console/", True), ("/a/", True), ("/sales/", True), ("/my/", False)):
        if path.startswith(home):
            return home, _("回到首页"), staff
    if path.startswith("/apply/") and status != 404:  # the case is hers; what is next stands on its first page
        return "/".join(path.split("/")[:3]) + "/", _("查看办理进度"), False
    return "/", _("回到首页"), False


def _page(request: HttpRequest, error: VermilionError) -> str:
    home, label, staff = _home(request.path, error.status)
    context = {
        "error": error,
        "home": home,
        "home_label": label,
        "staff_page": staff,
        "title": title_of(error),
        "reference": reference_id(),
        "fields": [(name, sentence) for name, sentence in error.fields.items()],
    }
    try:
        return render_to_string("errors/error.html", context, request=request)
    except Exception:
        # The database or a template is gone: the last page needs neither.
        structlog.get_logger("vermilion.web").error("error_page_failed", code=error.code)
        return LAST_RESORT


# Django's handlers (site/urls names them) and its CSRF_FAILURE_VIEW.


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler400: a suspicious or oversized request."""
    if isinstance(exception, uploads.UploadTooLarge):
        hint = _("一次最多上传 %(megabytes)s MB。请选择较小的文件后重试。") % {"megabytes": uploads.LARGEST // 1024**2}
        return respond(request, TooLarge(hint=hint))
    return respond(request, TooLarge() if isinstance(exception, (RequestDataTooBig, TooManyFieldsSent)) else BadRequest())


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler403."""
    return respond(request, Forbidden())


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler404."""
    if request.path.startswith(API_PREFIX):
        return respond(request, NotFound(_("没有这个接口地址。"), hint=_("请对照 /api/v1/openapi.json 检查网址。")))
    return respond(request, NotFound())


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500: Django calls it while the exception is handled. A database or a disk in trouble is told as such."""
    return respond(request, _fault(sys.exc_info()[1]))


def _fault(error: BaseException | None) -> VermilionError:
    reason = error
    while reason is not None:
        if isinstance(reason, DiskFull) or (isinstance(reason, OSError) and reason.errno in (errno.ENOSPC, errno.EDQUOT)):
            return StoreFull()
        reason = reason.__cause__
    return Unavailable(retry_after=30) if isinstance(error, (OperationalError, InterfaceError)) else ServerFailure()


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW."""
    return respond(request, CsrfFailed())

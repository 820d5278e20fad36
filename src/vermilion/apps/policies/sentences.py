"""Verdicts in one plain sentence each: what the file is, and what to do. The page and the command say the same.

A code (``/v/<code>``) tells of the document on our register, never of the file it was read from: a code can be printed on anything.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .models import PolicyStatus
from .queries import DocumentStatus
from .verifying import Judgement, kind_of

# kind → tone (valid, warning, invalid), sentence, what to do
SENTENCES: dict[str, tuple[str, Any, Any]] = {
    "in_force": ("valid", gettext_lazy("这是真实的保单，目前有效"), gettext_lazy("文件自盖章以来没有任何改动。")),
    "superseded": (
        "warning",
        gettext_lazy("文件真实，但内容已被后来的批单更新"),
        gettext_lazy("请以最新的批单为准；可以在“我的保单”查看现在的内容。"),
    ),
    "ended": ("warning", gettext_lazy("文件真实，但这张保单已经终止"), gettext_lazy("保单不再有效；如有疑问请拨打保险公司客服热线。")),
    "genuine": ("valid", gettext_lazy("文件真实，没有任何改动"), gettext_lazy("这是本平台存档的文件，但它本身不是保险单。")),
    "not_archived": (
        "warning",
        gettext_lazy("印章是我们的，但档案中没有这份文件"),
        gettext_lazy("它可能没有正式签发。请不要据此缴费或理赔，并拨打客服热线核实。"),
    ),
    "altered": (
        "invalid",
        gettext_lazy("文件在签名之后被改动过"),
        gettext_lazy("请不要相信文件内容。请从“我的保单”下载原件，或拨打客服热线核实。"),
    ),
    "not_ours": (
        "invalid",
        gettext_lazy("文件有电子签名，但不是由我们签发"),
        gettext_lazy(
            "签名所保护的内容没有改动，但签名人是谁，我们无法确认。如果是别家公司的保单，请到那家公司查验；如果有人称它是我们的保单，请拨打客服热线核实。"
        ),
    ),
    "foreign": (
        "warning",
        gettext_lazy("签名有效，但不是由我们签发；这里不知道它的状态"),
        gettext_lazy(
            "文件自签名以来没有改动，签名人见下。它是不是还有效，请向签名的机构查询。如果有人称它是我们的保单，请拨打客服热线核实。"
        ),
    ),
    "unsigned": (
        "invalid",
        gettext_lazy("文件没有电子签名"),
        gettext_lazy("打印稿、扫描件、截图和另存的文件都没有签名。请上传从“我的保单”或短信链接下载的原件。"),
    ),
    "unreadable": ("invalid", gettext_lazy("这个文件无法检查"), gettext_lazy("请确认上传的是完整、没有密码的保单 PDF 原件。")),
}


# kind → tone, sentence about the document on the register
ON_REGISTER: dict[str, tuple[str, Any]] = {
    "in_force": ("valid", gettext_lazy("这张保单在册，目前有效")),
    "superseded": ("warning", gettext_lazy("这份文件在册，但内容已被后来的批单更新")),
    "ended": ("warning", gettext_lazy("这张保单已经终止")),
    "genuine": ("valid", gettext_lazy("这份文件在册")),
}
_COPIED = gettext_lazy("请核对下面的内容与手里的文件一致。二维码可以被复制到别的文件上；要知道手里的文件是不是原件，请上传 PDF 验真。")


def sentence_of(judgement: Judgement) -> tuple[str, str, str]:
    """Return tone, sentence and advice for a judged file."""
    if judgement.status is not None:
        return status_sentence(judgement.status)
    foreign = judgement.kind == "not_ours" and judgement.verdict.bottom_line == "valid"
    tone, headline, advice = SENTENCES["foreign" if foreign else judgement.kind]
    return tone, str(headline), str(advice)


def status_sentence(status: DocumentStatus) -> tuple[str, str, str]:
    """Return tone, sentence and advice for a document that the archive knows."""
    kind = kind_of(status)
    tone, headline, advice = SENTENCES[kind]
    if kind == "ended":
        headline = _("文件真实，但这张保单%(status)s") % {"status": str(PolicyStatus(status.policy_status).label)}
    if kind == "in_force" and status.kind == "endorsement":
        headline = _("这是真实的批单，尚未到生效时间") if status.starts_at else _("这是真实的批单，目前有效")
    if kind == "in_force" and status.kind == "insured_certificate":
        headline = _("这是真实的保险凭证，保单目前有效")
    return tone, str(headline), str(advice)


def register_sentence(status: DocumentStatus) -> tuple[str, str, str]:
    """Return tone, sentence and advice for a document that was looked up by its code, no file being at hand."""
    kind = kind_of(status)
    tone, headline = ON_REGISTER[kind]
    if kind == "ended":
        headline = _("这张保单%(status)s") % {"status": str(PolicyStatus(status.policy_status).label)}
    if kind == "in_force" and status.kind == "endorsement":
        headline = _("这张批单在册，尚未到生效时间") if status.starts_at else _("这张批单在册，目前有效")
    if kind == "in_force" and status.kind == "insured_certificate":
        headline = _("这张保险凭证在册，保单目前有效")
    return tone, str(headline), str(_COPIED)

"""What people really hold: a screenshot, a scan, a print, an archive … each in its own sentence, with what to do.

What a file says of the program that made it is a hint and is told as one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vermilion.base import children
from vermilion.base.config import config

from .verifying import Judgement

if TYPE_CHECKING:
    from vermilion.core.typeset.recognising import Nature

SECONDS = 15.0
MEGABYTES = 1024
CODE = re.compile(r"[0-9A-HJKMNP-TV-Z]{16}")

# kind of file → sentence, what to do
NATURES: dict[str, tuple[Any, Any]] = {
    "picture": (
        gettext_lazy("这是一张图片，图片里没有电子签名"),
        gettext_lazy("截图和照片可以随意修改，不能证明保单真假。请从“我的保单”或短信链接下载 PDF 原件再上传，或用保单上的验真码查询状态。"),
    ),
    "heic": (
        gettext_lazy("这是一张手机照片，照片里没有电子签名"),
        gettext_lazy("照片不能证明保单真假，这种格式（HEIC）这里也无法读出二维码。请用手机直接扫描保单上的二维码，或上传 PDF 原件。"),
    ),
    "scan": (
        gettext_lazy("这是扫描件，扫描件里没有电子签名"),
        gettext_lazy(
            "纸面上的印章可以复制，扫描件不能证明保单真假。请从“我的保单”或短信链接下载 PDF 原件再上传，或用保单上的验真码查询状态。"
        ),
    ),
    "print": (
        gettext_lazy("这是打印成的 PDF，电子签名没有随着打印保留下来"),
        gettext_lazy("另存为 PDF、打印为 PDF 都会丢掉签名。请从“我的保单”或短信链接下载原件，不要打开后再另存，直接上传。"),
    ),
    "resaved": (
        gettext_lazy("文件被别的软件另存过，已经没有可用的电子签名"),
        gettext_lazy(
            "用 WPS、Word 等软件打开后保存，签名就失效了；内容是否也被改过，从这个文件看不出来。请重新下载原件，不要另存，直接上传。"
        ),
    ),
    "archive": (gettext_lazy("这是压缩包，没有检查里面的文件"), gettext_lazy("请先解压，再逐份上传里面的 PDF 文件。")),
    "office": (
        gettext_lazy("这是可以编辑的办公文档，不是电子保单"),
        gettext_lazy("电子保单是带电子签名的 PDF 文件。请从“我的保单”或短信链接下载原件再上传。"),
    ),
    "ofd": (
        gettext_lazy("这是没有签名的 OFD 文件"),
        gettext_lazy("没有电子签名的文件不能证明保单真假。请上传带签名的 PDF 原件。"),
    ),
    "ofd_signed": (
        gettext_lazy("这是带签名的 OFD 文件，本平台目前还不能判断它的签名"),
        gettext_lazy("这不表示它是假的。请用支持国密签章的 OFD 阅读器验签，或上传同一张保单的 PDF 原件。"),
    ),
    "other": (
        gettext_lazy("这不是 PDF 文件，里面没有可以检查的电子签名"),
        gettext_lazy("电子保单是 PDF 文件。请从“我的保单”或短信链接下载原件再上传。"),
    ),
}
# reason of the verifier → sentence, what to do
UNREADABLE: dict[str, tuple[Any, Any]] = {
    "empty": (gettext_lazy("文件是空的"), gettext_lazy("可能没有下载完。请重新下载后再上传。")),
    "truncated": (gettext_lazy("文件不完整，后面的部分不见了"), gettext_lazy("可能没有下载完。请重新下载整个文件后再上传。")),
    "encrypted": (
        gettext_lazy("文件有密码，没有检查"),
        gettext_lazy("我们签发的原件没有密码。请上传原件；不要为了验真把密码告诉任何人。"),
    ),
    "damaged": (gettext_lazy("文件已经损坏，无法检查"), gettext_lazy("请重新下载原件后再上传。")),
    "took_too_long": (gettext_lazy("文件过于复杂，检查没有完成"), gettext_lazy("正常的保单不会这样。请重新下载原件后再上传。")),
}
# Tones: a file that people hold in good faith is no forgery.
HARMLESS = ("picture", "heic", "scan", "print", "archive", "ofd", "ofd_signed")


def nature_of(data: bytes, judgement: Judgement) -> Nature | None:
    """Look what a file is that bears no usable signature; None for all others and when it can't be found out. Raises ChildBusy."""
    if judgement.kind not in ("unsigned", "unreadable"):
        return None
    from vermilion.core.typeset.recognising import recognise  # PDFium and more, which most processes never need

    removed = "signature_removed" in judgement.verdict.reasons
    try:
        return children.call(recognise, data, signature_removed=removed, seconds=SECONDS, megabytes=MEGABYTES)
    except children.ChildBusy:
        raise
    except children.ChildError:
        return None


def plain_answer(judgement: Judgement, nature: Nature | None) -> tuple[str, str, str] | None:
    """Return tone, sentence and advice for what somebody brought instead of a signed PDF; None where the verdict says it all."""
    if judgement.kind not in ("unsigned", "unreadable"):
        return None
    reason = judgement.verdict.reasons[0] if judgement.verdict.reasons else ""
    if reason in UNREADABLE:
        headline, advice = UNREADABLE[reason]
        return "invalid", str(headline), str(advice)
    if nature is None or nature.kind not in NATURES:
        return None
    headline, advice = NATURES[nature.kind]
    if nature.kind == "resaved" and reason != "signature_removed":
        headline = _("文件没有电子签名，像是由 WPS 或 Office 保存的")
    if nature.kind == "archive" and nature.pdfs:
        advice = _("请先解压，再逐份上传里面的 PDF 文件（%(count)s 份）。") % {"count": nature.pdfs}
    return ("warning" if nature.kind in HARMLESS else "invalid"), str(headline), str(advice)


def codes_on(nature: Nature | None) -> list[str]:
    """Return the verification codes that can be seen on a file: those of QR codes that lead here, and printed ones.

    They say nothing about the file: whoever makes a false one copies a true code. They are good for looking up the status.
    """
    if nature is None:
        return []
    # By its beginning alone: what else such a text holds is foreign, and parsing it as an address may fail.
    here = f"{config().base_url}/v/"
    found = [text[len(here) :] for text in nature.links if text[: len(here)].lower() == here.lower()]
    tidy = [code.upper().replace("-", "").rstrip("/") for code in (*found, *nature.printed_codes)]
    return [code for code in dict.fromkeys(tidy) if CODE.fullmatch(code)]

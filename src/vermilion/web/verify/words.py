"""Verdicts in one plain sentence each: what it is, and what to do."""

from __future__ import annotations

from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vermilion.apps.policies.models import PolicyStatus
from vermilion.apps.policies.queries import DocumentStatus
from vermilion.core.pdf.verdict import SignatureVerdict

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
        gettext_lazy("我们不能判断它的真伪。如果有人称它是我们的保单，请拨打客服热线核实。"),
    ),
    "unsigned": (
        "invalid",
        gettext_lazy("文件没有电子签名"),
        gettext_lazy("打印稿、扫描件、截图和另存的文件都没有签名。请上传从“我的保单”或短信链接下载的原件。"),
    ),
    "unreadable": ("invalid", gettext_lazy("这个文件无法检查"), gettext_lazy("请确认上传的是完整、没有密码的保单 PDF 原件。")),
}

TRUST_CLASSES = {
    "licensed": gettext_lazy("持牌电子认证机构"),
    "private": gettext_lazy("自建认证机构（非持牌）"),
    "trial": gettext_lazy("演示证书，无法律效力"),
}


def status_sentence(status: DocumentStatus) -> tuple[str, str, str]:
    """Return tone, sentence and advice for a document that the archive knows."""
    if status.policy_status in (PolicyStatus.SURRENDERED, PolicyStatus.CANCELLED, PolicyStatus.TERMINATED, PolicyStatus.EXPIRED):
        label = str(PolicyStatus(status.policy_status).label)
        return "warning", _("文件真实，但这张保单%(status)s") % {"status": label}, str(SENTENCES["ended"][2])
    kind = (
        "superseded"
        if status.superseded_by
        else "in_force"
        if status.kind in ("policy", "endorsement") and status.policy_status
        else "genuine"
    )
    tone, headline, advice = SENTENCES[kind]
    if kind == "in_force" and status.kind == "endorsement":
        headline = _("这是真实的批单，目前有效")
    return tone, str(headline), str(advice)


def document_facts(status: DocumentStatus) -> list[tuple[str, str]]:
    """Return what anyone may know: kind, insurer, number's end, status, version, seal time."""
    facts = [(_("文件"), status.title), (_("保险公司"), status.insurer)]
    if status.policy_number:
        facts.append((_("保单号"), _masked(status.policy_number)))
        facts.append((_("保单状态"), str(PolicyStatus(status.policy_status).label)))
    if status.version:
        facts.append((_("本文件版本"), _("第 %(version)s 版") % {"version": status.version}))
    if status.superseded_by:
        facts.append((_("更新它的批单"), _masked(status.superseded_by)))
    if status.in_cooling_off:
        facts.append((_("犹豫期"), _("仍在犹豫期内")))
    if status.sealed_at:
        facts.append((_("签章时间"), date_format(localtime(status.sealed_at), "Y-m-d H:i")))
    if status.ended_at:
        facts.append((_("终止时间"), date_format(localtime(status.ended_at), "Y-m-d")))
    facts.append((_("客服热线"), status.hotline))
    return facts


def signature_facts(one: SignatureVerdict) -> list[tuple[str, str]]:
    """Return one signature's facts for a table."""
    sources = {"tsa": _("可信时间戳"), "builtin_tsa": _("本平台时间戳"), "claimed": _("签名人自报")}
    integrity = {
        "intact": _("签名后没有改动"),
        "altered": _("签名后有改动"),
        "not_whole": _("签名没有覆盖整个文件"),
        "broken": _("签名无法读取"),
    }
    when = date_format(localtime(one.signed_at), "Y-m-d H:i:s") if one.signed_at else "—"
    return [
        (_("签名人"), one.signer or "—"),
        (_("签发机构"), one.issuer or "—"),
        (_("证书类别"), str(TRUST_CLASSES.get(one.trust_class or "", _("未知")))),
        (_("签名时间"), f"{when}（{sources.get(one.time_source or '', '—')}）"),
        (_("完整性"), str(integrity.get(one.integrity, "—"))),
        (_("级别与算法"), f"{one.level or '—'} · {one.algorithm or '—'}"),
    ]


def _masked(number: str) -> str:
    """Return a policy number of which only head and tail are readable: enough to compare with the paper in one's hand."""
    return f"{number[:6]}…{number[-4:]}" if len(number) > 12 else number

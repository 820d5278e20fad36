"""The facts of a document and of a signature as rows of a table. The verdict's sentence is ``apps/policies/sentences.py``'s."""

from __future__ import annotations

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from vermilion.apps.policies.holding import HeldPolicy
from vermilion.apps.policies.models import PolicyStatus
from vermilion.apps.policies.queries import DocumentStatus
from vermilion.core.pdf import following
from vermilion.core.pdf.verdict import SignatureVerdict
from vermilion.web import dates
from vermilion.web.display import listed

TRUST_CLASSES = {
    "licensed": gettext_lazy("持牌电子认证机构"),
    "private": gettext_lazy("自建认证机构（非持牌）"),
    "trial": gettext_lazy("演示证书，无法律效力"),
}


def document_facts(status: DocumentStatus) -> list[tuple[str, str]]:
    """Return what anyone may know: kind, insurer, number's end, status, version, seal time."""
    english = (get_language() or "").startswith("en")
    insurer = status.insurer_en if english and status.insurer_en else status.insurer
    facts = [(_("文件"), _(status.title) if status.title else ""), (_("保险公司"), insurer)]
    if status.policy_number:
        facts.append((_("保单号"), _masked(status.policy_number)))
        facts.append((_("保单状态"), str(PolicyStatus(status.policy_status).label)))
    if status.version:
        facts.append((_("本文件版本"), _("第 %(version)s 版") % {"version": status.version}))
    if status.superseded_by:
        facts.append((_("更新它的批单"), _masked(status.superseded_by)))
    if status.next_change:
        number, at = status.next_change
        facts.append((_("将更新它的批单"), _("%(number)s，自 %(from)s 起生效") % {"number": _masked(number), "from": dates.opening(at)}))
    if status.starts_at:
        facts.append((_("生效时间") if status.kind == "endorsement" else _("保险责任开始"), dates.opening(status.starts_at)))
    if status.in_cooling_off:
        facts.append((_("犹豫期"), _("仍在犹豫期内")))
    if status.sealed_at:
        facts.append((_("签章时间"), dates.moment(status.sealed_at)))
    if status.ended_at:
        facts.append((_("终止时间"), dates.day(status.ended_at)))
    facts.append((_("客服热线"), status.hotline))
    return facts


def holder_facts(found: HeldPolicy) -> list[tuple[str, str]]:
    """Return the masked policy for who proved to know an ID number on it: what anyone may know, and holder, product, period."""
    english = (get_language() or "").startswith("en")
    period = _("自 %(from)s 起") % {"from": dates.opening(found.cover_from)}
    if found.cover_to:
        period = _("%(from)s 至 %(to)s") % {"from": dates.opening(found.cover_from), "to": dates.closing(found.cover_to)}
    else:
        period = _("%(period)s，至终身") % {"period": period}
    held = [(_("投保人"), found.holder), (_("产品"), found.product[1 if english else 0]), (_("保险期间"), period)]
    facts = document_facts(found.status)
    return [*facts[:1], *held, *facts[1:]]


def signature_facts(one: SignatureVerdict) -> list[tuple[str, str]]:
    """Return one signature's facts for a table."""
    sources = {"tsa": _("可信时间戳"), "builtin_tsa": _("本平台时间戳"), "claimed": _("签名人自报")}
    integrity = {
        "intact": _("签名后没有改动"),
        "altered": _("签名后有改动"),
        "not_whole": _("签名没有覆盖整个文件"),
        "broken": _("签名无法读取"),
    }
    when = "—"
    if one.signed_at:
        facts = {"when": dates.moment(one.signed_at), "source": sources.get(one.time_source or "", "—")}
        when = _("%(when)s（%(source)s）") % facts
    state = str(integrity.get(one.integrity, "—"))
    if one.integrity == "intact" and one.followed:
        what = listed(following.words(one.followed, get_language() or "zh"))
        state = _("签名的内容没有改动；其后有签名所允许的：%(what)s") % {"what": what}
    return [
        (_("签名人"), one.signer or "—"),
        (_("签发机构"), one.issuer or "—"),
        (_("证书类别"), str(TRUST_CLASSES.get(one.trust_class or "", _("未知")))),
        (_("签名时间"), when),
        (_("完整性"), state),
        (_("级别与算法"), " · ".join(known for known in (one.level, one.algorithm) if known) or "—"),
    ]


def altered_after(one: SignatureVerdict) -> str:
    """Say after which signature the file was changed."""
    when = dates.moment(one.signed_at) if one.signed_at else "—"
    return _("改动发生在“%(signer)s”的签名之后（签名时间 %(when)s）。") % {"signer": one.signer or "—", "when": when}


def _masked(number: str) -> str:
    """Return a policy number of which only head and tail are readable: enough to compare with the paper in one's hand."""
    return f"{number[:6]}…{number[-4:]}" if len(number) > 12 else number

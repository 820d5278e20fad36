"""What ``vermilion doctor`` asks about signing: the keeper, the time, and whether a document can be signed and verified."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.serialization import Encoding
from django.utils.text import format_lazy
from django.utils.translation import gettext as _

from vermilion.base import health
from vermilion.base.clock import now
from vermilion.core.pdf.reasons import sentence
from vermilion.core.pdf.verify import verify_pdf
from vermilion.core.trust import timestamp

from .errors import AuthorityEnds, KeeperLocked, SelfCheckFailed, TimestampAuthorityIll, TimestampFailed
from .keeper import client
from .signing import trust_store

LIST_ENDS = timedelta(days=30)
ISSUING_ENDS = timedelta(days=2 * 365)
"""What is issued now must be able to live its two years."""


def register() -> None:
    """Register the checks."""
    health.register("keeper", keeper)
    health.register("timestamp", time)
    health.register("timestamp authorities", authorities)
    health.register("ca", ca)
    health.register("probe", probe)


def keeper() -> str:
    """The keeper answers and its root is the one that this instance trusts."""
    status, _pem = client.status()
    roots = {hashlib.sha256(root.certificate.public_bytes(Encoding.DER)).hexdigest() for root in trust_store().roots}
    if status["root_sha256"] not in roots:
        raise SelfCheckFailed(_("签章服务的根证书不在信任目录中。"))
    if status["locked"]:
        raise KeeperLocked()
    if status["token"] not in ("none", "ready"):
        raise SelfCheckFailed(_("密码设备（PKCS#11）不可用：%s") % status["token"])
    return str(format_lazy(_("密钥服务正常，信任类别 {trust_class}。"), trust_class=status["trust_class"]))


def probe() -> str:
    """A document can be signed, timestamped and verified."""
    verdict = verify_pdf(client.probe(), trust=trust_store(), now=now())
    if verdict.bottom_line != "valid":
        raise SelfCheckFailed(_("试签的文件没有通过验证：%s。") % "、".join(sentence(code) for code in verdict.reasons))
    return _("试签一份文件并验证通过，等级 %s。") % verdict.signatures[0].level


def time() -> str:
    """A fresh timestamp is given, trusted, and close to our clock."""
    digest = secrets.token_bytes(32)
    token = timestamp.read(client.timestamp(digest))
    difference = abs((token.time - now()).total_seconds())
    if token.digest != digest or difference > 60:
        raise TimestampFailed()
    return str(format_lazy(_("时间戳正常，与本机相差 {seconds} 秒。"), seconds=f"{difference:.1f}"))


def authorities() -> str:
    """Each timestamp authority gives a good token; the later ones are there for when the first fails, so they must be well too."""
    faults = client.timestamp_faults()
    ill = {name: fault for name, fault in faults.items() if fault}
    if ill:
        raise TimestampAuthorityIll(_("时间戳服务不可用：%s") % "；".join(f"{name}: {fault}" for name, fault in ill.items()))
    return _("%(count)s 个时间戳服务全部可用。") % {"count": len(faults)}


def ca() -> str:
    """The built-in CA can go on: neither its certificates nor the root's revocation list end soon."""
    status, _pem = client.status()
    moment = now()
    if not status["root_list_until"] or datetime.fromisoformat(status["root_list_until"]) - moment < LIST_ENDS:
        raise AuthorityEnds(_("根证书的吊销列表即将到期或缺失。"), hint=_("放回根密钥，执行 vermilion ca root crl，再移除。"))
    if datetime.fromisoformat(status["issuing_not_after"]) - moment < ISSUING_ENDS:
        raise AuthorityEnds(_("签发证书即将到期，新签发的证书会随它缩短。"), hint=_("放回根密钥，执行 vermilion ca issuing renew。"))
    if status["root_key_here"]:
        return _("签发正常；根密钥仍在本机，可用 vermilion ca root export 和 remove 移到离线介质。")
    return _("签发正常；根密钥已离线。")

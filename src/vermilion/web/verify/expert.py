"""Every fact of a check in words, for who wants to follow it by hand. Made from the report's data, so page and report say the same."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from vermilion.core.pdf import following
from vermilion.web import dates
from vermilion.web.display import listed

COVERAGES = {
    "whole_file": gettext_lazy("整个文件"),
    "revision": gettext_lazy("签名时的版本，其后还有内容"),
    "incomplete": gettext_lazy("不完整"),
}
FOLLOWINGS = {
    "none": gettext_lazy("无"),
    "permitted": gettext_lazy("有，均为签名所允许"),
    "forbidden": gettext_lazy("有，签名不允许"),
    "unknown": gettext_lazy("无法解释"),
}
CHAINS = {
    "trusted": gettext_lazy("受信任"),
    "unknown_root": gettext_lazy("不受信任"),
    "expired": gettext_lazy("签名时已过期"),
    "not_yet_valid": gettext_lazy("签名时尚未生效"),
    "invalid": gettext_lazy("不正确"),
}
REVOCATIONS = {
    "good": gettext_lazy("未吊销"),
    "revoked": gettext_lazy("已吊销"),
    "unknown": gettext_lazy("没有可用信息"),
    "not_needed": gettext_lazy("不需要"),
}
REVISIONS = {
    "first": gettext_lazy("原始内容"),
    "signature": gettext_lazy("签名"),
    "timestamp": gettext_lazy("文档时间戳"),
    "validation": gettext_lazy("验证数据"),
    "other": gettext_lazy("其他内容"),
}
Rows = list[tuple[str, str]]


def expert_view(report: dict[str, Any]) -> dict[str, Any]:
    """Return the file's rows and findings, a section for each signature, and the revisions."""
    file = report["file"]
    head: Rows = [
        (_("文件大小"), _("%(count)s 字节") % {"count": f"{file['size']:,}"}),
        (_("格式"), f"{file['format'].upper()} {file.get('version', '')}".strip()),
        ("SHA-256", file["sha256"]),
        (_("检查时间"), _moment(report["made_at"])),
        (_("检查程序"), report["software"]),
    ]
    return {
        "file": head,
        "findings": [(item["code"], item["text"]) for item in report["findings"]],
        "signatures": [_signature(one) for one in report["signatures"]],
        "revisions": [
            {
                "number": number,
                "bytes": f"{one['start']:,}–{one['stop']:,}",
                "kind": REVISIONS.get(one["kind"], one["kind"]),
                "objects": one["objects"],
                "sha256": one["sha256"],
            }
            for number, one in enumerate(report["revisions"], 1)
        ],
        "rest": f"{report['rest']:,}" if report["rest"] else "",
    }


def _signature(one: dict[str, Any]) -> dict[str, Any]:
    rows: Rows = [
        (_("证书链"), str(CHAINS.get(one["chain"], one["chain"]))),
        (_("吊销状态"), str(REVOCATIONS.get(one["revocation"], one["revocation"]))),
        (_("覆盖范围"), str(COVERAGES[one["coverage"]])),
        (_("其后改动"), _followings(one)),
    ]
    if "range" in one:
        start, end, stop = one["range"]
        rows.append((_("签名字节"), f"0–{start:,}, {end:,}–{stop:,}"))
    rows += [
        (label, one[key]) for key, label in (("revision_sha256", _("签名版本 SHA-256")), ("message_digest", _("签名内摘要"))) if key in one
    ]
    found = [(item["code"], item["text"]) for item in one["findings"]]
    token = one.get("token")
    return {
        "title": one.get("signer", "—"),
        "document_timestamp": one["document_timestamp"],
        "rows": rows,
        "findings": found,
        "token": [
            (_("时间"), _moment(token["time"])),
            (_("时间戳机构"), token["authority"]),
            (_("序列号"), token["serial"]),
            (_("策略"), token["policy"]),
            (_("摘要"), f"{token['digest_algorithm']} {token['digest']}"),
        ]
        if token
        else [],
        "certificates": [
            [
                (_("主体"), item["subject"]),
                (_("签发者"), item["issuer"]),
                (_("序列号"), item["serial"]),
                (_("有效期"), f"{_moment(item['not_before'])} – {_moment(item['not_after'])}"),
                (_("密钥"), item["key"]),
                ("SHA-256", item["sha256"]),
            ]
            for item in one.get("certificates", [])
        ],
    }


def _followings(one: dict[str, Any]) -> str:
    text = str(FOLLOWINGS[one["changes_after"]])
    if not one.get("followed"):
        return text
    what = listed(following.words(one["followed"], get_language() or "zh"))
    return _("%(text)s：%(what)s") % {"text": text, "what": what}


def _moment(text: str) -> str:
    return dates.moment(datetime.fromisoformat(text.replace("Z", "+00:00")))

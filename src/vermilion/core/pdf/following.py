"""What came after each signature of a file where later changes are permitted: told, so that nobody takes the file for untouched."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from .verdict import SignatureVerdict

FOLLOWED: dict[str, tuple[str, str]] = {
    "comments": ("批注", "comments"),
    "fields": ("填写的表单内容", "form fields filled in"),
    "signature": ("其他人的签名", "another signature"),
    "timestamp": ("文档时间戳", "a document timestamp"),
    "properties": ("文件属性", "file properties"),
    "data": ("不显示的数据（如验证数据）", "data that do not show, such as validation data"),
}
"""Code → Chinese and English. ``data`` is what is left when nothing else came: the file shows and says the same."""

_BY_REASON = (("comments_changed", "comments"), ("fields_changed", "fields"), ("properties_changed", "properties"))


def told(signatures: tuple[SignatureVerdict, ...]) -> tuple[SignatureVerdict, ...]:
    """Return ``signatures`` with ``followed`` set where something permitted came after."""
    return tuple(replace(one, followed=_followed(one, signatures)) if one.changes_after == "permitted" else one for one in signatures)


def _followed(one: SignatureVerdict, signatures: tuple[SignatureVerdict, ...]) -> tuple[str, ...]:
    later = [other for other in signatures if other.covers > one.covers]
    found = [code for reason, code in _BY_REASON if reason in one.reasons]
    found += ["signature"] * any(not other.document_timestamp for other in later)
    found += ["timestamp"] * any(other.document_timestamp for other in later)
    return tuple(found) or ("data",)


def words(codes: Iterable[str], language: str = "zh") -> list[str]:
    """Return ``codes`` in Chinese (``zh…``) or English."""
    return [FOLLOWED[code][0 if language.startswith("zh") else 1] for code in codes]

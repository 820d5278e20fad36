"""What the checks before publishing found, as sentences."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from . import mandatory
from .models import TemplateVersion


def words(fact: dict[str, Any]) -> str:
    """Return a fact as a sentence in the present language."""
    return _SENTENCES[fact["code"]](fact["ok"], fact["facts"])


_NAMES = {item.code: item.name for group in mandatory.ITEMS.values() for item in group}


def _schema(ok: bool, facts: dict[str, Any]) -> str:
    return _("数据结构（JSON Schema）有效") if ok else _("数据结构无效：%(error)s") % facts


def _listed(found: Any) -> str:
    if isinstance(found, dict):
        return "；".join(f"{path}：{told}" for path, told in found.items())
    return "、".join(str(one) for one in found)


def _samples(ok: bool, facts: dict[str, Any]) -> str:
    return _("有 %(count)s 份样例数据") % facts if ok else _("没有样例数据")


def _settings(ok: bool, facts: dict[str, Any]) -> str:
    return _("设置有效") if ok else _("设置有误：%(fields)s") % {"fields": _listed(facts["fields"])}


def _fits(ok: bool, facts: dict[str, Any]) -> str:
    return _("样例符合数据结构") if ok else _("样例不符合数据结构：%(fields)s") % {"fields": _listed(facts["fields"])}


def _compiles(ok: bool, facts: dict[str, Any]) -> str:
    if ok:
        return _("生成 %(standard)s，共 %(pages)s 页") % {**facts, "standard": TemplateVersion.Standard(facts["standard"]).label}
    return _failed(facts)


def _failed(facts: dict[str, Any]) -> str:
    reasons = {"child_timeout": _("超过时间限制，已经停止"), "child_too_large": _("超过内存限制，已经停止"), "child_crashed": _("意外中断")}
    told = reasons.get(facts["error"], facts["error"])
    if facts.get("fields"):
        told += "（" + _listed(facts["fields"]) + "）"
    place = facts.get("place")
    if not place or place in told:
        return _("没有生成：%(reason)s") % {"reason": told}
    return _("没有生成：%(reason)s；位置：%(place)s") % {"reason": told, "place": place}


def _empty(ok: bool, facts: dict[str, Any]) -> str:
    return _("没有空白页") if ok else _("空白页：第 %(pages)s 页") % {"pages": _listed(facts["pages"])}


def _item_in_schema(ok: bool, facts: dict[str, Any]) -> str:
    name = str(_NAMES.get(facts["item"], facts["item"]))
    return (
        _("数据结构要求：%(item)s") % {"item": name}
        if ok
        else _("数据结构不要求：%(item)s（%(fields)s）") % {"item": name, "fields": _listed(facts["fields"])}
    )


def _item_printed(ok: bool, facts: dict[str, Any]) -> str:
    name = str(_NAMES.get(facts["item"], facts["item"]))
    return (
        _("页面上有：%(item)s") % {"item": name}
        if ok
        else _("页面上没有：%(item)s（%(fields)s）") % {"item": name, "fields": _listed(facts["fields"])}
    )


_ROLES: dict[str, Any] = {
    "insurer": _lazy("保险人"),
    "policyholder": _lazy("投保人"),
    "insured": _lazy("被保险人"),
    "guardian": _lazy("监护人"),
    "company_agent": _lazy("投保单位经办人"),
    "approver": _lazy("审批人"),
    "agent": _lazy("经办人"),
}


def _signers(roles: list[str]) -> str:
    return _listed(_ROLES.get(role, role) for role in roles)


def _zones(ok: bool, facts: dict[str, Any]) -> str:
    if ok:
        return _("签章位置齐全：%(roles)s") % {"roles": _signers(facts["roles"]) or "—"}
    return _("缺少签章位置：%(roles)s") % {"roles": _signers(facts["missing"])}


def _standard(ok: bool, _facts: dict[str, Any]) -> str:
    return _("文件标准适合这类单证") if ok else _("有签名或印章的单证只能用 PDF/A-3b")


def _comparison(_ok: bool, facts: dict[str, Any]) -> str:
    if not facts["comparable"]:
        return _("上一版本不接受这份样例，无法比较")
    if not facts["changed"]:
        return _("页面与上一版本完全相同")
    return _("与上一版本不同的页：%(pages)s（原 %(before)s 页，现 %(after)s 页），请复核人逐页查看") % {
        "pages": _listed(abs(page) for page in facts["changed"]), "before": facts["before"], "after": facts["after"],
    }  # fmt: skip


def _rare_name(ok: bool, facts: dict[str, Any]) -> str:
    if ok:
        return _("生僻字姓名“%(name)s”能印刷、能复制") % facts
    return _("生僻字姓名“%(name)s”没有印在页面上") % facts if "name" in facts else _failed(facts)


_SENTENCES: dict[str, Any] = {
    "schema": _schema, "samples": _samples, "settings": _settings, "fits": _fits, "compiles": _compiles, "no_empty_page": _empty,
    "item_schema": _item_in_schema, "item": _item_printed, "zones": _zones, "standard": _standard,
    "compared": _comparison, "rare_name": _rare_name,
}  # fmt: skip

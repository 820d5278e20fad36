"""What a document of a kind has to say, whoever designs it: the items that publishing looks for in the schema and on the paper.

The policy's ten items are those of the Insurance Law (保险法, 2015) art. 18; the identity and header zones follow the layout of
JR/T 0051-2017 §5.2-5.4. Those of the other kinds are the platform's own rule: what the document proves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from vermilion.core.typeset import settings as forms

from .models import Kind


@dataclass(frozen=True)
class Item:
    """One thing that has to be there. ``places``: each is a tuple of dotted paths of which one at least has data.

    In a path ``*`` stands for every element of a list, ``a|b`` at its end for either of two fields. ``first_page``: it stands on the first
    page.
    """

    code: str
    name: Any
    places: tuple[tuple[str, ...], ...]
    first_page: bool = False


def _item(code: str, name: Any, *places: str | tuple[str, ...], first_page: bool = False) -> Item:
    return Item(code, name, tuple((place,) if isinstance(place, str) else place for place in places), first_page)


_INSURER = _item("insurer", _("保险人名称"), "insurer.name")
_HOLDER = _item("policyholder", _("投保人"), "policyholder.name")
_CODE = _item("document_code", _("验真码"), "document_code")
_CHANGE = _item("change", _("变更内容"), "changes.*.after", "change_kind")
_IDENTITY = _item("identity_zone", _("标识区：保险人名称和客服电话在首页"), "insurer.name", "insurer.hotline", first_page=True)

ITEMS: dict[str, tuple[Item, ...]] = {
    Kind.POLICY: (
        _item("law_1", _("一、保险人的名称和住所"), "insurer.name", "insurer.domicile"),
        _item(
            "law_2", _("二、投保人、被保险人的姓名或者名称、住所"), "policyholder.name", "policyholder.address",
            ("insured.*.name", "insured_list.*.name"),
        ),
        _item("law_3", _("三、保险标的"), "subject"),
        _item("law_4", _("四、保险责任和责任免除"), "coverages.*.name|name_en", "exclusions_summary", "clauses.*.title"),
        _item("law_5", _("五、保险期间和保险责任开始时间"), "cover.from"),
        _item("law_6", _("六、保险金额"), ("coverages.*.sum_insured", "coverages.*.sum_insured_text")),
        _item("law_7", _("七、保险费以及支付办法"), "premium.amount"),
        _item("law_8", _("八、保险金赔偿或者给付办法"), "benefit_payment"),
        _item("law_9", _("九、违约责任和争议处理"), "breach_and_disputes"),
        _item("law_10", _("十、订立合同的年、月、日"), "concluded_on"),
        _IDENTITY,
        _item("header_zone", _("标题区：保险单号在首页"), "policy_no", first_page=True),
        _CODE,
    ),
    Kind.ENDORSEMENT: (
        _IDENTITY,
        _item("header_zone", _("标题区：批单号和保险单号在首页"), "endorsement_no", "policy_no", first_page=True),
        _HOLDER,
        _item("change", _("批文"), "text", "change_kind"),
        _CODE,
    ),
    Kind.CONFIRMATION: (
        _INSURER,
        _HOLDER,
        _item("insured", _("被保险人"), ("insured.*.name", "insured_list.*.name")),
        _item("coverages", _("保险责任"), "coverages.*.name|name_en"),
        _item("premium", _("保险费"), "premium.amount"),
        _item("declarations", _("投保人声明"), "declarations.*.text"),
        _item("consents", _("单独同意"), "consents.*.text"),
        _item("clause_bundle", _("条款文件包的摘要"), "clause_bundle.digest"),
        _CODE,
    ),
    Kind.POLICY_ACKNOWLEDGEMENT: (
        _item("policy_no", _("保险单号"), "policy_no"),
        _HOLDER,
        _item("documents", _("收到的文件及其摘要"), "documents.*.name", "documents.*.digest"),
        _CODE,
    ),
    Kind.SERVICING_APPLICATION: (_item("policy_no", _("保险单号"), "policy_no"), _HOLDER, _CHANGE, _CODE),
    Kind.APPROVAL_SHEET: (
        _item("endorsement_no", _("批单号"), "endorsement_no"),
        _CHANGE,
        _item("document", _("审批的文件的摘要"), "document.digest"),
        _item("seal", _("拟用印章"), "seal_name"),
        _CODE,
    ),
    Kind.UNDERWRITING_NOTICE: (_INSURER, _HOLDER, _item("premium", _("保险费"), "premium_after"), _CODE),
    Kind.DECISION_NOTICE: (_INSURER, _HOLDER, _item("reason", _("理由"), "reason"), _CODE),
    Kind.CLAUSES: (_INSURER, _item("clauses", _("条款全文"), "clauses.title", "clauses.chapters.*.articles.*.paragraphs.*.text"), _CODE),
    Kind.EXEMPTION_EXPLANATION: (_INSURER, _CODE),
    Kind.APPLICATION_NOTICE: (_INSURER, _CODE),
    Kind.VERIFICATION_REPORT: (
        _item("file", _("被检查文件的摘要"), "file.sha256"),
        _item("verdict", _("结论"), "verdict.headline", "verdict.advice"),
    ),
}  # fmt: skip
"""Of a kind that is not here, the verification code."""

ROLES: dict[str, tuple[str, ...]] = dict.fromkeys(
    (
        Kind.POLICY,
        Kind.ENDORSEMENT,
        Kind.DECISION_NOTICE,
        Kind.CLAIM_DECISION,
        Kind.CLAIM_REFUSAL,
        Kind.EVIDENCE_REPORT,
        Kind.INSURED_CERTIFICATE,
        Kind.SURRENDER_ENDORSEMENT,
    ),
    ("insurer",),
)
"""Who has a place for a signature or seal, beside the signers whom the data name."""


def items(kind: str) -> tuple[Item, ...]:
    """Return what a document of a kind has to say."""
    return ITEMS.get(kind, (_CODE,))


def roles(kind: str, data: dict[str, Any]) -> set[str]:
    """Return whose zones a document of these data needs."""
    return {*ROLES.get(kind, ()), *(signer["role"] for signer in data.get("signers", []))}


def absent_in_schema(item: Item, schema: dict[str, Any]) -> list[str]:
    """Return the fields of an item that the schema does not demand; where there is a choice, that it does not know."""
    known, required = schema.get("properties", {}), schema.get("required", [])
    missing = []
    for place in item.places:
        tops = [path.split(".")[0] for path in place]
        if (tops[0] not in required) if len(set(tops)) == 1 else not any(top in known for top in tops):
            missing.append(place[0])
    return missing


def unprinted(item: Item, data: dict[str, Any], pages: list[str]) -> list[str]:
    """Return the fields of an item that the sample lacks or the paper does not show; ``pages`` are the texts of its pages."""
    paper = squeezed(pages[0] if item.first_page else "".join(pages))
    missing = []
    for place in item.places:
        values = [value for path in place for value in values_at(data, path.split("."))]
        if not values or not all(_stands(value, paper) for value in values):
            missing.append(place[0])
    return missing


def _stands(values: tuple[Any, ...], paper: str) -> bool:
    return any(squeezed(form) in paper for value in values for form in printed_forms(value))


def squeezed(text: str) -> str:
    """Return a text without white space: lines break anywhere on paper."""
    return "".join(text.split())


def values_at(data: Any, path: list[str]) -> Iterator[tuple[Any, ...]]:
    """Return what stands at a path: for each element of its lists the values of which one has to be printed."""
    if path[0] == "*" and isinstance(data, list):
        for one in data:
            yield from values_at(one, path[1:])
    elif isinstance(data, dict) and len(path) > 1:
        if path[0] in data:
            yield from values_at(data[path[0]], path[1:])
    elif isinstance(data, dict) and any(name in data for name in path[0].split("|")):
        # An English document prints the English text where there is one.
        yield tuple(data[form] for name in path[0].split("|") for form in (name, f"{name}_en") if form in data)


def printed_forms(value: Any) -> list[str]:
    """Return how a value may stand on paper."""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return []
    if isinstance(value, int):
        return [forms.money(value, english=False).removesuffix(" 元")]
    found = [value]
    for printed in (forms.day, forms.moment):
        for english in (False, True):
            try:
                found.append(printed(value, english))
            except ValueError:
                continue
    if len(value) > 10 and len(found) > 1:  # a moment: its day in Shanghai
        found += [form.rsplit(" ", 1)[0] for form in found[-2:]]
    return found

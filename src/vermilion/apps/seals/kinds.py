"""Kinds of seals as the trade knows them: the usual size of each, and on which documents it may stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

#: Documents that people send in; those of the platform itself (policies, endorsements …) are sealed by grants.
REQUESTED: list[tuple[str, Any]] = [
    ("contract", _("合同协议")),
    ("letter", _("函件通知")),
    ("claim_decision", _("理赔决定")),
    ("decision_notice", _("核保决定通知书")),
    ("payment", _("付款凭证")),
    ("company_paper", _("公司文件")),
]


@dataclass(frozen=True)
class Kind:
    """One kind of seal. ``size_mm``: the usual diameter or edge. ``documents``: the kinds of documents it may stand on."""

    key: str
    name: Any
    size_mm: int
    documents: frozenset[str]
    #: Whether the system draws it (round or oval); the square ones are uploaded.
    drawn: bool = True


_EVERYTHING = frozenset(key for key, _name in REQUESTED)

KINDS = {
    kind.key: kind
    for kind in (
        Kind("company", _("公章"), 42, _EVERYTHING),
        Kind("contract", _("合同专用章"), 38, frozenset({"contract", "letter"})),
        Kind("policy", _("保单专用章"), 40, frozenset({"decision_notice", "policy", "insured_certificate"})),
        Kind("endorsement", _("批单专用章"), 38, frozenset({"endorsement"})),
        Kind("claims", _("理赔专用章"), 38, frozenset({"claim_decision", "letter"})),
        Kind("finance", _("财务专用章"), 22, frozenset({"payment"}), drawn=False),
        Kind("legal_representative", _("法定代表人章"), 18, frozenset({"contract", "policy", "company_paper"}), drawn=False),
    )
}
"""Sizes: reference for Chinese seals (公章 42 or 40, 合同 38, 财务 22 square, 法定代表人 18–20 square)."""


def allows(seal_kind: str, document_kind: str) -> bool:
    """Tell whether a seal of a kind may stand on a document of a kind; a kind that is not known here carries its own name's only."""
    known = KINDS.get(seal_kind)
    return document_kind in known.documents if known else document_kind == seal_kind

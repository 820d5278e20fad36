"""A policy's masked status for who holds its code and knows the last four characters of an ID number on it. No file is needed.

A wrong code and wrong characters get one answer. The door counts every try (``web/verify``).
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vermilion.apps.cases.models import Document
from vermilion.base.validation.values import half_width

from .models import Policy, PolicyStatus
from .queries import DocumentStatus, status_of_code

LENGTH = 4
MOST_INSURED = 5
"""With more insured persons nearly any four digits would fit one of them; then only the policyholder's count."""


@dataclass(frozen=True)
class HeldPolicy:
    """What a holder is told. ``holder`` is masked; ``product`` is Chinese and English; ``cover_to`` None means for life."""

    status: DocumentStatus
    holder: str
    product: tuple[str, str]
    cover_from: datetime
    cover_to: datetime | None


def look_up(code: str, last_four: str) -> HeldPolicy | None:
    """Return the policy of the document with this code if ``last_four`` ends an ID number of policyholder or insured, else None.

    A company is known by the last four of its unified credit code.
    """
    status = status_of_code(code)
    document = (
        Document.objects.filter(code=code, void=False).select_related("case__product").defer("case__product__data").first()
        if status
        else None
    )
    policy = Policy.objects.filter(case=document.case).exclude(status=PolicyStatus.PREPARING).first() if document else None
    version = policy.versions.order_by("-number").first() if policy else None
    application: dict[str, Any] = (version.fields.get("application") or {}) if version else {}
    typed = half_width(last_four).strip().upper()
    numbers = _numbers(application)
    fitting = [hmac.compare_digest(number[-LENGTH:].encode(), typed.encode()) for number in numbers if len(number) >= LENGTH]
    if status is None or document is None or policy is None or len(typed) != LENGTH or not any(fitting):
        return None
    name = document.case.product.definition.name
    return HeldPolicy(status, _holder(application), (name.zh, name.en), policy.cover_from, policy.cover_to)


def _numbers(application: dict[str, Any]) -> list[str]:
    holder = application.get("policyholder") or {}
    company = holder.get("company") or {}
    insured = application.get("insured") or []
    people = insured if len(insured) <= MOST_INSURED else []
    found = [holder.get("id_number"), company.get("uscc"), *(person.get("id_number") for person in people)]
    return [str(number).upper() for number in found if number]


def _holder(application: dict[str, Any]) -> str:
    """Return the policyholder's name so that who knows it recognises it: 张**, 华岳****公司."""
    holder = application.get("policyholder") or {}
    name = str(holder.get("name") or "")
    if holder.get("kind") == "company":
        return f"{name[:2]}****{name[-2:]}" if len(name) > 4 else f"{name[:1]}**"
    return f"{name[:1]}**"

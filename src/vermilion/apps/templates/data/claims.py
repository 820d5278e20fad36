"""理赔决定通知书 and 拒绝给付保险金通知书: what the insurer's claims system decided, on the insurer's paper."""

from __future__ import annotations

from typing import Any

from vermilion.apps.cases.models import Document

from . import common

KINDS = {"paid": "claim_decision", "refused": "claim_refusal"}
"""Conclusion → kind of document."""


def notice(document: Document, said: dict[str, Any], *, claim_no: str, policy_no: str, version: int, decided_on: str) -> dict[str, Any]:
    """Return the data of a notice. ``said`` is what the claims system says of the claim, in the words of the kind's schema.

    ``version``: the policy's version in force on the day of the event.
    """
    return {
        **said,
        **common.head(document),
        "product": common.product(document.case),
        "claim_no": claim_no,
        "policy_no": policy_no,
        "version": version,
        "decided_on": decided_on,
    }

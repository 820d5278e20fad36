"""The policy against the signed application, field by field (SPC-2 art. 14: where they differ, the application prevails).

Both sides are the data that was attached to the files: of the application the JSON inside the signed confirmation, not a database row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

# What the policy repeats of the application. Dates of cover are compared apart, because they follow the payment.
BLOCKS = ("policyholder", "insured", "insured_list", "beneficiaries", "coverages", "subject", "cooling_off_days")
PRODUCT_FIELDS = ("code", "plan", "version", "registration_code")
PREMIUM_FIELDS = ("mode", "years", "account", "account_owner", "bank", "auto_renew")


@dataclass(frozen=True)
class FieldDifference:
    """One field that is not the same; ``path`` is dotted, values are texts."""

    path: str
    applied: str
    policy: str


def compare(confirmation: dict[str, Any], policy: dict[str, Any], *, agreed_premium: int | None) -> list[FieldDifference]:
    """Return every field in which ``policy`` departs from ``confirmation``.

    ``agreed_premium`` (fen) replaces the confirmation's premium where the customer signed other terms; the premiums of single coverages
    follow it and are then not compared.
    """
    found: list[FieldDifference] = []
    applied: dict[str, Any] = {}
    issued: dict[str, Any] = {}
    for block in BLOCKS:
        applied[block], issued[block] = confirmation.get(block), policy.get(block)
    applied["product"] = {key: confirmation["product"].get(key) for key in PRODUCT_FIELDS}
    issued["product"] = {key: policy["product"].get(key) for key in PRODUCT_FIELDS}
    applied["premium"] = {key: confirmation["premium"].get(key) for key in PREMIUM_FIELDS}
    issued["premium"] = {key: policy["premium"].get(key) for key in PREMIUM_FIELDS}
    applied["premium"]["amount"] = agreed_premium or confirmation["premium"]["amount"]
    issued["premium"]["amount"] = policy["premium"]["amount"]
    # Whole life against a year is a difference; the day on which cover begins follows the payment.
    applied["for_life"] = confirmation["cover"]["to"] is None
    issued["for_life"] = policy["cover"]["to"] is None
    _walk("", applied, issued, found, skip_premiums=agreed_premium is not None)
    return found


def _walk(path: str, applied: Any, issued: Any, found: list[FieldDifference], *, skip_premiums: bool) -> None:
    if skip_premiums and path.endswith(".premium") and path.startswith(("coverages.", "insured_list.")):
        return
    if applied in (None, [], {}) and issued in (None, [], {}):
        return
    if isinstance(applied, dict) and isinstance(issued, dict):
        for key in sorted(applied.keys() | issued.keys()):
            if key.endswith("_en"):
                continue  # a translation binds nobody, and a newer release may have one that the signed file lacks
            _walk(f"{path}.{key}" if path else key, applied.get(key), issued.get(key), found, skip_premiums=skip_premiums)
    elif isinstance(applied, list) and isinstance(issued, list):
        for index in range(max(len(applied), len(issued))):
            left = applied[index] if index < len(applied) else None
            right = issued[index] if index < len(issued) else None
            _walk(f"{path}.{index}", left, right, found, skip_premiums=skip_premiums)
    elif applied != issued:
        found.append(FieldDifference(path, _text(applied), _text(issued)))


def _text(value: Any) -> str:
    return "" if value is None else str(value)

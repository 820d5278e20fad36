"""How personal data looks to somebody who may recognise it but not learn it."""

from __future__ import annotations

STAR = "*"


def mask_id_number(value: str) -> str:
    """Return ``310*************02X``-like text: of 18 characters the first three and last two, of shorter numbers first and last."""
    if len(value) >= 15:
        return value[:3] + STAR * (len(value) - 5) + value[-2:]
    if len(value) >= 5:
        return value[:1] + STAR * (len(value) - 2) + value[-1:]
    return STAR * len(value)


def mask_phone(value: str) -> str:
    """Return ``138****5678``; anything that is not an 11-digit number is hidden but for its last two characters."""
    if len(value) == 11:
        return value[:3] + STAR * 4 + value[-4:]
    return STAR * max(len(value) - 2, 0) + value[-2:] if len(value) > 4 else STAR * len(value)


def mask_name(value: str) -> str:
    """Return ``张*`` or ``欧**华``-like text: first character, last one when there are more than two, stars between."""
    if len(value) <= 1:
        return STAR * len(value)
    if len(value) == 2:
        return value[0] + STAR
    return value[0] + STAR * (len(value) - 2) + value[-1]


def mask_email(value: str) -> str:
    """Return ``l***@example.com``."""
    local, at, domain = value.rpartition("@")
    return local[:1] + STAR * 3 + at + domain if at else STAR * len(value)


def mask_account(value: str) -> str:
    """Return an account number but for its last four digits."""
    return STAR * (len(value) - 4) + value[-4:] if len(value) > 8 else STAR * len(value)


def mask_address(value: str) -> str:
    """Return the first six characters of an address, enough to recognise the district."""
    return value[:6] + STAR * min(max(len(value) - 6, 0), 6)

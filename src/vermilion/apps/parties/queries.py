"""Reading about the insurer's people."""

from __future__ import annotations

from datetime import date

from .models import Insurer, Salesperson, StaffMember


def staff_phones(insurer: Insurer) -> set[str]:
    """Return the phones of salespeople and staff: none of them may be a customer's (Sales Measures 29)."""
    phones = set(Salesperson.objects.filter(insurer=insurer).values_list("phone", flat=True))
    return phones | set(StaffMember.objects.filter(insurer=insurer).values_list("phone", flat=True))


def is_genuine(salesperson: Salesperson, *, on: date) -> bool:
    """Tell whether this is a salesperson of the insurer on that day."""
    return salesperson.active and salesperson.valid_from <= on <= salesperson.valid_to

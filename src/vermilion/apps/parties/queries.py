"""Reading about the insurer's people."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from .models import Insurer, Salesperson, StaffMember


def staff_phones(insurer: Insurer) -> set[str]:
    """Return the phones of salespeople and staff: none of them may be a customer's (Sales Measures 29)."""
    phones = set(Salesperson.objects.filter(insurer=insurer).values_list("phone", flat=True))
    return phones | set(StaffMember.objects.filter(insurer=insurer).values_list("phone", flat=True))


class BadgeState(models.TextChoices):
    """What a badge says today. Whoever left the insurer is suspended too: nobody outside needs to know why."""

    VALID = "valid", _("今日有效")
    SUSPENDED = "suspended", _("已停用")
    NOT_YET = "not_yet", _("尚未生效")
    EXPIRED = "expired", _("已过期")


def badge_state(salesperson: Salesperson, *, on: date) -> BadgeState:
    """Return what the salesperson's badge says on that day; suspended goes before everything else."""
    if not salesperson.active:
        return BadgeState.SUSPENDED
    if on < salesperson.valid_from:
        return BadgeState.NOT_YET
    return BadgeState.VALID if on <= salesperson.valid_to else BadgeState.EXPIRED


def is_genuine(salesperson: Salesperson, *, on: date) -> bool:
    """Tell whether this is a salesperson of the insurer on that day."""
    return badge_state(salesperson, on=on) == BadgeState.VALID

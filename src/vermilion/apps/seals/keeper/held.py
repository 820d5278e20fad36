"""Which grants' approvals were found good: two signatures are checked once for a grant, not for each document.

What was asked and approved of a grant never changes (a trigger), nor does a passkey or a weaker proof. So what was found good stays good
as long as the row is the very same; anything else in it, or another demand of the insurer's, is judged anew.
"""

from __future__ import annotations

from typing import Any

from vermilion.apps.seals import granting
from vermilion.apps.seals.models import SealGrant

MOST = 1_000
"""Grants to remember; an instance has a few dozen."""
_FIELDS = tuple(field.attname for field in SealGrant._meta.concrete_fields)


class Held:
    """The memory of one keeper; its threads share it."""

    def __init__(self) -> None:
        self._good: dict[Any, tuple[Any, ...]] = {}

    def holds(self, grant: SealGrant, *, demanded: bool) -> bool:
        """Tell what :func:`granting.holds` tells."""
        facts = (demanded, *(getattr(grant, name) for name in _FIELDS))
        if self._good.get(grant.pk) == facts:
            return True
        if not granting.holds(grant, demanded=demanded):
            return False
        if len(self._good) >= MOST:
            self._good.clear()
        self._good[grant.pk] = facts
        return True

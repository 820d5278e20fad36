"""What proves an approval to the keeper later, written down by itself: whose a passkey is, and codes by SMS, which it makes and judges.

It hands the digits to the application, which sends them; they lie nowhere else. Their hash is under a key of this process, so a code does
not outlive it and nobody finds six digits by trying in the database.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from vermilion.apps.parties.models import Passkey, StaffMember
from vermilion.apps.seals.errors import ApprovalNotProven, PasskeyUnknown
from vermilion.apps.seals.models import KnownPasskey, WeakerProof
from vermilion.apps.seals.weaker import SMS
from vermilion.base.canonical import sha256

from .certificates import Answer

LIVES = timedelta(minutes=5)
TRIES = 5


class Proofs:
    """Passkeys, and the codes of one keeper process. ``clock`` returns the present time (aware)."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._key = secrets.token_bytes(32)

    def know_passkey(self, head: dict[str, Any], body: bytes) -> Answer:
        """Write down whose a passkey is, once. Raises PasskeyUnknown."""
        found = Passkey.objects.filter(pk=UUID(head["passkey"]), ended_at=None).first()
        person = StaffMember.objects.filter(user_id=found.user_id).first() if found else None
        if found is None or person is None:
            raise PasskeyUnknown()
        facts = {"staff": person, "data_sha256": sha256(bytes(found.data)), "known_at": self._clock()}
        KnownPasskey.objects.get_or_create(passkey_id=found.pk, defaults=facts)
        return {}, b""

    def make_code(self, head: dict[str, Any], body: bytes) -> Answer:
        """Make the code ``id`` for what is shown. Raises ApprovalNotProven."""
        number, about, moment = UUID(head["id"]), self._about(head), self._clock()
        value = f"{secrets.randbelow(10**6):06d}"
        facts = {"code_hash": self._hash(number, value), "made_at": moment, "expires_at": moment + LIVES}
        WeakerProof.objects.create(id=number, method=SMS, **about, **facts)
        return {"code": value}, b""

    def prove_code(self, head: dict[str, Any], body: bytes) -> Answer:
        """Write down that the code was entered, once, in time, for exactly what it was made for. Raises ApprovalNotProven."""
        about, fault = self._about(head), ApprovalNotProven()
        with transaction.atomic():
            rows = WeakerProof.objects.select_for_update(no_key=True)
            found = rows.filter(pk=UUID(head["id"]), method=SMS, proven_at=None, expires_at__gt=self._clock(), **about).first()
            if found is None or found.tries >= TRIES:
                raise fault
            right = hmac.compare_digest(found.code_hash, self._hash(found.pk, str(head["value"])))
            if right:
                found.proven_at = self._clock()
            else:
                found.tries += 1
            found.save(update_fields=["proven_at", "tries"])
        if not right:
            raise fault  # behind the transaction: a wrong try stays counted
        return {}, b""

    def _about(self, head: dict[str, Any]) -> dict[str, Any]:
        person = StaffMember.objects.select_related("insurer").filter(pk=UUID(head["by"]), active=True).first()
        if person is None or person.insurer.passkeys_required:
            raise ApprovalNotProven()
        return {"subject": UUID(head["subject"]), "by": person, "shown_digest": str(head["shown"])}

    def _hash(self, number: UUID, value: str) -> str:
        return hmac.digest(self._key, f"{number}:{value}".encode(), "sha256").hex()

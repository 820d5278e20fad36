"""The ways to approve that are weaker than a passkey, and what the keeper believes of them.

Nobody can check such an approval again from itself, so it counts only where something vouches for it that the application's database
role cannot write: a row of the keeper's own (:class:`WeakerProof`), or that this is a demonstration. And only while the insurer does not
demand passkeys.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from vermilion.base import instance

from .proof_models import WeakerProof

SMS, SESSION = "password+sms", "session"
"""``session``: a button behind the log-in, before passkeys were asked for; a refusal still needs no more."""
OPERATOR, TOTP = "operator", "password+totp"
"""Of a demonstration only: its seed, at the machine; an authenticator's code, which the keeper cannot check."""
WEAKER = (SMS, SESSION, OPERATOR, TOTP)
NAMES = {SMS: _("短信验证码"), SESSION: _("登录后确认"), OPERATOR: _("演示数据"), TOTP: _("动态验证码")}
"""What the register says behind the name of who approved so."""


def is_weaker(proof: dict[str, Any] | None) -> bool:
    """Tell whether an approval's proof is of one of these ways."""
    return (proof or {}).get("method") in WEAKER


def stands(proof: dict[str, Any], *, by: UUID, subject: UUID, shown: str) -> bool:
    """Tell whether the member of staff ``by`` did approve what was ``shown`` of ``subject`` in the weaker way that ``proof`` names."""
    method = proof.get("method")
    if proof.get("shown") != shown:
        return False
    if method in (OPERATOR, TOTP):
        return instance.is_demo()
    rows = WeakerProof.objects.filter(subject=subject, by=by, shown_digest=shown, proven_at__isnull=False)
    return method in (SMS, SESSION) and rows.filter(method=method).exists()

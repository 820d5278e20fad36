"""Passkeys of the insurer's people: adding one, asking it, judging and keeping its answer.

A challenge is single use. The answer is judged in the transaction of what it permits (:func:`spending`): either both stand or, when
anything refuses, the challenge is burnt and the refusal recorded.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from vermilion.base import clock
from vermilion.base.canonical import sha256
from vermilion.base.errors import VermilionError
from vermilion.core.trust import passkeys as webauthn
from vermilion.core.trust.passkeys import Assertion, Expected, PasskeyRefused

from . import access
from .errors import PasskeyFailed, TooManyPasskeys
from .models import Passkey, PasskeyChallenge

Purpose, Outcome = PasskeyChallenge.Purpose, PasskeyChallenge.Outcome
LASTS = timedelta(minutes=3)
"""Longer than any phone shows its sheet; a challenge left lying about is worth nothing afterwards."""
MOST = 10
"""Passkeys one person may have."""
ADDED, REMOVED, NOT_PROVEN = "account.passkey_added", "account.passkey_removed", "passkey.refused"


@dataclass(frozen=True)
class RelyingParty:
    """Who asks: ``id`` is the host name that passkeys belong to, ``origin`` where the page stands."""

    id: str
    origin: str


@dataclass(frozen=True)
class Bound:
    """What a challenge stands for. ``detail``: the reason of a refusal, of which the challenge holds the digest."""

    purpose: str
    subject: str = ""
    shown_digest: str = ""
    decision: str = ""
    detail: str = ""

    @property
    def detail_digest(self) -> str:
        """Return the SHA-256 of the detail (hex), empty when there is none."""
        return sha256(self.detail.encode()) if self.detail else ""

    def fits(self, challenge: PasskeyChallenge) -> bool:
        """Tell whether the challenge was made for exactly this."""
        asked = (challenge.purpose, challenge.subject, challenge.shown_digest, challenge.decision, challenge.detail_digest)
        return asked == (self.purpose, self.subject, self.shown_digest, self.decision, self.detail_digest)


def ask(*, party: RelyingParty, bound: Bound, user: Any = None) -> PasskeyChallenge:
    """Make a challenge that lives three minutes. ``user``: whose passkey must answer; None at a log-in."""
    now = clock.now()
    return PasskeyChallenge.objects.create(
        purpose=bound.purpose,
        user=user,
        subject=bound.subject,
        shown_digest=bound.shown_digest,
        decision=bound.decision,
        detail_digest=bound.detail_digest,
        nonce=secrets.token_hex(32),
        rp_id=party.id,
        origin=party.origin,
        created_at=now,
        expires_at=now + LASTS,
    )


def challenge_bytes(challenge: Any) -> bytes:
    """Return the 32 bytes that the passkey signs, computed from what the challenge stands for.

    ``challenge``, here and below: a PasskeyChallenge, or a customer's question (``identity``), which is bound and kept alike.
    """
    return webauthn.bound_challenge(
        purpose=challenge.purpose,
        subject=challenge.subject,
        shown_digest=challenge.shown_digest,
        decision=challenge.decision,
        detail_digest=challenge.detail_digest,
        nonce=challenge.nonce,
    )


def usable(user: Any) -> list[Passkey]:
    """Return the passkeys with which ``user`` can prove something now."""
    return list(Passkey.objects.filter(user=user, ended_at=None))


def register(*, challenge_id: UUID, user: Any, name: str, client_data: bytes, attestation_object: bytes) -> Passkey:
    """Keep a new passkey of ``user``. Call it inside :func:`spending`. Raises PasskeyFailed, TooManyPasskeys."""
    challenge = _open(challenge_id, Bound(Purpose.REGISTER), user)
    if len(usable(user)) >= MOST:
        raise TooManyPasskeys()
    try:
        made = webauthn.check_registration(expected(challenge), client_data=client_data, attestation_object=attestation_object)
    except PasskeyRefused as error:
        raise PasskeyFailed(error.reason) from error
    if Passkey.objects.filter(credential_hash=sha256(made.credential_id)).exists():
        raise PasskeyFailed("known")
    passkey = Passkey.objects.create(
        user=user,
        name=name.strip()[:40] or _("通行密钥"),
        credential_hash=sha256(made.credential_id),
        data=made.data,
        sign_count=made.sign_count,
        synced=made.synced,
        created_at=clock.now(),
    )
    _close(challenge, Outcome.VERIFIED, passkey=passkey)
    access.note(ADDED, user=user, passkey=str(passkey.id))
    return passkey


def prove(*, challenge_id: UUID, answer: Assertion, bound: Bound, user: Any = None) -> PasskeyChallenge:
    """Judge and keep an answer to a challenge made for exactly ``bound``. Call it inside :func:`spending`. Raises PasskeyFailed."""
    challenge = _open(challenge_id, bound, user)
    rows = Passkey.objects.select_for_update(of=("self",), no_key=True).select_related("user")
    passkey = rows.filter(credential_hash=sha256(answer.credential_id), ended_at=None).first()
    if passkey is None or (user is not None and passkey.user_id != user.pk) or not passkey.user.is_active:
        raise PasskeyFailed("unknown_passkey")
    try:
        passkey.sign_count = webauthn.check_assertion(expected(challenge), answer, data=bytes(passkey.data), sign_count=passkey.sign_count)
    except PasskeyRefused as error:
        raise PasskeyFailed(error.reason) from error
    passkey.last_used_at = clock.now()
    passkey.save(update_fields=["sign_count", "last_used_at"])
    challenge.client_data, challenge.authenticator_data, challenge.signature = (
        answer.client_data,
        answer.authenticator_data,
        answer.signature,
    )
    _close(challenge, Outcome.VERIFIED, passkey=passkey)
    return challenge


@contextmanager
def spending(*, challenge_id: UUID, user: Any = None, visit: dict[str, str] | None = None) -> Iterator[None]:
    """Run the block in one transaction; when it refuses, burn the challenge all the same and put the refusal on record.

    ``visit``: network address and browser, as :func:`access.note` takes them. Not inside a transaction.
    """
    try:
        with transaction.atomic():
            yield
    except VermilionError as error:
        reason = error.reason if isinstance(error, PasskeyFailed) else error.code
        with transaction.atomic():
            challenge = PasskeyChallenge.objects.select_for_update(no_key=True).filter(pk=challenge_id).first()
            if challenge is not None and challenge.used_at is None and (user is None or challenge.user_id in (None, user.pk)):
                _close(challenge, Outcome.REFUSED, refusal=reason[:20])
            if user is not None:
                access.note(NOT_PROVEN, user=user, reason=reason, challenge=str(challenge_id), **(visit or {}))
        raise


def evidence(challenge: Any) -> dict[str, Any]:
    """Return all that somebody needs to check the answer of a verified challenge again, as JSON values (bytes in base 64)."""
    assert challenge.passkey is not None  # noqa: S101 - the database says so of verified challenges
    return {
        "challenge": str(challenge.id),
        "purpose": challenge.purpose,
        "subject": challenge.subject,
        "shown": challenge.shown_digest,
        "decision": challenge.decision,
        "detail": challenge.detail_digest,
        "nonce": challenge.nonce,
        "rp_id": challenge.rp_id,
        "origin": challenge.origin,
        "passkey": str(challenge.passkey_id),
        "credential": _text(challenge.passkey.data),
        "client_data": _text(challenge.client_data),
        "authenticator_data": _text(challenge.authenticator_data),
        "signature": _text(challenge.signature),
    }


def check_evidence(kept: dict[str, Any]) -> None:
    """Check what :func:`evidence` gave, from nothing but itself. Raises PasskeyRefused."""
    challenge = webauthn.bound_challenge(
        purpose=kept["purpose"],
        subject=kept["subject"],
        shown_digest=kept["shown"],
        decision=kept["decision"],
        detail_digest=kept["detail"],
        nonce=kept["nonce"],
    )
    data, said = base64.b64decode(kept["credential"]), base64.b64decode(kept["authenticator_data"])
    length = int.from_bytes(data[16:18], "big")
    answer = Assertion(data[18 : 18 + length], base64.b64decode(kept["client_data"]), said, base64.b64decode(kept["signature"]))
    # The count was compared when the answer came; before it there was a smaller one, or none.
    webauthn.check_assertion(Expected(challenge, kept["rp_id"], kept["origin"]), answer, data=data, sign_count=0)


def remove(*, passkey_id: UUID, user: Any) -> None:
    """Take one of ``user``'s passkeys out of use. Raises PasskeyFailed when it is not hers."""
    with transaction.atomic():
        passkey = Passkey.objects.select_for_update(no_key=True).filter(pk=passkey_id, user=user, ended_at=None).first()
        if passkey is None:
            raise PasskeyFailed("unknown_passkey")
        _end(passkey, Passkey.End.REMOVED)
        access.note(REMOVED, user=user, passkey=str(passkey.id))


def end_all(user: Any) -> int:
    """Take all passkeys of ``user`` out of use, of a lost phone, and return how many. In the caller's transaction."""
    found = list(Passkey.objects.select_for_update(no_key=True).filter(user=user, ended_at=None))
    for passkey in found:
        _end(passkey, Passkey.End.RESET)
    return len(found)


def forget_unused() -> int:
    """Delete the challenges that nobody answered in time; return how many."""
    deleted, _by_model = PasskeyChallenge.objects.filter(used_at=None, expires_at__lt=clock.now() - timedelta(days=1)).delete()
    return deleted


def _open(challenge_id: UUID, bound: Bound, user: Any) -> PasskeyChallenge:
    challenge = PasskeyChallenge.objects.select_for_update(no_key=True).filter(pk=challenge_id).first()
    if challenge is None or challenge.user_id != (user.pk if user is not None else None):
        raise PasskeyFailed("unknown_challenge")
    if challenge.used_at is not None:
        raise PasskeyFailed("replayed")
    if clock.now() >= challenge.expires_at:
        raise PasskeyFailed("expired")
    if not bound.fits(challenge):
        raise PasskeyFailed("other_subject")
    return challenge


def _close(challenge: PasskeyChallenge, outcome: str, *, passkey: Passkey | None = None, refusal: str = "") -> None:
    challenge.used_at, challenge.outcome, challenge.passkey, challenge.refusal = clock.now(), outcome, passkey, refusal
    challenge.save()


def _end(passkey: Passkey, reason: str) -> None:
    passkey.ended_at, passkey.end_reason = clock.now(), reason
    passkey.save(update_fields=["ended_at", "end_reason"])


def expected(challenge: Any) -> Expected:
    """Return what an answer to the challenge must be about."""
    return Expected(challenge_bytes(challenge), challenge.rp_id, challenge.origin)


def _text(data: Any) -> str:
    return base64.b64encode(bytes(data)).decode()

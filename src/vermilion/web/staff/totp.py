"""Time-based one-time codes (RFC 6238) of the staff: each code is accepted once, at log-in or for an approval, not both."""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Iterable
from urllib.parse import quote, urlencode

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt, encrypt
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import transaction

from vermilion.base import clock
from vermilion.base.rows import only
from vermilion.web import limits

PERIOD = 30
DIGITS = 6
# One period early or late: phones' clocks differ and people type slowly.
TOLERANCE = 1
GUESSES = limits.Limit("totp", 5, 300)
ISSUER = "Vermilion"


def new_secret() -> str:
    """Return a fresh secret of 160 bits in base 32, as authenticator apps take it."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def provisioning_url(user: AbstractBaseUser, secret: str) -> str:
    """Return the ``otpauth:`` address that an authenticator app reads from the QR code."""
    label = quote(f"{ISSUER}:{user.get_username()}")
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': ISSUER}, quote_via=quote)}"


def is_enrolled(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Tell whether the user has a second factor."""
    return Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).exists()


def enrolled_among(user_ids: Iterable[int]) -> set[int]:
    """Return those of the users who have a second factor."""
    return set(Authenticator.objects.filter(user_id__in=user_ids, type=Authenticator.Type.TOTP).values_list("user_id", flat=True))


def enrol(user: AbstractBaseUser, secret: str | None = None) -> str:
    """Give the user a second factor with ``secret`` or a fresh one, replacing any before; return the secret."""
    secret = secret or new_secret()
    with transaction.atomic():
        Authenticator.objects.filter(user_id=user.pk).delete()
        Authenticator.objects.create(user_id=user.pk, type=Authenticator.Type.TOTP, data={"secret": encrypt(secret)})
    return secret


def forget(user: AbstractBaseUser) -> None:
    """Take the second factor away, of a lost phone: the next log-in sets up a new one."""
    Authenticator.objects.filter(user_id=user.pk).delete()


def matches(secret: str, code: str) -> bool:
    """Tell whether ``code`` belongs to ``secret`` now; for enrolment, where there is nothing to use up yet."""
    now = _counter()
    return any(hmac.compare_digest(_code(secret, now + step), code) for step in range(-TOLERANCE, TOLERANCE + 1))


def check_fresh_code(user: AbstractBaseUser, code: str) -> bool:
    """Tell whether ``code`` is the user's and unused, and use it up, with all codes before it.

    Raises :class:`vermilion.web.limits.TooManyRequests` after five wrong codes in five minutes. Call it outside a transaction.
    """
    limits.hit(GUESSES, str(user.pk))
    with transaction.atomic():
        found = only(Authenticator.objects.select_for_update(no_key=True).filter(user_id=user.pk, type=Authenticator.Type.TOTP))
        if found is None:
            return False
        secret = decrypt(found.data["secret"])
        now = _counter()
        first = max(now - TOLERANCE, found.data.get("used", 0) + 1)
        for counter in range(first, now + TOLERANCE + 1):
            if hmac.compare_digest(_code(secret, counter), code.strip()):
                found.data["used"] = counter
                found.last_used_at = clock.now()
                found.save(update_fields=["data", "last_used_at"])
                break
        else:
            return False
    limits.clear(GUESSES, str(user.pk))
    return True


def present_code(user: AbstractBaseUser) -> str:
    """Return the next code that :func:`check_fresh_code` takes, "" without a second factor. The caller shows it in demo instances only."""
    found = only(Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP))
    if found is None:
        return ""
    return _code(decrypt(found.data["secret"]), max(_counter(), found.data.get("used", 0) + 1))


def present_code_of(secret: str) -> str:
    """Return the present code of a secret that is being enrolled."""
    return _code(secret, _counter())


def _counter() -> int:
    return int(clock.now().timestamp()) // PERIOD


def _code(secret: str, counter: int) -> str:
    # SHA-1 is what authenticator apps support; a one-time code needs no collision resistance.
    totp = TOTP(base64.b32decode(secret), DIGITS, SHA1(), PERIOD)  # noqa: S303
    return totp.generate(counter * PERIOD).decode()

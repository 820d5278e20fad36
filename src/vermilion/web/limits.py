"""How often somebody may try: per phone, address or session, counted in the database so that all processes share the count.

Call :func:`hit` before the work and outside a transaction: a count that is rolled back with the failed attempt limits nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from vermilion.base import clock
from vermilion.base.errors import VermilionError

from .models import RateCounter


class TooManyRequests(VermilionError):
    """The limit is reached; ``facts["retry_after"]`` has the seconds until the next attempt."""

    code = "too_many_requests"
    status = 429
    message = _("操作过于频繁，为了您的账户安全，请稍等片刻。")

    def __init__(self, retry_after: int) -> None:
        minutes = math.ceil(retry_after / 60)
        super().__init__(hint=_("请在 %(minutes)s 分钟后再试。") % {"minutes": minutes}, retry_after=retry_after)


@dataclass(frozen=True)
class Limit:
    """At most ``count`` attempts in ``seconds``, counted from the first; ``name`` keeps the counts of different limits apart."""

    name: str
    count: int
    seconds: int


UPSERT = """
INSERT INTO web_ratecounter (key, count, expires_at) VALUES (%(key)s, 1, %(until)s)
ON CONFLICT (key) DO UPDATE SET
  count = CASE WHEN web_ratecounter.expires_at <= %(now)s THEN 1 ELSE web_ratecounter.count + 1 END,
  expires_at = CASE WHEN web_ratecounter.expires_at <= %(now)s THEN excluded.expires_at ELSE web_ratecounter.expires_at END
RETURNING count, expires_at
"""


def hit(limit: Limit, *subject: str) -> None:
    """Count one attempt by ``subject`` (stored hashed). Raises :class:`TooManyRequests` from the attempt after the last allowed one."""
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(UPSERT, {"key": _key(limit, subject), "until": now + timedelta(seconds=limit.seconds), "now": now})
        count, expires_at = cursor.fetchone()
    if count > limit.count:
        raise TooManyRequests(_seconds_until(expires_at, now))


def clear(limit: Limit, *subject: str) -> None:
    """Forget the attempts of ``subject``, after a success."""
    RateCounter.objects.filter(pk=_key(limit, subject)).delete()


def limited(limit: Limit) -> Any:
    """Decorate a view: POSTs are counted per client address."""

    def decorate(view: Any) -> Any:
        @wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method == "POST":
                hit(limit, client_address(request))
            response: HttpResponseBase = view(request, *args, **kwargs)
            return response

        return wrapper

    return decorate


def client_address(request: HttpRequest) -> str:
    """Return the address of the client: the last hop that our own reverse proxy recorded, if one is trusted, else the peer."""
    forwarded = request.headers.get("X-Forwarded-For", "")
    if settings.SECURE_PROXY_SSL_HEADER and forwarded:
        return forwarded.rsplit(",", 1)[-1].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def forget_expired() -> int:
    """Delete the counts whose time is over; return how many."""
    deleted, _by_model = RateCounter.objects.filter(expires_at__lt=clock.now()).delete()
    return deleted


def _key(limit: Limit, subject: tuple[str, ...]) -> str:
    return salted_hmac("vermilion.limits", "\x1f".join((limit.name, *subject)), algorithm="sha256").hexdigest()


def _seconds_until(moment: datetime, now: datetime) -> int:
    return max(1, math.ceil((moment - now).total_seconds()))

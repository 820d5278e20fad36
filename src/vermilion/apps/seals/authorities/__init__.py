"""Outside certification authorities: typed settings and two adapters, a mapping over HTTPS and EST (RFC 7030).

The keeper makes key and request and judges the answer; an adapter only carries them, in a web or worker process. A failed outside CA never
makes way for the built-in one.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from vermilion.base.config import config

from . import settings
from .exchange import Adapter, Issued, Order, Pending
from .mapping import HttpsMapping
from .rfc7030 import Est
from .settings import EstAuthority, HttpsAuthority, OutsideAuthority

__all__ = ["Adapter", "Issued", "Order", "OutsideAuthority", "Pending", "adapter", "configured", "for_profile", "named"]


@lru_cache(maxsize=4)
def _loaded(path: Path) -> tuple[HttpsAuthority | EstAuthority, ...]:
    return settings.load(path)


def configured() -> tuple[HttpsAuthority | EstAuthority, ...]:
    """Return the configured outside CAs, read once. Raises AuthoritiesInvalid."""
    path = config().authorities_file
    return _loaded(path) if path is not None else ()


def for_profile(profile: str) -> OutsideAuthority | None:
    """Return the outside CA from which certificates of ``profile`` come, or None for the built-in CA. Raises AuthoritiesInvalid."""
    return next((one for one in configured() if profile in one.profiles), None)


def named(name: str) -> OutsideAuthority | None:
    """Return the outside CA called ``name``. Raises AuthoritiesInvalid."""
    return next((one for one in configured() if one.name == name), None)


def adapter(authority: OutsideAuthority) -> Adapter:
    """Return what talks to ``authority``."""
    return Est(authority) if isinstance(authority, EstAuthority) else HttpsMapping(authority)  # type: ignore[arg-type]

"""Facts about this instance that cannot be undone."""

from __future__ import annotations

from functools import lru_cache

from vermilion.base.rows import only

from .models import InstanceFact

DEMO = "demo"


@lru_cache(maxsize=1)
def _demo() -> bool | None:
    fact = only(InstanceFact.objects.filter(pk=DEMO))
    return None if fact is None else bool(fact.value)


def is_demo() -> bool:
    """Tell whether this is a demo instance: sandbox providers, the demo CA and the outbox page exist only there."""
    value = _demo()
    if value is None:
        _demo.cache_clear()  # not decided yet, so ask again next time
    return bool(value)


def decide(*, demo: bool) -> bool:
    """Record once and for ever whether this is a demo instance; return what is recorded, which may be the opposite."""
    fact, _created = InstanceFact.objects.get_or_create(pk=DEMO, defaults={"value": demo})
    forget()
    return bool(fact.value)


def forget() -> None:
    """Drop what this process remembers; for tests, which start from an empty database."""
    _demo.cache_clear()

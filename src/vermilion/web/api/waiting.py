"""``Prefer: wait=N`` (RFC 7240): the answer that comes when the policy is delivered."""

from __future__ import annotations

import re
import threading
import time
from functools import lru_cache

from django.http import HttpRequest

from vermilion.apps.cases.transitions import State
from vermilion.apps.policies.models import Policy
from vermilion.base.config import config

LONGEST = 30.0
PAUSE = 0.2
ON_THE_WAY = (State.ISSUING, State.SEALED)
DONE = (State.DELIVERED, State.ACKNOWLEDGED, State.ARCHIVED)


def wished(request: HttpRequest) -> float:
    """Return the seconds that the caller would wait, at most :data:`LONGEST`; 0 when nothing was said."""
    found = re.search(r'(?:^|[,;\s])wait\s*=\s*"?(\d{1,9})\b', request.headers.get("Prefer", ""), re.ASCII)
    return min(float(found.group(1)), LONGEST) if found else 0.0


def for_delivery(policy: Policy, seconds: float) -> bool:
    """Wait until the policy is delivered, is stopped or the time is over; return whether it is delivered.

    Waiting takes a thread. When half of this process's threads wait already, a preference must stand back: nobody waits.
    """
    until = time.monotonic() + seconds
    if not _places().acquire(blocking=False):
        until = 0.0
    try:
        while policy.case.state in ON_THE_WAY and time.monotonic() < until:
            time.sleep(PAUSE)
            policy.case.refresh_from_db()
    finally:
        if until:
            _places().release()
    return policy.case.state in DONE


@lru_cache(maxsize=1)
def _places() -> threading.BoundedSemaphore:
    return threading.BoundedSemaphore(max(1, config().web_threads // 2))

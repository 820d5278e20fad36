"""Several at the same moment, as several workers, tabs or people are."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connections


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Call each in a thread of its own at the same moment; return in their order what each returned or raised."""
    gate = threading.Barrier(len(works))

    def one(work: Callable[[], Any]) -> Any:
        gate.wait(20)
        try:
            return work()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(one, works))

"""A network that answers late (``make late``): what a test reads before its page is there is wrong every time, not now and then."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from playwright.sync_api import Locator, Page

#: How late, in seconds; unset, answers come as they are and a tap waits for the page that it asked for, if it can tell.
LATE = float(os.environ.get("LATE", 0))


@pytest.fixture(scope="session", autouse=LATE > 0)
def _answers_are_late() -> Iterator[None]:
    """Let every page come late, and no tap wait for it."""
    answer = WSGIHandler.__call__

    def late(self: WSGIHandler, environ: dict[str, Any], start: Any) -> Any:
        # The browser is answered in a thread of its own; files it keeps.
        if threading.current_thread() is not threading.main_thread() and not environ["PATH_INFO"].startswith("/static/"):
            time.sleep(LATE)
        return answer(self, environ, start)

    def hasty(click: Callable[..., None]) -> Callable[..., None]:
        def tap(self: Locator | Page, *args: Any, **kinds: Any) -> None:
            click(self, *args, **{"no_wait_after": True, **kinds})

        return tap

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WSGIHandler, "__call__", late)
        for where in (Locator, Page):
            patch.setattr(where, "click", hasty(where.click))
        yield

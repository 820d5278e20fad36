"""Visitors' windows in Debian's chromium, as a phone and as a desk, with a phone's passkeys where one is asked for."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, CDPSession, Error, Page, ViewportSize

PHONE, DESK = ViewportSize(width=390, height=844), ViewportSize(width=1280, height=800)
#: The narrowest phone that the pages are made for.
SMALL = ViewportSize(width=360, height=740)
# Without the last ones chromium looks for hosts that a closed network does not have.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
#: What gives windows their passkeys; the passkeys end with it.
_authenticators: list[CDPSession] = []


class Windows:
    """Windows of visitors who share nothing. One that a test is done with is cleared and serves the next: a new profile, with a process
    of its own that has run none of the scripts yet, costs as much as three pages."""

    def __init__(self, chromium: Browser, address: str) -> None:
        self.chromium, self.address = chromium, address
        self.free: dict[tuple[bool, str], list[Page]] = {}
        self.taken: list[tuple[tuple[bool, str], Page]] = []
        self.errors: list[str] = []

    def take(self, *, phone: bool, language: str) -> Page:
        """Return the empty window of a visitor who was never here."""
        kind = (phone, language)
        page = self.free[kind].pop() if self.free.get(kind) else self._new(*kind)
        self.taken.append((kind, page))
        return page

    def _new(self, phone: bool, language: str) -> Page:
        size = PHONE if phone else DESK
        context = self.chromium.new_context(
            base_url=self.address, viewport=size, is_mobile=phone, has_touch=phone, locale=language, reduced_motion="reduce"
        )
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda message: self.errors.append(message.text) if "Content Security Policy" in message.text else None)
        return page

    def clear(self) -> list[str]:
        """Take away what the visitors of a test left behind; return the errors that they met."""
        while _authenticators:
            _authenticators.pop().detach()
        for kind, page in self.taken:
            try:
                _forget(page, PHONE if kind[0] else DESK)
                self.free.setdefault(kind, []).append(page)
            except Error:  # a page that crashed or hangs, of a test that failed
                page.context.close()
        found, self.errors, self.taken = self.errors, [], []
        return found


def _forget(page: Page, size: ViewportSize) -> None:
    for other in page.context.pages:
        if other != page:
            other.close()
    page.unroute_all()
    # What a page sends when it is left, its draft, would be answered in the next test, and that answer ends the next visitor's session.
    page.context.set_offline(True)
    page.goto("about:blank")
    page.context.set_offline(False)
    page.goto("/healthz")
    page.evaluate("[localStorage, sessionStorage].forEach(storage => storage.clear())")
    page.context.clear_cookies()
    page.set_viewport_size(size)


def with_authenticator(page: Page) -> tuple[CDPSession, str]:
    """Give the page a phone's own passkeys: a screen lock that says yes."""
    debugger = page.context.new_cdp_session(page)
    _authenticators.append(debugger)
    debugger.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True}
    options = {**kind, "automaticPresenceSimulation": True}
    return debugger, str(debugger.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"])


@contextmanager
def waited(what: str) -> Iterator[None]:
    """Print how long somebody waits for ``what`` (``pytest -s``). Nothing depends on it: a busy machine is slow."""
    begun = time.perf_counter()
    yield
    print(f"{what}: {1000 * (time.perf_counter() - begun):.0f} ms")

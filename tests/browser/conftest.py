"""Debian's chromium, as a phone and as a desk; every page is watched for script errors."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

# Playwright's event loop lives in the test's thread, so Django thinks that it is called from async code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

AXE = Path(__file__).resolve().parents[1] / "assets/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# All rules run on all elements; left out are the descriptions of those that passed, whose making and handing over takes longer.
VIOLATIONS = """rules => axe.run({runOnly: rules, resultTypes: ["violations"]})
    .then(found => found.violations.map(item => `${item.id}: ${item.nodes[0].html.slice(0, 200)}`))"""
CUT = """() => [...document.querySelectorAll("main input[placeholder]")].filter(input => {
    const style = getComputedStyle(input), pen = document.createElement("canvas").getContext("2d");
    pen.font = style.font;
    const room = input.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    return room > 0 && pen.measureText(input.placeholder).width > room;
}).map(input => input.placeholder)"""
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
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


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for the tests of a file. Playwright's event loop ends with it: a later test of the same process may need its own."""
    program = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if program is None:
        pytest.skip("chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(request: pytest.FixtureRequest, chromium: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a fresh visitor's page: ``open_page("/path", phone=True, language="zh-CN")``.

    The test fails at its end when any page had a script error or a violation of the content security policy.
    """
    errors: list[str] = []
    contexts = []

    def opener(path: str, *, phone: bool = False, language: str = "zh-CN") -> Page:
        context = chromium.new_context(
            base_url=live_server.url, viewport=PHONE if phone else DESK, is_mobile=phone, has_touch=phone, locale=language
        )
        context.set_default_timeout(10_000)
        if "accessible" in request.fixturenames:
            context.add_init_script(path=AXE)  # sent once, not with every look; the page's content security policy stays as it is
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if "Content Security Policy" in message.text else None)
        page.goto(path)
        return page

    yield opener
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def accessible() -> Callable[[Page], list[str]]:
    """Return a function that lists the WCAG AA violations of a page, each with its first element."""

    def check(page: Page) -> list[str]:
        return list(page.evaluate(VIOLATIONS, RULES))

    return check


def misfits(page: Page) -> list[str]:
    """Return how a page does not fit a phone or a desk; the page is shown at both sizes, which is far cheaper than two visits."""
    before, found = page.viewport_size, []
    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        beyond = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        found += [f"{page.url} is {beyond} px wider than {size['width']}"] if beyond > 0 else []
        found += [f"{page.url} cuts the hint {words!r} at {size['width']}" for words in page.evaluate(CUT)]
    page.set_viewport_size(before)
    return found


def with_authenticator(page: Page) -> tuple[Any, str]:
    """Give the page a phone's own passkeys: a screen lock that says yes."""
    debugger = page.context.new_cdp_session(page)
    debugger.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True}
    options = {**kind, "automaticPresenceSimulation": True}
    return debugger, debugger.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]


@contextmanager
def waited(what: str) -> Iterator[None]:
    """Print how long somebody waits for ``what`` (``pytest -s``). Nothing depends on it: a busy machine is slow."""
    begun = time.perf_counter()
    yield
    print(f"{what}: {1000 * (time.perf_counter() - begun):.0f} ms")

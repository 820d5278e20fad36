"""Debian's chromium, as a phone and as a desk; every page is watched for script errors."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.http import HttpResponse
from django.test import Client
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests import factories
from tests.browser.lateness import _answers_are_late  # noqa: F401
from tests.browser.looks import violations
from tests.browser.windows import FLAGS, Windows
from vermilion.apps.parties.models import Salesperson, StaffMember

# A busy machine is slow; what is wrong stays wrong for so long, too.
expect.set_options(timeout=10_000)

# Playwright's event loop lives in the test's thread, so Django thinks that it is called from async code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One browser for the tests of this folder. Playwright's event loop ends with it: a later test of the same process may need its own."""
    program = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if program is None:
        pytest.skip("chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def windows(chromium: Browser, live_server: Any) -> Windows:
    return Windows(chromium, live_server.url)


@pytest.fixture
def open_page(windows: Windows, live_server: Any) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a fresh visitor's page: ``open_page("/path", phone=True, language="zh-CN")``.

    ``visitor``, a person of the insurer's or a test client, is logged in there. The test fails at its end when any page had a script
    error or a violation of the content security policy.
    """

    def opener(
        path: str, *, phone: bool = False, language: str = "zh-CN", visitor: StaffMember | Salesperson | Client | None = None
    ) -> Page:
        page = windows.take(phone=phone, language=language)
        if visitor is not None:
            client = visitor if isinstance(visitor, Client) else factories.browser(visitor)
            cookies = [{"name": name, "value": one.value, "url": live_server.url} for name, one in client.cookies.items()]
            page.context.add_cookies(cookies)  # type: ignore[arg-type]
        page.goto(path)
        return page

    yield opener
    assert windows.clear() == []


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_kept() -> Iterator[None]:
    """Let the browser keep style sheet and scripts, as it does in the product, where their names change with them."""
    serve = StaticFilesHandler.serve

    def kept(self: StaticFilesHandler, request: Any) -> HttpResponse:
        answer = serve(self, request)
        answer["Cache-Control"] = "max-age=3600"
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StaticFilesHandler, "serve", kept)
        yield


@pytest.fixture
def accessible() -> Callable[[Page], list[str]]:
    """Return a function that lists the WCAG AA violations of a page, each with its first element."""
    return violations

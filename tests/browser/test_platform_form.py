"""A form that a sales platform filled in, on the customer's phone: each field marked, one tick before it goes on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looks import looks_right, looks_right_in_both, speak
from tests.web.api.system import System
from tests.web.api.test_cases import Walker, prefilled
from tests.web.customer import open_shop

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def test_she_checks_what_was_filled_in(clean_jobs: None, open_page: Callable[..., Page], accessible: Callable[[Page], list[str]]) -> None:
    her = Walker(System(open_shop()), "critical_illness", prefilled())
    page = open_page(her.url("application/policyholder_person/"), phone=True, visitor=her.client)
    expect(page.locator(".given").first).to_be_visible()
    looks_right(page, accessible)
    page.goto(her.url("application/"))
    looks_right_in_both(page, accessible)
    speak(page, "zh-hans")
    page.locator(".action-bar .btn-primary").click()
    expect(page.locator("#checked-error")).to_contain_text("还没有核对")
    looks_right(page, accessible)
    page.get_by_label("代填的内容我已逐项核对，正确").check()
    page.locator(".action-bar .btn-primary").click()
    expect(page.locator("h1")).to_contain_text("健康与财务告知")

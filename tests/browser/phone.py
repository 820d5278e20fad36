"""A customer's hands on a phone: read, fill in, write her name; every page she comes to is checked."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.web.customer import code_to


class Phone:
    """A page on a phone; ``go`` reads to the end, presses the one button, and checks the page that comes."""

    def __init__(self, page: Page, accessible: Callable[[Page], list[str]]) -> None:
        self.page, self.accessible = page, accessible

    def check(self) -> None:
        assert self.accessible(self.page) == [], self.page.url
        beyond = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert beyond <= 0, f"{self.page.url} is {beyond}px too wide"

    def go(self, heading: str) -> None:
        button = self.page.locator(".action-bar .btn-primary")
        self.page.locator("footer").last.scroll_into_view_if_needed()
        expect(button).to_be_enabled()
        button.click()
        self.at(heading)

    def at(self, heading: str) -> None:
        expect(self.page.locator("h1")).to_contain_text(heading)
        self.check()

    def fill(self, values: dict[str, str]) -> None:
        for name, value in values.items():
            field = self.page.locator(f'[name="{name}"]')
            if field.count() == 0 or not field.first.is_visible():
                continue
            kind = field.first.evaluate("element => element.type")
            if kind == "radio":
                self.page.locator(f'[name="{name}"][value="{value}"]').check()
            elif kind == "select-one":
                field.select_option(value)
            else:
                field.fill(value)

    def enter_code(self, number: str) -> None:
        """Type the newest code that a phone was sent, once the page that asks for it is there: before that it may not be sent yet."""
        field = self.page.locator("[name=code]")
        field.wait_for()
        field.fill(code_to(number))

    def write_name(self) -> None:
        self.page.wait_for_load_state()  # what is written before the pad's script runs is lost
        pad = self.page.locator("canvas").last  # a sentence that is copied stands above it
        pad.evaluate("pad => pad.scrollIntoView({block: 'center'})")
        box = pad.bounding_box()
        assert box
        mouse = self.page.mouse
        for stroke in range(3):
            x, y = box["x"] + 40 + 80 * stroke, box["y"] + 40
            mouse.move(x, y)
            mouse.down()
            for step in range(1, 12):
                mouse.move(x + 5 * step, y + (60 if step % 2 else 10) + 2 * step)
            mouse.up()

    def sign(self, phone: str, after: str, *, on_behalf_of: str = "") -> None:
        self.go("确认是您本人要签署")
        expect(self.page.locator("main")).to_contain_text(on_behalf_of)
        self.page.get_by_role("button", name="发送验证码").click()
        expect(self.page.locator("h1")).to_contain_text("签名并填写验证码")  # looked at below, with one thing more on it
        self.write_name()
        right = code_to(phone)
        self.page.fill("[name=code]", "000000" if right != "000000" else "111111")
        self.page.get_by_role("button", name="确认签署").click()
        # A mistyped code costs nobody her handwriting.
        expect(self.page.locator(".notice-error")).to_contain_text("验证码不正确")
        self.check()
        self.page.fill("[name=code]", right)
        self.page.get_by_role("button", name="确认签署").click()
        expect(self.page.locator("h1")).to_contain_text(after)

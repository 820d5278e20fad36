"""How a page looks: whether everybody can use it, and whether it fits a phone and a desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urljoin

from django.conf import settings
from playwright.sync_api import Page

from tests.browser.windows import DESK, PHONE

AXE = "/static/tests/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# All rules run on all elements; left out are the descriptions of those that passed, whose making and handing over takes longer, and a
# second reading of the style sheets, which only rules outside RULES ask for.
VIOLATIONS = """rules => axe.run({runOnly: rules, resultTypes: ["violations"], preload: {assets: ["media"]}})
    .then(found => found.violations.map(item => `${item.id}: ${item.nodes[0].html.slice(0, 200)}`))"""
#: How a page does not fit the display: the pixels that it is too wide, the hints that their fields cut off, and the tables that stack on a
#: phone and are cut all the same. Measured two frames
#: later, since fields still have a width between the two when the display has just changed; and at the latest after a quarter of a second,
#: since now and then chromium draws no frame after such a change until something moves.
MISFITS = """() => new Promise(drawn => {
    requestAnimationFrame(() => requestAnimationFrame(drawn));
    setTimeout(drawn, 250);
}).then(() => [
    document.documentElement.scrollWidth - window.innerWidth,
    [...document.querySelectorAll("main input[placeholder]")].filter(input => {
        const style = getComputedStyle(input), pen = document.createElement("canvas").getContext("2d");
        pen.font = style.font;
        const room = input.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
        return room > 0 && pen.measureText(input.placeholder).width > room;
    }).map(input => input.placeholder),
    [...document.querySelectorAll(".table-scroll:has(> .stacks)")].filter(box => innerWidth < 768 && box.scrollWidth > box.clientWidth)
        .map(box => box.innerText.trim().slice(0, 80))])"""


def violations(page: Page) -> list[str]:
    """Return the WCAG AA violations of a page, each with its first element."""
    if not page.evaluate("'axe' in window"):
        page.add_script_tag(url=AXE)  # from our own host, as the page's content security policy wants it; the browser keeps it
    return list(page.evaluate(VIOLATIONS, RULES))


def misfits(page: Page) -> list[str]:
    """Return how a page does not fit a phone or a desk; the page is shown at both sizes, which is far cheaper than two visits."""
    found = _misfits(page)
    with _other_size(page):
        return found + _misfits(page)


def _misfits(page: Page) -> list[str]:
    where = f"{page.url} ({page.locator('html').get_attribute('lang')}, {page.viewport_size})"
    beyond, hints, tables = page.evaluate(MISFITS)
    found = [f"{where} is {beyond} px too wide"] if beyond > 0 else []
    return found + [f"{where} cuts the hint {words!r}" for words in hints] + [f"{where} cuts the table {words!r}" for words in tables]


@contextmanager
def _other_size(page: Page) -> Iterator[None]:
    before = page.viewport_size
    page.set_viewport_size(PHONE if before == DESK else DESK)
    yield
    page.set_viewport_size(before)


def looks_right(page: Page, accessible: Callable[[Page], list[str]]) -> None:
    """Assert that a page is accessible and fits both displays."""
    found = accessible(page) + misfits(page)
    assert not found, (page.url, found)


def looks_right_in_both(page: Page, accessible: Callable[[Page], list[str]]) -> None:
    """Assert that a page fits both displays in Chinese and in English, and that it is accessible: that depends on no word of it."""
    speak(page, "zh-hans")
    found = _misfits(page)
    with _other_size(page):  # each change of size costs as much as loading a page
        found += _misfits(page)
        speak(page, "en")
        found += _misfits(page)
    found += _misfits(page) + accessible(page)
    assert not found, (page.url, found)


def speak(page: Page, language: str) -> None:
    """Load the page anew in another language, which the visitor keeps: ``zh-hans`` or ``en``."""
    page.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": urljoin(page.url, "/")}])
    page.reload()
    assert str(page.locator("html").get_attribute("lang")).lower() == language

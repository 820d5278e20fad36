"""The customer's pages on a phone with a slow line: how much the first page weighs, when it answers a finger, how long a signer waits.

A running demo is visited by Chromium at a phone's size. The line is Lighthouse's slow 4G: 150 ms there and back, 1.6 Mbit/s down,
0.75 Mbit/s up, nothing cached. Times are wall time, since waiting is what is measured: run it on a quiet machine.
"""

from __future__ import annotations

import random
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import httpx

from vermilion.cli.demo.browser import wait
from vermilion.cli.demo.drive import PRODUCT, Drive, strokes

from . import Measurement

SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 1_638_400 / 8, "uploadThroughput": 750_000 / 8}
SIZE = {"width": 390, "height": 844}
PAGE_KILOBYTES, PAGE_SECONDS, WAITS_SECONDS = 200.0, 1.5, 3.0  # what is aimed at
READY = "document.addEventListener('alpine:initialized', () => { window.benchReady = performance.now(); })"
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update"]


class _Chromium:
    """One browser for the whole measurement of the demo at ``url``."""

    def __init__(self, url: str) -> None:
        self._url = url

    def __enter__(self) -> _Chromium:
        program = shutil.which("chromium-headless-shell") or shutil.which("chromium")
        try:
            from playwright.sync_api import sync_playwright
        except ImportError:
            program = None
        if program is None:
            sys.exit("vermilion bench phone needs Playwright and Chromium: run make setup in a checkout")
        try:
            httpx.get(f"{self._url}/healthz", timeout=10).raise_for_status()
        except httpx.HTTPError:
            sys.exit(f"No platform answers at {self._url}. Start a demo beside this (make demo), or name another by --url.")
        self._playwright = sync_playwright().start()
        self._browser = self._playwright.chromium.launch(executable_path=program, args=FLAGS)
        return self

    def __exit__(self, *_what: object) -> None:
        self._browser.close()
        self._playwright.stop()

    def page(self, url: str, *, slow: bool) -> Any:
        """Return a page of a fresh visitor, and the list of what it receives: ``page.received``, bytes on the line."""
        context = self._browser.new_context(base_url=url, viewport=SIZE, is_mobile=True, has_touch=True, locale="zh-CN")  # type: ignore[arg-type]
        page = context.new_page()
        line = context.new_cdp_session(page)
        line.send("Network.enable")
        if slow:
            line.send("Network.emulateNetworkConditions", SLOW_4G)
        received: list[float] = []
        line.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
        page.add_init_script(READY)
        return page, received


def measure_page(seconds: float, url: str) -> list[Measurement]:
    """Return weight and time until it answers of the product page, a customer's first, as the median of the visits that fit."""
    weights: list[float] = []
    ready: list[float] = []
    begin = time.monotonic()
    with _Chromium(url) as chromium:
        while not ready or time.monotonic() - begin < seconds:
            page, received = chromium.page(url, slow=True)
            page.goto(f"/p/{PRODUCT}/", wait_until="load")
            ready.append(_answers(page) / 1000)
            weights.append(sum(received) / 1000)
            page.context.close()
    took = round(time.monotonic() - begin, 1)
    return [
        _measured("phone.first_page", "kB", median(weights), PAGE_KILOBYTES, len(weights), took),
        _measured("phone.interactive", "s", median(ready), PAGE_SECONDS, len(ready), took),
    ]


def measure_ceremony(seconds: float, url: str) -> list[Measurement]:
    """Return how long a signer waits in all, from the link to the signed confirmation: on a fast line, and by slow 4G."""
    with _Chromium(url) as chromium:
        found: list[Measurement] = []
        for name, slow in (("phone.waits", False), ("phone.waits.slow_4g", True)):
            begin = time.monotonic()
            waits = _sign(chromium, url, slow=slow)
            found.append(_measured(name, "s", sum(waits), WAITS_SECONDS, len(waits), round(time.monotonic() - begin, 1)))
    return found


def _sign(chromium: _Chromium, url: str, *, slow: bool) -> list[float]:
    """Walk one signer from the link to the signature written in; return the seconds after each tap until the next page answers."""
    with tempfile.TemporaryDirectory() as folder:
        drive = Drive(url, Path(folder), lambda *_step: None, seed=random.randrange(10**6))  # noqa: S311 -- names of invented people
        drive.to_confirmation()
        offered = drive.browser.get(f"/apply/{drive.number}/resume/")
        link = drive.browser.submit(offered, offered.form()).text.partition("/s/")[2].partition("/")[0]
        page, _received = chromium.page(url, slow=slow)
        waits: list[float] = []

        def tap(act: Callable[[], Any], heading: str | re.Pattern[str]) -> None:
            begin = time.monotonic()
            act()
            page.locator("h1", has_text=heading).wait_for()
            _answers(page)
            waits.append(time.monotonic() - begin)

        def code() -> str:
            return drive.browser.code(drive.holder["phone"], seen=drive.read)

        def press(name: str) -> Callable[[], Any]:
            return lambda: page.get_by_role("button", name=name, exact=True).click()

        tap(lambda: page.goto(f"/s/{link}/"), "请由本人继续")
        tap(press("继续"), "确认是您本人")
        page.evaluate("window.benchReady = 0")
        tap(lambda: (press("发送验证码")(), page.locator("[name=code]").wait_for()), "确认是您本人")
        page.fill("[name=code]", code())
        tap(press("确认"), "请您签署")
        tap(lambda: page.locator(".action-bar .btn-primary").click(), "请阅读投保确认书")
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        tap(press("我已读完，去签名"), "确认是您本人要签署")
        tap(press("发送验证码"), "签名并填写验证码")
        page.fill("[name=code]", code())
        _write(page)
        # By a slow line the signature can be written in before the page arrives, which then shows the next step.
        tap(press("确认签署"), re.compile("已收到您的签名|缴纳保险费"))
        begin = time.monotonic()
        wait(lambda: drive.browser.get(f"/apply/{drive.number}/").state == "awaiting_payment", "the signature", pause=0.05)
        waits.append(time.monotonic() - begin)
        page.context.close()
        drive.browser.client.close()
    return waits


def _answers(page: Any) -> float:
    """Wait until the page answers a finger; return when it began to, in ms. Asked from outside: the page's policy lets no text be run."""
    end = time.monotonic() + 30
    while not (since := page.evaluate("window.benchReady")):
        if time.monotonic() > end:
            raise RuntimeError("the page does not answer")
        time.sleep(0.01)
    return float(since)


def _write(page: Any) -> None:
    """Write a name on the pad as a finger does."""
    box = page.locator("canvas").bounding_box()
    for stroke in strokes():
        points = stroke["points"][::4]
        page.mouse.move(box["x"] + points[0]["x"], box["y"] + points[0]["y"])
        page.mouse.down()
        for point in points[1:]:
            page.mouse.move(box["x"] + point["x"], box["y"] + point["y"])
        page.mouse.up()


def _measured(name: str, unit: str, value: float, aim: float, count: int, seconds: float) -> Measurement:
    return Measurement(name=name, unit=unit, value=round(value, 2), limit="aim", limit_value=aim, count=count, seconds=seconds)

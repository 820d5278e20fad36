"""A browser of one person, just enough to walk through the pages: cookies, links, forms. It sees what she would see, nothing else."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import httpx

SECONDS = 60.0
# A phone's user agent: the pages are made for one.
AGENT = "Mozilla/5.0 (Linux; Android 15; Phone) AppleWebKit/537.36 Chrome/156.0 Mobile Safari/537.36 vermilion-demo"


class DemoFailed(Exception):
    """A page was not what a customer would need to go on."""


@dataclass
class Form:
    """One form: its address and its fields with their present values; ``choices`` lists what radio buttons and check boxes offer."""

    action: str
    values: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[str] = field(default_factory=list)


@dataclass
class Page:
    """What came back: where we are, the text, the forms and the links."""

    url: str
    status: int
    text: str
    forms: list[Form]
    links: list[str]
    state: str = ""

    @property
    def path(self) -> str:
        """Return the path of this page."""
        return httpx.URL(self.url).path

    def form(self, *names: str) -> Form:
        """Return the first form of the page itself (not of its frame) that has all these fields or buttons. Raises DemoFailed."""
        for form in self.forms:
            if not form.action and set(names) <= set(form.values) | set(form.choices) | set(form.buttons):
                return form
        raise DemoFailed(f"{self.path}: no form with {', '.join(names) or 'anything'}")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.state = ""
        self._form: Form | None = None
        self._select = ""
        self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        name = told.get("name", "")
        if "data-state" in told:
            self.state = told["data-state"]
        if tag == "form" and told.get("method", "get").lower() == "post":
            self._form = Form(told.get("action", ""))
            self.forms.append(self._form)
        elif tag == "a" and told.get("href"):
            self.links.append(told["href"])
        elif self._form is None:
            return
        elif tag == "input" and name:
            self._input(self._form, told, name)
        elif tag == "button" and name:
            self._form.buttons.append(name)
        elif tag == "select" and name:
            self._select = name
            self._form.values.setdefault(name, "")
            self._form.choices.setdefault(name, [])
        elif tag == "option" and self._select:
            self._form.choices[self._select].append(told.get("value", ""))
            if "selected" in told:
                self._form.values[self._select] = told.get("value", "")
        elif tag == "textarea" and name:
            self._area = name
            self._form.values[name] = ""

    def _input(self, form: Form, told: dict[str, str], name: str) -> None:
        if told.get("type") in ("radio", "checkbox"):
            form.choices.setdefault(name, []).append(told.get("value", "on"))
            if "checked" in told:
                form.values[name] = told.get("value", "on")
        elif told.get("type") != "file":
            form.values[name] = told.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area and self._form is not None:
            self._form.values[self._area] += data


class Browser:
    """One person's browser on one platform. Raises DemoFailed when a page answers with an error."""

    def __init__(self, base: str) -> None:
        self.base = base.rstrip("/")
        self.client = httpx.Client(
            base_url=self.base,
            timeout=SECONDS,
            follow_redirects=True,
            trust_env=False,
            headers={"User-Agent": AGENT, "Accept-Language": "zh-CN"},
        )

    def get(self, path: str) -> Page:
        """Open a page."""
        return self._page(self.client.get(path))

    def submit(self, page: Page, form: Form, values: Mapping[str, str] | None = None) -> Page:
        """Fill in and send a form, as a press on its button does."""
        target = str(httpx.URL(page.url).join(form.action)) if form.action else page.url
        data = {**form.values, **(values or {})}
        return self._page(self.client.post(target, data=data, headers={"Referer": page.url, "Origin": self.base}))

    def download(self, path: str) -> bytes:
        """Return a file."""
        answer = self.client.get(path)
        if answer.status_code != 200:
            raise DemoFailed(f"{path}: {answer.status_code}")
        return answer.content

    def upload(self, path: str, name: str, data: bytes) -> dict[str, Any]:
        """Send a file to a page that answers programs with JSON."""
        page = self.get(path)
        token = page.form("csrfmiddlewaretoken").values["csrfmiddlewaretoken"]
        answer = self.client.post(
            path,
            data={"csrfmiddlewaretoken": token},
            files={"file": (name, data, "application/pdf")},
            headers={"Referer": page.url, "Origin": self.base, "Accept": "application/json"},
        )
        if answer.status_code != 200:
            raise DemoFailed(f"{path}: {answer.status_code} {answer.text[:200]}")
        return dict(answer.json())

    def code(self, phone: str, *, seen: set[str]) -> str:
        """Return the newest one-time code on a phone that was not read before (the demo's outbox is the phone's screen)."""

        def fresh() -> str | None:
            for message in self.messages(phone):
                if message["template"] == "code" and message["id"] not in seen:
                    seen.add(message["id"])
                    found = re.search(r"\d{6}", message["body"])
                    return found.group(0) if found else None
            return None

        return wait(fresh, f"a code for {phone[:3]}…")

    def messages(self, phone: str) -> list[dict[str, str]]:
        """Return the messages on a phone, newest first."""
        return list(self.client.get("/sandbox/outbox/messages.json", params={"to": phone}).json()["messages"])

    def _page(self, answer: httpx.Response) -> Page:
        reader = _Reader()
        reader.feed(answer.text)
        page = Page(str(answer.url), answer.status_code, answer.text, reader.forms, reader.links, reader.state)
        if answer.status_code >= 400:
            sentence = re.sub(r"<[^>]+>|\s+", " ", answer.text.partition("<h1")[2])[:300]
            raise DemoFailed(f"{page.path}: {answer.status_code} {sentence}")
        return page


def wait(look: Callable[[], Any], what: str, *, seconds: float = SECONDS, pause: float = 0.1) -> Any:
    """Return the first true answer of ``look``. Raises DemoFailed after ``seconds``."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(pause)
    raise DemoFailed(f"waited {seconds:.0f} s for {what}")

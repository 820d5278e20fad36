"""Signing on a phone: by a passkey, with a pad that refuses scribble, on a small display with large letters, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Request, expect

from tests import snapshots
from tests.apps.signing.test_signers import walk_again
from tests.browser.looks import speak
from tests.browser.phone import Phone
from tests.browser.windows import SMALL, with_authenticator
from tests.web.customer import Customer, code_to
from vermilion.apps.chronicle.queries import events
from vermilion.apps.identity import services as identity
from vermilion.apps.identity.models import Willingness
from vermilion.apps.parties.models import Insurer
from vermilion.apps.signing import confirmation
from vermilion.apps.signing.models import SigningTask, TaskState

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DOUBLE = "document.documentElement.style.fontSize = '200%'"


@pytest.fixture
def reading(platform: Insurer) -> Customer:
    """Return a customer whose confirmation lies ready, read."""

    def apply() -> Customer:
        made = Customer()
        made.apply()
        made.post("sign/", {"digest": SigningTask.objects.get(case=made.case).shown_digest})
        return made

    return snapshots.state("browser, confirmation read", apply)


@pytest.fixture
def hers(reading: Customer, open_page: Callable[..., Page], accessible: Callable[[Page], list[str]], live_server: Any) -> Iterator[Phone]:
    """Return her phone, with everything that it asks the network for."""
    phone = Phone(open_page("/healthz", phone=True, visitor=reading.client), accessible)
    page = phone.page
    asked: list[str] = []
    opened: list[Page] = []

    def ask(request: Request) -> None:
        asked.append(urlsplit(request.url).netloc)

    def open_another(popup: Page) -> None:
        opened.append(popup)

    page.on("request", ask)
    page.on("popup", open_another)
    page.set_viewport_size(SMALL)
    yield phone
    here = urlsplit(live_server.url)
    assert set(asked) == {here.netloc}
    assert {cookie["domain"] for cookie in page.context.cookies()} == {here.hostname}
    assert opened == []
    page.remove_listener("request", ask)
    page.remove_listener("popup", open_another)


def test_a_passkey_signs_what_was_written_on_the_pad(reading: Customer, hers: Phone) -> None:
    page = hers.page
    with_authenticator(page)
    page.goto(reading.url("sign/write/?method=passkey"))
    hers.check()
    page.get_by_role("button", name="发送验证码").click()
    expect(page.locator("[name=code]")).to_be_visible()
    page.fill("[name=code]", code_to(reading.phone))
    page.get_by_role("button", name="设置通行密钥").click()
    expect(page.locator(".sign-pad")).to_be_visible()
    hers.check()
    # A blank sheet asks no passkey for anything.
    page.get_by_role("button", name="确认签署").click()
    expect(page.get_by_text("还没有签名")).to_be_visible()
    scribble(page)
    page.get_by_role("button", name="确认签署").click()
    expect(page.get_by_text("签名涂满了整个框")).to_be_visible()
    page.get_by_role("button", name="重写").click()
    hers.write_name()
    assert page.locator("[data-ink] polyline").count() == 3
    page.get_by_role("button", name="撤销一笔").click()
    assert page.locator("[data-ink] polyline").count() == 2
    page.get_by_role("button", name="确认签署").click()
    expect(page.locator("h1")).to_contain_text("已收到您的签名")
    assert SigningTask.objects.get(case=reading.case).state == TaskState.ACCEPTED
    assert Willingness.objects.get(case=reading.case).method == "passkey"


def test_what_an_old_page_sends_is_not_taken_and_leads_to_the_new_document(
    reading: Customer, hers: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The application is corrected in another window: while she confirms, and while pages of the old document lie open."""
    page, case = hers.page, reading.case
    old = {name: page.context.new_page() for name in ("sign/", "sign/write/", "sign/refuse/")}
    for name, tab in old.items():
        tab.goto(reading.url(name))
    write = Phone(old["sign/write/"], hers.accessible)
    write.page.get_by_role("button", name="发送验证码").click()
    write.write_name()
    proven = identity.verify_willingness

    def corrected_meanwhile(**given: Any) -> Willingness:
        made = proven(**given)
        confirmation.reopen(case_id=case.id)
        return made

    with monkeypatch.context() as patch:
        patch.setattr(identity, "verify_willingness", corrected_meanwhile)
        write.page.fill("[name=code]", code_to(reading.phone))
        write.page.get_by_role("button", name="确认签署").click()
        write.at("投保还没有完成")
    expect(write.page.get_by_role("status")).to_contain_text("已经作废，这次提交没有采用")
    expect(write.page.get_by_role("link", name="继续投保")).to_be_visible()
    assert {"signature.overtaken", "signature.other_document"} <= {event.type for event in events("case", case.id)}

    walk_again(case, reading.application)
    for name, button in (("sign/", "我已读完，去签名"), ("sign/refuse/", "确认不同意")):
        tab = Phone(old[name], hers.accessible)
        tab.page.locator("footer").last.scroll_into_view_if_needed()
        tab.page.get_by_role("button", name=button).click()
        expect(tab.page.get_by_role("status")).to_contain_text("已经更新，这次提交没有采用")
        tab.at("请阅读投保确认书")
    assert [event.type for event in events("case", case.id)].count("signature.other_document") == 3
    # The new one is read, and takes a code of its own.
    hers.page.goto(reading.url("sign/"))
    hers.sign(reading.phone, "已收到您的签名")
    signed = SigningTask.objects.get(case=case, state=TaskState.ACCEPTED)
    assert signed.willingness.shown_digest == signed.shown_digest  # type: ignore[union-attr]


def test_the_largest_letters_need_no_sideways_scrolling(reading: Customer, hers: Phone) -> None:
    page = hers.page
    document = SigningTask.objects.get(case=reading.case).document
    paths = ("", "sign/", "sign/write/", "sign/write/?method=copied", "sign/refuse/", "resume/", f"documents/{document.code}/", "not-me/")
    page.goto(reading.url())
    for language in ("zh-hans", "en"):
        speak(page, language)
        for path in paths:
            page.goto(reading.url(path))
            page.evaluate(DOUBLE)
            beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert beyond <= 0, f"{path} is {beyond} px too wide in {language}"


def scribble(page: Page) -> None:
    """Blacken the sheet from edge to edge."""
    box = page.locator("canvas").bounding_box()
    assert box
    page.mouse.move(box["x"] + 4, box["y"] + 4)
    page.mouse.down()
    for line in range(4, int(box["height"]) - 4, 5):
        page.mouse.move(box["x"] + (box["width"] - 4 if line % 2 else 4), box["y"] + line)
    page.mouse.up()

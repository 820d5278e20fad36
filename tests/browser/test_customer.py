"""A customer buys 重疾险 for herself on a phone: every page in Chromium, checked with axe, to the acknowledged policy in /my/."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from tests import factories, life
from tests.web.customer import code_to
from vermilion.apps.cases.models import Case
from vermilion.apps.cases.transitions import State
from vermilion.apps.policies.models import Policy
from vermilion.apps.products import paths
from vermilion.cli.demo import content
from vermilion.cli.demo.content import samples
from vermilion.web.sessions import SessionStore

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def platform(transactional_db: None, clean_jobs: None) -> Iterator[None]:
    life.instance.decide(demo=True)
    with life.running_keeper():
        life.seeded_insurer()
        yield


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

    def write_name(self) -> None:
        box = self.page.locator("canvas").bounding_box()
        assert box
        mouse = self.page.mouse
        for stroke in range(3):
            x, y = box["x"] + 40 + 80 * stroke, box["y"] + 40
            mouse.move(x, y)
            mouse.down()
            for step in range(1, 12):
                mouse.move(x + 5 * step, y + (60 if step % 2 else 10) + 2 * step)
            mouse.up()

    def sign(self, phone: str, after: str) -> None:
        self.go("确认是您本人要签署")
        self.page.get_by_role("button", name="发送验证码").click()
        self.at("签名并填写验证码")
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


def test_the_whole_way_on_a_phone(
    platform: None, open_page: Callable[..., Page], accessible: Callable[[Page], list[str]], drain_jobs: Callable[..., int]
) -> None:
    definition = next(item for item in content.products() if item.code == "critical_illness")
    application = samples.application(definition)
    application["beneficiaries"] = [{"type": "statutory"}]
    answers = {f"{answer['id']}.answer": answer["answer"] for answer in application.pop("disclosure")}
    typed = {name: str(value) for name, value in paths.flatten(application).items()}
    for name in ("plan.sum_insured", "policyholder.annual_income"):
        typed[name] = str(int(typed[name]) // 100)
    mobile = application["policyholder"]["phone"]

    phone = Phone(open_page("/", phone=True), accessible)
    phone.check()
    phone.page.get_by_role("link", name="了解产品").first.click()
    phone.at(definition.name.zh)
    phone.go("投保须知")
    phone.go("各项同意")
    for box in phone.page.locator("input[type=checkbox]").all():
        assert not box.is_checked()
        box.check()
    phone.go("为谁投保")
    for heading in ("投保人", "保障计划", "身故保险金受益人", "交费和退款账户", "核对投保信息"):
        phone.fill(typed)
        if heading == "身故保险金受益人":
            expect(phone.page.locator("#price")).to_contain_text("¥")
        phone.go(heading)
    phone.go(definition.disclosure.title.zh)
    phone.fill(answers)
    phone.go("投保提示书")
    # What must be read cannot be confirmed from the top of the page.
    phone.page.evaluate("scrollTo(0, 0)")
    expect(phone.page.locator(".action-bar .btn-primary")).to_be_disabled()
    phone.go(definition.exemption.title.zh)
    phone.go("实名认证")
    phone.go("验证手机号")
    phone.page.get_by_role("button", name="发送验证码").click()
    phone.page.fill("[name=code]", code_to(mobile))
    phone.page.get_by_role("button", name="确认", exact=True).click()
    phone.at("生成投保确认书")
    phone.go("请阅读投保确认书")
    expect(phone.page.locator(".page-picture img").first).to_have_js_property("complete", True)
    assert phone.page.locator(".page-picture img").first.evaluate("image => image.naturalWidth") > 500
    phone.sign(mobile, "已收到您的签名")
    drain_jobs()
    # The page goes on by itself.
    expect(phone.page.locator("h1")).to_contain_text("缴纳保险费", timeout=15_000)
    phone.check()
    phone.go("模拟支付")
    phone.page.locator(".action-bar .btn-primary").click()
    number = re.search(r"/apply/(\w+)/", phone.page.url)
    assert number
    expect(phone.page.locator("h1")).to_contain_text("正在出具保单", timeout=15_000)
    drain_jobs()
    expect(phone.page.locator("h1")).to_contain_text("保单已出具", timeout=15_000)
    phone.check()
    phone.go("请查收您的保单")
    phone.go("请阅读保单签收回执")
    phone.sign(mobile, "已收到您的签名")
    drain_jobs()
    expect(phone.page.locator("h1")).to_contain_text(re.compile("保单已签收|办理完成"), timeout=15_000)
    phone.check()
    assert Case.objects.get(number=number.group(1)).state in (State.ACKNOWLEDGED, State.ARCHIVED)

    phone.page.goto("/my/")
    phone.at("我的保单")
    phone.page.fill("[name=phone]", mobile)
    phone.page.get_by_role("button", name="发送验证码").click()
    phone.at("确认是您本人")
    holder = application["policyholder"]
    phone.fill({"code": code_to(mobile), "name": holder["name"], "id_number": holder["id_number"]})
    phone.page.get_by_role("button", name="查看我的保单").click()
    phone.at("我的保单")
    phone.page.get_by_role("link", name="查看保单").click()
    phone.at(definition.name.zh)
    with phone.page.expect_download() as download:
        phone.page.get_by_role("link", name="下载 电子保单").click()
    assert download.value.suggested_filename.endswith(".pdf")


def test_a_form_left_half_way_is_still_there(
    platform: None, open_page: Callable[..., Page], accessible: Callable[[Page], list[str]]
) -> None:
    phone = Phone(open_page("/p/critical_illness/", phone=True), accessible)
    phone.go("投保须知")
    phone.go("各项同意")
    for box in phone.page.locator("input[type=checkbox]").all():
        box.check()
    phone.go("为谁投保")
    phone.fill({"insured.0.relation": "self"})
    phone.go("投保人")
    phone.page.fill('[name="policyholder.name"]', "欧阳若水")
    there = phone.page.url
    phone.page.goto("/")
    for _try in range(20):  # the browser sends what was typed while it already shows the next page
        phone.page.goto(there)
        if phone.page.input_value('[name="policyholder.name"]'):
            break
    expect(phone.page.locator('[name="policyholder.name"]')).to_have_value("欧阳若水")
    # Another document asks for birth date and sex, which the resident ID number tells by itself.
    expect(phone.page.locator('[name="policyholder.birth_date"]')).to_be_hidden()
    phone.page.locator('[name="policyholder.id_type"]').select_option("passport")
    expect(phone.page.locator('[name="policyholder.birth_date"]')).to_be_visible()
    phone.check()


def test_large_print_and_english_keep_the_pages_whole(
    platform: None, open_page: Callable[..., Page], accessible: Callable[[Page], list[str]]
) -> None:
    phone = Phone(open_page("/", phone=True, language="en-US"), accessible)
    phone.page.get_by_role("button", name="Large print").click()
    phone.check()
    for path in ("/p/critical_illness/", "/p/group_accident/", "/p/medical/clauses/", "/s/", "/my/", "/badge/nobody/", "/sandbox/outbox/"):
        phone.page.goto(path)
        phone.check()


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
def test_a_policy_with_an_end_fits_a_phone(
    transactional_db: None, open_page: Callable[..., Page], accessible: Callable[[Page], list[str]], live_server: Any, language: str
) -> None:
    """A year has a first and a last day, which are one long line."""
    case = factories.case_in(State.DELIVERED, "medical")
    policy = Policy.objects.get(case=case)
    Policy.objects.filter(pk=policy.pk).update(cover_to=policy.cover_from + timedelta(days=365))
    session = SessionStore()
    ids = [str(party.id) for party in case.parties.all()]
    session["my.parties"] = {"ids": ids, "until": time.time() + 600}
    session.create()
    phone = Phone(open_page("/healthz", phone=True, language=language), accessible)
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": str(session.session_key), "url": live_server.url}
    phone.page.context.add_cookies([cookie])
    for path in ("/my/", f"/my/policies/{policy.number}/"):
        phone.page.goto(path)
        expect(phone.page.locator("main")).to_contain_text(policy.number)
        phone.check()

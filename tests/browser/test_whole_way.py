"""A customer buys 重疾险 for herself on a phone: every page in Chromium, checked with axe, to the acknowledged policy in /my/.

In a file of its own, so that one worker can walk it while another does the rest.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.phone import Phone
from tests.web.customer import code_to
from vermilion.apps.cases.models import Case, Consent
from vermilion.apps.cases.transitions import State
from vermilion.apps.parties.models import Insurer
from vermilion.apps.products import paths
from vermilion.cli.demo import content
from vermilion.cli.demo.content import samples

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_whole_way_on_a_phone(
    platform: Insurer, open_page: Callable[..., Page], accessible: Callable[[Page], list[str]], drain_jobs: Callable[..., int]
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
    for consent in Consent.objects.all():
        assert (consent.reading["long"], set(consent.reading)) == (1, {"seconds", "deepest", "long", "seen"}), consent.key
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
    phone.enter_code(mobile)
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
    expect(phone.page.locator("h1")).to_contain_text("正在出具保单", timeout=15_000)
    number = re.search(r"/apply/(\w+)/", phone.page.url)
    assert number
    drain_jobs()
    expect(phone.page.locator("h1")).to_contain_text("保单已出具", timeout=15_000)
    phone.check()
    phone.go("请查收您的保单")
    # One tap, one code: the sixth digit sends it.
    phone.go("请阅读并确认保单签收回执")
    expect(phone.page.locator(".sign-mark")).to_be_visible()
    phone.enter_code(mobile)
    expect(phone.page.locator("h1")).to_contain_text("已收到您的签名")
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

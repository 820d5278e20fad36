"""Against signing for others, in a real browser: the salesperson's device and the customer's own phone, the badge, compliance's desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests import factories, snapshots
from tests.browser.looks import looks_right, looks_right_in_both
from tests.browser.phone import Phone
from tests.web.badge.test_badge import photo
from tests.web.customer import Customer
from tests.web.portal.test_meeting import Pair
from vermilion.apps.cases.transitions import State
from vermilion.apps.conduct import reporting, rules, suspecting, traces
from vermilion.apps.conduct.models import ConductRule, Kind, SharedWith, Suspicion
from vermilion.apps.conduct.traces import Owner
from vermilion.apps.parties import registering
from vermilion.apps.parties.models import Insurer, Salesperson
from vermilion.apps.signing.models import TaskState
from vermilion.base import clock, instance

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
Open = Callable[..., Page]
Accessible = Callable[[Page], list[str]]


def test_face_to_face_on_two_devices(platform: Insurer, open_page: Open, accessible: Accessible, drain_jobs: Callable[..., int]) -> None:
    def apply() -> Customer:
        customer = Customer()
        customer.apply()
        return customer

    pair = Pair(snapshots.state("portal, signing", apply))
    number = pair.customer.number
    tablet = open_page(f"/sales/cases/{number}/", phone=True, visitor=pair.tablet)
    tablet.locator("summary", has_text="客户就在身边").click()
    tablet.get_by_role("button", name="面对面办理").click()
    expect(tablet.locator("main")).to_contain_text("等待客户同意")
    looks_right(tablet, accessible)
    pair.open_phone()
    own = open_page(pair.customer.url("meeting/"), phone=True, visitor=pair.phone)
    looks_right(own, accessible)
    own.get_by_role("button", name="本人在场，同意").click()
    expect(own.get_by_role("link", name="打开文件阅读")).to_be_visible()
    # The salesperson's page goes on by itself; handing over logs her out.
    tablet.get_by_role("button", name="退出登录并交给客户").click()
    expect(tablet.get_by_role("complementary", name="面对面办理")).to_be_visible()
    looks_right(tablet, accessible)
    tablet.goto(pair.customer.url("health/"))
    expect(tablet.locator("h1")).to_contain_text("请换一台设备")
    looks_right(tablet, accessible)
    tablet.goto(pair.customer.url("sign/"))
    expect(tablet.locator("h1")).to_contain_text("请看您自己的手机")
    looks_right(tablet, accessible)
    own.get_by_role("link", name="打开文件阅读").click()
    own.locator("footer").last.scroll_into_view_if_needed()
    own.locator(".action-bar .btn-primary").click()
    own.get_by_role("button", name="发送验证码").click()
    own.locator("[name=code]").wait_for()
    looks_right(own, accessible)
    own.fill("[name=code]", pair.code())
    own.get_by_role("button", name="确认是本人签署").click()
    expect(own.locator(".notice-success").first).to_contain_text("已确认")
    expect(tablet.locator("h1")).to_contain_text("请本人手写姓名")
    looks_right(tablet, accessible)
    Phone(tablet, accessible).write_name()
    tablet.get_by_role("button", name="确认签署").click()
    expect(tablet.locator("h1")).to_contain_text("已收到您的签名")
    drain_jobs()
    assert pair.task.state == TaskState.SIGNED


def test_badges_reports_and_the_desks_that_get_them(clean_jobs: None, open_page: Open, accessible: Accessible) -> None:
    instance.decide(demo=True)
    factories.product()
    seller, today = factories.salesperson(name="宋晓棠"), clock.today()
    registering.set_photo(seller=seller, photo=photo(), by=factories.staff("administrator"))
    factories.salesperson(name="罗一帆")
    page = open_page(f"/badge/{seller.badge_code}/", phone=True)
    looks_right_in_both(page, accessible)
    page.goto(f"/badge/{seller.badge_code}/report/")
    looks_right_in_both(page, accessible)
    page.locator("textarea").fill("要我把保险费转到个人账户")
    page.locator(".btn-primary").click()
    expect(page.locator(".notice-success")).to_be_visible()
    looks_right(page, accessible)
    for changes in ({"active": False}, {"active": True, "valid_to": today - timedelta(days=1)}):
        Salesperson.objects.filter(pk=seller.pk).update(**changes)
        page.goto(f"/badge/{seller.badge_code}/")
        expect(page.locator(".verdict-invalid")).to_be_visible()
        looks_right_in_both(page, accessible)
    Salesperson.objects.filter(pk=seller.pk).update(valid_to=today + timedelta(days=300))
    page.goto("/badge/forged/")
    looks_right_in_both(page, accessible)

    cases = [factories.case_in(State.SIGNING, seed=seed, sold_by=seller) for seed in (1, 2)]
    for case in cases:
        party = case.parties.get(role="policyholder")
        traces.leave(case=case, party=party, kind="phone", digest="a" * 64)
        suspecting.compare(case=case, party=party, kind=Kind.PHONE, digest="a" * 64, rule=ConductRule(insurer=case.insurer))
    owner = Owner(SharedWith.SALESPERSON, seller)
    suspecting.raise_one(case=cases[0], party=None, kind=Kind.DEVICE, digest="b" * 64, owner=owner)
    reporting.report(insurer=seller.insurer, salesperson=None, code="forged", badge_state="unknown", text="查不到", contact="13800138000")
    Salesperson.objects.filter(pk=seller.pk).update(valid_to=today + timedelta(days=300))
    seller.refresh_from_db()
    desk = open_page(reverse("console:suspicions"), visitor=factories.staff("compliance"))
    looks_right_in_both(desk, accessible)
    found = Suspicion.objects.first()
    assert found
    values = {name: getattr(ConductRule(), name) for name in rules.FIELDS}
    rules.ask_change(by=factories.staff("compliance"), **{**values, "effect": "block", "nearby": True})
    for path in ("console:conduct_rule", "console:account_requests", "console:badge_reports"):
        desk.goto(reverse(path))
        looks_right_in_both(desk, accessible)
    for path in (reverse("console:suspicion", args=[found.pk]), reverse("console:case", args=[found.case.number])):
        desk.goto(path)
        looks_right_in_both(desk, accessible)
    admin = open_page(reverse("console:seller", args=[seller.pk]), visitor=factories.staff("administrator"))
    looks_right_in_both(admin, accessible)
    admin.goto(reverse("console:seller_cases", args=[seller.pk]))
    looks_right_in_both(admin, accessible)
    phone = open_page("/sales/", phone=True, visitor=seller)
    looks_right_in_both(phone, accessible)
    for path in (f"/sales/cases/{cases[0].number}/", "/sales/badge/"):
        phone.goto(path)
        looks_right_in_both(phone, accessible)
    phone.emulate_media(media="print")  # one card to cut out, and nothing else
    card = phone.locator(".badge-print").bounding_box()
    assert card
    assert card["width"] < 330  # 86 mm
    assert phone.locator("h1, .button-row, nav").evaluate_all("all => all.every(one => !one.offsetParent)")
    expect(phone.locator(".badge-print")).to_contain_text(seller.licence_no)
    phone.emulate_media(media="screen")

"""The frame and the components in a real browser."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser.looks import looks_right_in_both
from vermilion.base import instance
from vermilion.web.staff import totp

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
PHONES = ["/no/such/", *(f"/staff/components/{name}" for name in ("", "portal/", "sign/", "verify/"))]
DESKS = ["/console/login/", "/staff/components/", "/staff/components/console/"]


@pytest.fixture(autouse=True)
def _demo(db):
    instance.decide(demo=True)


@pytest.mark.parametrize(("phone", "paths"), [(True, PHONES), (False, DESKS)], ids=["phone", "desk"])
def test_pages_are_accessible_and_fit_the_display(open_page, accessible, phone, paths):
    page = open_page("/healthz", phone=phone)
    for path in paths:
        page.goto(path)
        looks_right_in_both(page, accessible)


def test_the_check_of_accessibility_tells_what_is_wrong(open_page, accessible):
    page = open_page("/console/login/")
    page.evaluate("document.documentElement.removeAttribute('lang')")
    (found,) = accessible(page)
    assert found.startswith("html-has-lang: <html")


def test_inputs_do_not_zoom_and_targets_can_be_hit(open_page):
    page = open_page("/staff/components/", phone=True)
    sizes = page.eval_on_selector_all(
        "input:not([type=hidden],[type=checkbox],[type=radio],[type=file]), select, textarea",
        "els => els.map(e => parseFloat(getComputedStyle(e).fontSize))",
    )
    assert min(sizes) >= 16
    heights = page.eval_on_selector_all(".btn", "els => els.filter(e => e.offsetParent).map(e => e.getBoundingClientRect().height)")
    assert min(heights) >= 44


def test_large_print_is_larger(open_page):
    page = open_page("/console/login/", phone=True)
    before = page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    page.get_by_role("button", name="关怀版").click()
    page.get_by_role("button", name="标准字号").wait_for()
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= before * 1.2


def test_what_waits_stands_still_for_who_wants_no_motion(open_page):
    page = open_page("/staff/components/", phone=True)
    page.locator("main").evaluate("main => main.insertAdjacentHTML('beforeend', '<span class=loading></span>')")
    turning = "one => new Promise(done => setTimeout(() => done(one.getAnimations().length), 100))"
    for wish, turns in (("no-preference", 1), ("reduce", 0)):
        page.emulate_media(reduced_motion=wish)
        assert page.locator(".loading").evaluate(turning) == turns


def write(page, *, points=((60, 60), (180, 120), (120, 160), (220, 90))):
    box = page.locator("canvas").bounding_box()
    page.mouse.move(box["x"] + points[0][0], box["y"] + points[0][1])
    page.mouse.down()
    for x, y in points[1:]:
        page.mouse.move(box["x"] + x, box["y"] + y, steps=12)
    page.mouse.up()


def strokes(page):
    value = page.locator("input[name=strokes]").input_value()
    return json.loads(value) if value else []


def test_the_pad_gives_strokes_with_their_sheet_and_takes_them_back(open_page):
    page = open_page("/staff/components/sign/", phone=True)
    write(page)
    write(page, points=((40, 40), (60, 160)))
    first, _second = strokes(page)
    assert {"x", "y", "time", "pressure"} <= set(first["points"][0])
    assert len(first["points"]) > 8
    assert int(page.locator("input[name=strokes_width]").input_value()) == page.locator("canvas").evaluate("e => e.offsetWidth")
    page.get_by_role("button", name="撤销一笔").click()
    assert strokes(page) == [first]
    page.get_by_role("button", name="重写").click()
    assert strokes(page) == []


def test_a_blank_sheet_and_a_dot_are_refused(open_page):
    page = open_page("/staff/components/sign/", phone=True)
    address = page.url
    page.get_by_label("验证码").fill("123456")
    page.get_by_role("button", name="确认签署").click()
    expect(page.get_by_text("还没有签名")).to_be_visible()
    write(page, points=((60, 60), (62, 62)))
    page.get_by_role("button", name="确认签署").click()
    expect(page.get_by_text("还没有签名")).to_be_visible()
    assert page.url == address


def test_the_full_screen_sheet_lies_on_its_side_on_an_upright_phone(open_page):
    page = open_page("/staff/components/sign/", phone=True)
    page.get_by_role("button", name="全屏书写").click()
    page.wait_for_timeout(200)
    canvas = page.locator("canvas")
    width, height = canvas.evaluate("e => [e.offsetWidth, e.offsetHeight]")
    assert width > height
    # a stroke downwards on the display is a stroke to the right on the sheet
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 150)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 450, steps=20)
    page.mouse.up()
    (stroke,) = strokes(page)
    first, last = stroke["points"][0], stroke["points"][-1]
    assert last["x"] - first["x"] == pytest.approx(300, abs=8)
    assert last["y"] == pytest.approx(first["y"], abs=4)
    assert first["x"] == pytest.approx(150, abs=8)
    page.get_by_role("button", name="写好了").click()
    page.wait_for_timeout(200)
    assert strokes(page) == [stroke]
    assert int(page.locator("input[name=strokes_width]").input_value()) == width


def test_the_code_field_takes_what_people_paste(open_page):
    page = open_page("/staff/components/sign/", phone=True)
    field = page.get_by_label("验证码")
    field.press_sequentially("１２ 3-456")
    assert field.input_value() == "123456"
    assert field.get_attribute("autocomplete") == "one-time-code"
    assert field.get_attribute("inputmode") == "numeric"


def test_a_code_can_be_sent_again_only_after_the_wait(open_page):
    page = open_page("/staff/components/", phone=True)
    button = page.get_by_role("button", name="秒后可重新发送")
    assert button.is_disabled()


def test_a_dangerous_button_asks_first(open_page):
    page = open_page("/staff/components/")
    page.get_by_role("button", name="撤销链接").click()
    assert page.get_by_role("dialog").is_visible()
    page.get_by_role("button", name="取消").last.click()
    assert page.get_by_role("dialog").is_hidden()


def test_the_navigation_opens_on_a_phone(open_page):
    page = open_page("/staff/components/console/", phone=True)
    entry = page.get_by_role("link", name="印章管理")
    assert entry.is_hidden()
    page.get_by_role("button", name="导航菜单").click()
    assert entry.is_visible()
    page.keyboard.press("Escape")
    assert entry.is_hidden()


def test_staff_log_in(open_page, django_user_model):
    user = django_user_model.objects.create_user("zhoumin", password="correct horse battery")
    page = open_page("/console/login/", phone=True)
    page.get_by_label("用户名").fill("zhoumin")
    page.get_by_label("密码").fill("correct horse battery")
    page.get_by_role("button", name="下一步").click()
    page.wait_for_url("**/console/second-factor/")
    # the first time every page leads to the set-up of the second factor, where the demo shows the code
    page.goto("/console/password/")
    page.get_by_role("textbox", name="动态验证码").fill(page.locator(".select-all").last.inner_text())
    page.get_by_role("button", name="启用").click()
    page.wait_for_url("**/console/")
    assert totp.is_enrolled(user)

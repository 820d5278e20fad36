"""The ceremony on a phone of 360 px: the ways to prove identity and will, the orders, and what is refused, each with its page."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from tests import life, snapshots
from tests.apps.signing.test_orders import spouses
from tests.browser.phone import Phone
from tests.browser.test_company import come_in
from tests.browser.windows import SMALL
from tests.web.customer import WECHAT, admitted, code_to, pickup_to
from tests.web.portal.test_proving import JPEG, call_back
from vermilion.apps.cases.models import Case, CaseParty, Consent, Document
from vermilion.apps.cases.transitions import State
from vermilion.apps.chronicle.queries import events
from vermilion.apps.identity import services as identity
from vermilion.apps.identity.models import IdentityCheck, Willingness
from vermilion.apps.parties.models import Insurer
from vermilion.apps.products.proving import IdentityRule, WillingnessRule
from vermilion.apps.products.services import publish
from vermilion.apps.products.wording import Text
from vermilion.apps.signing import links, not_me
from vermilion.apps.signing.models import AccessLink, Handwriting, SigningTask, TaskState
from vermilion.base import clock
from vermilion.cli.demo import content
from vermilion.cli.demo.content import people

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Open = Callable[..., Page]
Accessible = Callable[[Page], list[str]]
Small = Callable[..., Phone]


@pytest.fixture
def small(open_page: Open, accessible: Accessible) -> Small:
    """Return a function that opens the phone of a visitor, or of somebody who came in by her link: ``small(party, "identity/")``."""

    def opener(party: CaseParty | None = None, page: str = "") -> Phone:
        phone = Phone(open_page("/healthz", phone=True, visitor=admitted(party.case, party) if party else None), accessible)
        phone.page.set_viewport_size(SMALL)
        if party:
            phone.page.goto(f"/apply/{party.case.number}/{page}")
        return phone

    return opener


def press(phone: Phone, name: str) -> None:
    phone.page.get_by_role("button", name=name, exact=True).click()


def told(case: Case) -> set[str]:
    return {event.type for event in events("case", case.id)}


def onward(phone: Phone, heading: str) -> None:
    """Read to the end and go on to a page that is looked at elsewhere."""
    phone.page.locator("footer").last.scroll_into_view_if_needed()
    phone.page.locator(".action-bar .btn-primary").click()
    expect(phone.page.locator("h1")).to_contain_text(heading)


def show_face(phone: Phone, outcome: str) -> None:
    """Go to the provider's page, let it end there, and come back."""
    phone.page.get_by_role("link", name="去做人脸识别").click()
    expect(phone.page.locator("h1")).to_contain_text("模拟人脸识别")
    press(phone, outcome)


def at_identity(change: Callable[[dict[str, Any]], None] | None = None, **sample: Any) -> CaseParty:
    """Return the applicant of a case whose next step is the check of her identity."""
    case = life.start("critical_illness")
    application = content.sample_application("critical_illness", **sample)
    if change:
        change(application)
    life.walk(case, application, until="identity")
    return case.parties.get(role="policyholder")


def test_every_question_of_the_ladder(platform: Insurer, small: Small) -> None:
    """Two, three and four elements and guardianship are questions; a face is a visit, whose answer the provider takes back."""
    ladder = [IdentityRule(methods=["two_element", "three_element", "four_element", "guardian", "face"])]
    changed = content.product("critical_illness").model_copy(update={"identity": ladder, "version": "2026-9"})
    publish(insurer=platform, definition=changed)
    holder = at_identity(insured="child")
    phone = small(holder, "identity/")
    main = phone.page.locator("main")
    press(phone, "开始核验")
    phone.page.fill("[name=bank_card]", "6200000000000000")
    press(phone, "开始核验")
    expect(phone.page.get_by_role("alert")).to_contain_text("银行卡号")
    phone.check()
    phone.page.fill("[name=bank_card]", people.bank_card(3))
    press(phone, "开始核验")
    expect(main.get_by_text("已通过")).to_have_count(4)
    press(phone, "开始人脸识别")
    show_face(phone, "不通过")
    expect(main).to_contain_text("光线充足")
    press(phone, "再试一次")
    show_face(phone, "通过")
    expect(main.get_by_text("已通过")).to_have_count(5)
    # Before she goes on, the provider says otherwise.
    assert call_back(IdentityCheck.objects.get(method="face", result="passed"), "liveness_failed").json() == {"result": "contradictory"}
    press(phone, "继续")
    expect(main).to_contain_text("先后给出了不同的结果")
    phone.check()
    assert {"identity.answered", "identity.face_started", "identity.contradicted"} <= told(holder.case)


def test_a_passport_that_no_provider_knows_is_looked_at_by_two(platform: Insurer, small: Small) -> None:
    def foreign(application: dict[str, Any]) -> None:
        holder = application["policyholder"]
        holder |= {"id_type": "passport", "id_number": "E12345678", "name": "冒若晴"}
        application["account"]["owner"] = application["insured"][0]["name"] = "冒若晴"

    holder = at_identity(foreign)
    phone = small(holder, "identity/")
    main = phone.page.locator("main")
    press(phone, "开始核验")
    expect(main).to_contain_text("姓名与证件号码不一致")
    desk = [life.staff("service_desk"), life.staff("compliance")]
    for passed in (False, True):
        phone.page.locator("summary", has_text="申请人工审核").click()
        for kind in ("front", "back", "face"):
            photo = {"name": f"{kind}.jpg", "mimeType": "image/jpeg", "buffer": JPEG + f"{kind}{passed}".encode()}
            phone.page.locator(f"[name={kind}]").set_input_files(photo)  # type: ignore[arg-type]
        press(phone, "提交人工审核")
        expect(main).to_contain_text("由两位工作人员先后审核")
        check = IdentityCheck.objects.filter(method="manual").latest("started_at")
        for person in desk[: 2 if passed else 1]:
            identity.give_opinion(review_id=check.pk, staff=person, passed=passed, reason="与证件比对")
        phone.page.reload()
        expect(main).to_contain_text("已通过" if passed else "人工审核没有通过")
        phone.check()
    phone.go("验证手机号")


def test_at_once_one_signs_by_a_copied_sentence_and_one_by_her_face(platform: Insurer, small: Small) -> None:
    rule = WillingnessRule(methods=["sms", "face", "copied"], statement=Text(zh="本人同意投保", en="I agree"))
    together = spouses(also={"willingness": rule}, order="parallel")
    holder, insured = (together.signing_tasks.get(party__role=role).party for role in ("policyholder", "insured"))
    life.prove_signer(insured)
    hers = small(insured, "sign/")
    onward(hers, "确认是您本人要签署")
    hers.page.get_by_role("link", name="人脸识别").click()
    press(hers, "开始人脸识别")
    show_face(hers, "通过")
    expect(hers.page.locator("main")).to_contain_text("人脸识别已通过")
    hers.write_name()
    press(hers, "确认签署")
    expect(hers.page.locator("h1")).to_contain_text("已收到您的签名")

    his = small(holder, "sign/")
    onward(his, "确认是您本人要签署")
    his.page.get_by_role("link", name="抄录").click()
    # Of two things that are missing the upper one is told first.
    press(his, "确认签署")
    expect(his.page.get_by_role("alert")).to_contain_text("还有没写的字")
    his.check()
    copy(his)
    press(his, "确认签署")
    expect(his.page.get_by_role("alert")).to_contain_text("还没有签名")
    his.write_name()
    press(his, "确认签署")
    expect(his.page.locator("h1")).to_contain_text("已收到您的签名")
    assert dict(Willingness.objects.values_list("party__role", "method")) == {"insured": "face", "policyholder": "copied"}


def copy(phone: Phone) -> None:
    """Write out the sentence on the sheet, sign by sign."""
    pad = phone.page.locator(".sign-pad", has_text="下一字")
    onward = pad.get_by_role("button", name="下一字")
    while True:
        box = pad.locator("canvas").bounding_box()
        assert box
        phone.page.mouse.move(box["x"] + 60, box["y"] + 40)
        phone.page.mouse.down()
        phone.page.mouse.move(box["x"] + 120, box["y"] + 90, steps=4)
        phone.page.mouse.up()
        if onward.is_disabled():
            return
        onward.click()


def test_who_comes_later_waits_and_may_refuse_with_a_reason(platform: Insurer, small: Small, drain_jobs: Callable[..., int]) -> None:
    document: Document = snapshots.state("two sign, hidden", lambda: spouses(hidden=True))
    insured = document.signing_tasks.get(party__role="insured").party
    phone = small(insured)
    phone.at("还没有轮到您")
    life.sign(document.signing_tasks.get(party__role="policyholder"))
    drain_jobs()
    waiting = small(document.signing_tasks.get(party__role="policyholder").party)
    waiting.at("等待其他人签署")
    waiting.page.locator("main").get_by_role("button", name="重新发送").click()
    expect(waiting.page.locator("main")).to_contain_text("已重新发送到对方登记的手机号")
    assert pickup_to(insured.personal["phone"], "link_resent")
    phone.page.reload()
    phone.at("请您签署投保确认书")
    phone.page.get_by_role("link", name="开始办理").click()
    phone.at("投保须知")
    for box in phone.page.locator("input[type=checkbox]").all():
        box.check()
    phone.go("实名认证")
    onward(phone, "请阅读投保确认书")
    phone.page.get_by_role("link", name="不同意").click()
    phone.at("不同意签署投保确认书")
    press(phone, "确认不同意")
    expect(phone.page.get_by_role("alert")).to_contain_text("请写明原因")
    phone.page.fill("[name=reason]", "没有看懂免责条款")
    press(phone, "确认不同意")
    phone.at("投保已撤回")
    assert "signing.refused" in told(document.case)
    assert not SigningTask.objects.filter(document=document, state=TaskState.OPEN).exists()


def test_a_guardian_signs_for_a_child_and_the_receipt_is_written_by_hand(
    platform: Insurer, small: Small, drain_jobs: Callable[..., int]
) -> None:
    rule = WillingnessRule(methods=["sms"], acknowledgement_by_hand=True)
    publish(insurer=platform, definition=content.product("medical").model_copy(update={"willingness": rule, "version": "2026-9"}))
    application = content.sample_application("medical", seed=12, insured="grandchild")
    document = life.apply(life.start("medical"), application)
    grandmother, guardian = (task.party for task in document.signing_tasks.order_by("position"))
    assert (grandmother.role, guardian.role) == ("policyholder", "guardian")
    life.sign(document.signing_tasks.get(party=grandmother))
    drain_jobs()
    number = guardian.personal["phone"]
    phone = small()
    come_in(phone, pickup_to(number, "sign_link"), number)
    phone.at("请您签署投保确认书")
    expect(phone.page.locator("main")).to_contain_text("您是未成年被保险人的监护人")
    phone.page.get_by_role("link", name="开始办理").click()
    phone.at("投保须知")
    # Beside her own consents stands the one that only a guardian gives, for the child.
    expect(phone.page.locator("main")).to_contain_text("未成年人个人信息监护人同意书")
    for box in phone.page.locator("input[type=checkbox]").all():
        box.check()
    onward(phone, "实名认证")
    onward(phone, "请阅读投保确认书")
    phone.sign(number, "已收到您的签名", on_behalf_of=application["insured"][0]["name"])
    drain_jobs()
    expect(phone.page.locator("h1")).to_contain_text("等待投保人缴费", timeout=15_000)
    phone.check()
    assert Consent.objects.filter(party=guardian, key="minor_information").exists()
    assert document.revisions.latest("number").signed_by == "guardian"

    # The product asks for a written name on the receipt too: it is read, then signed on the pad.
    life.pay(document.case)
    drain_jobs()
    hers = small(grandmother)
    hers.go("请查收您的保单")
    hers.go("请阅读保单签收回执")
    hers.sign(grandmother.personal["phone"], "已收到您的签名")
    drain_jobs()
    expect(hers.page.locator("h1")).to_contain_text(re.compile("保单已签收|办理完成"), timeout=15_000)
    receipt = document.case.signing_tasks.latest("created_at")
    assert (receipt.document.kind, Handwriting.objects.filter(task=receipt).exists()) == ("policy_acknowledgement", True)


def test_in_wechat_on_two_devices_and_proven_once_more(platform: Insurer, small: Small) -> None:
    document = life.apply(life.start("critical_illness"), content.sample_application("critical_illness"))
    holder = document.signing_tasks.get().party
    phone = small(holder)
    page, main = phone.page, phone.page.locator("main")
    page.set_extra_http_headers({"User-Agent": WECHAT})
    try:
        page.goto(f"/apply/{document.case.number}/documents/{document.code}/")
        expect(main).to_contain_text("您正在微信里打开")
        assert page.locator(".page-picture img").first.evaluate("image => image.decode().then(() => image.naturalWidth)") > 500
        expect(page.locator("a[download], a[href$='.pdf']")).to_have_count(0)
        expect(page.get_by_role("link", name="换一台设备继续")).to_be_visible()
        phone.check()
        page.fill("[name=email]", "ruoqing@example.cn")
        press(phone, "发送")
        expect(main).to_contain_text("正在发送到")
    finally:
        page.set_extra_http_headers({})
    page.goto(f"/apply/{document.case.number}/sign/")
    other = small(holder, "sign/")
    expect(other.page.locator("main")).to_contain_text("也在另一台设备上打开了")
    onward(phone, "确认是您本人要签署")
    expect(main).to_contain_text("也在另一台设备上打开了")
    press(phone, "发送验证码")
    phone.write_name()
    phone.enter_code(holder.personal["phone"])
    IdentityCheck.objects.update(expires_at=clock.now())
    press(phone, "确认签署")
    phone.at("实名认证")
    expect(main).to_contain_text("签名前请再核验一次")
    press(phone, "开始核验")
    expect(page.locator("h1")).to_contain_text("请阅读投保确认书")
    assert {"document.mailed", "ceremony.second_device"} <= told(document.case)


def test_guessed_expired_and_shared_links_and_not_me(platform: Insurer, small: Small) -> None:
    holder = at_identity()
    case, number = holder.case, holder.personal["phone"]
    phone = small()
    page = phone.page
    page.goto("/s/")
    page.fill("[name=pickup]", "ZZZZZZ")
    press(phone, "继续")
    expect(page.get_by_role("alert")).to_be_visible()
    phone.check()
    with transaction.atomic():
        links.send_link(case=case, party=holder, purpose="apply")
    AccessLink.objects.update(expires_at=clock.now())
    page.goto(f"/s/{pickup_to(number, 'sign_link')}")
    press(phone, "继续")
    phone.at("链接已过期")
    press(phone, "重新发送")
    phone.at("已重新发送")
    page.goto(f"/s/{pickup_to(number, 'link_resent')}")
    press(phone, "继续")
    press(phone, "发送验证码")
    page.locator("[name=code]").wait_for()
    wrong = "000000" if code_to(number) != "000000" else "111111"
    for said in ("4 次", "3 次", "2 次", "1 次", "连续输错 5 次"):
        page.fill("[name=code]", wrong)
        press(phone, "确认")
        expect(page.get_by_role("alert").first).to_contain_text(said)
    phone.check()
    page.get_by_role("button", name="重新发送").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    phone.enter_code(number)
    press(phone, "确认")
    phone.at("投保还没有完成")

    # On to another device by a QR code, which opens once.
    page.goto(f"/apply/{case.number}/resume/")
    press(phone, "生成二维码")
    phone.at("换一台设备继续")
    address = page.locator("[data-text]").first.get_attribute("data-text")
    assert address
    tablet, thief = small(), small()
    for other, sentence in ((tablet, "确认是您本人"), (thief, "已经用过一次")):
        other.page.goto("/s/" + address.split("/s/")[1])
        press(other, "继续")
        expect(other.page.locator("main")).to_contain_text(sentence)
    thief.check()
    expect(page.locator("#resume-state")).to_contain_text("另一台设备已在")
    page.get_by_role("link", name="非本人操作").click()
    phone.at("这不是您本人的操作")
    press(phone, "确认：非本人操作")
    phone.at("业务已暂停")
    case.refresh_from_db()
    assert not_me.is_stopped(case)
    assert {"code.refused", "ceremony.handed_on", "ceremony.moved", "link.used_again", "not_me.reported"} <= told(case)
    assert case.state == State.APPLYING

"""The insurer's people in a real browser: desks at 1280 pixels, approver and salesperson on a phone."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests import factories
from tests.browser.looks import looks_right
from tests.browser.windows import waited, with_authenticator
from tests.passkeys import keeper_here
from vermilion.apps.cases import services as cases
from vermilion.apps.cases.models import Case
from vermilion.apps.cases.transitions import State
from vermilion.apps.parties.models import Role
from vermilion.apps.policies import servicing
from vermilion.apps.policies.models import EndorsementState, Policy
from vermilion.base import instance
from vermilion.web.staff import totp

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def enter(open_page, clean_jobs):
    """Return a function that opens a page as a person who is logged in."""
    return lambda person, path, **options: open_page(path, visitor=person, **options)


def waiting_change():
    """A surrender that waits for its approval."""
    case = factories.case_in(State.DELIVERED)
    policy = Policy.objects.get(case=case)
    made = servicing.end_policy(policy_id=policy.id, reason="客户要求", staff=factories.staff(Role.CLERK))
    document = factories.paper(case, "endorsement", title="批单", subject=str(made.id))
    made.state, made.document, made.shown_digest = EndorsementState.APPROVAL, document, document.revisions.get().sha256
    made.save()
    return made


def test_the_desks_are_accessible_and_fit_the_display(enter, accessible):
    ill = factories.case_in(State.UNDERWRITING, yes={"hypertension": "2021 年确诊"})
    blocked = factories.case_in(State.ISSUING, seed=2)
    cases.mark_blocked(case_id=blocked.id, code="keeper_unavailable", reason="签章服务暂时无法连接，文件尚未签章。")
    delivered = factories.case_in(State.DELIVERED, seed=3)
    group = factories.group_policy()
    visits = {
        Role.CLERK: [
            "/console/",
            "/console/queue/all/",
            reverse("console:case", args=[blocked.number]),
            reverse("console:document", args=[ill.documents.get().id]),
            reverse("console:policy", args=[group.id]),
            reverse("console:policy_remove_insured", args=[group.id]),
        ],
        Role.UNDERWRITER: ["/console/underwriting/", reverse("console:underwriting_case", args=[ill.number])],
        Role.SERVICE_DESK: ["/console/service/", reverse("console:service_case", args=[delivered.number]), "/console/notices/"],
        Role.CUSTODIAN: ["/console/seals/", "/console/seals/uses/"],
        Role.ADMINISTRATOR: ["/console/users/", "/console/users/new/", "/console/jobs/"],
    }
    for number, (role, paths) in enumerate(visits.items()):
        page = enter(factories.staff(role, level=2), paths[0], language=("en", "zh-CN")[number % 2])
        looks_right(page, accessible)
        for path in paths[1:]:
            page.goto(path)
            looks_right(page, accessible)


def test_a_clerk_finds_a_customer_by_phone_and_reveals_her(enter):
    case = factories.case_in(State.AWAITING_PAYMENT)
    personal = case.parties.get(role="policyholder").personal
    page = enter(factories.staff(Role.CLERK), "/console/")
    page.get_by_placeholder("业务号、保单号、手机号").fill(personal["phone"])
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/console/cases/{case.number}/")
    assert personal["id_number"] not in page.content()
    page.get_by_role("button", name="显示完整信息").click()
    page.get_by_text(personal["id_number"]).wait_for()
    assert page.get_by_text("您的本次查看已记入存证").is_visible()


def test_an_underwriter_accepts_with_a_loading(enter):
    case = factories.case_in(State.UNDERWRITING, yes={"hypertension": "2021 年确诊，口服药物控制"})
    page = enter(factories.staff(Role.UNDERWRITER, level=2), "/console/underwriting/")
    page.get_by_role("link", name=case.number).click()
    assert page.get_by_label("加费比例").input_value() == "25"
    page.get_by_label("加费/除外承保").check()
    page.get_by_label("理由").fill("高血压控制良好，加费承保")
    page.get_by_role("button", name="保存结论").click()
    page.get_by_text("已保存").wait_for()
    assert case.underwriting_decisions.get().terms["loading_per_mille"] == 250


def test_a_clerk_adds_a_person_after_seeing_the_price(enter):
    from vermilion.base import clock
    from vermilion.cli.demo.content import samples

    policy = factories.group_policy()
    (person,) = samples.insured_list(seed=99, count=1, today=clock.today())
    page = enter(factories.staff(Role.CLERK), reverse("console:policy", args=[policy.id]))
    page.get_by_label("第 1 人姓名").fill(person["name"])
    page.get_by_label("第 1 人证件号码").fill(person["id_number"])
    page.get_by_label("第 1 人手机号").fill(person["phone"])
    page.get_by_label("第 1 人职业").select_option(person["occupation"])
    page.get_by_role("button", name="核对并计算保费").click()
    page.get_by_text("增收保险费").wait_for()
    page.get_by_text("新增的每个人会收到短信，由本人同意").wait_for()
    page.get_by_role("button", name="提交，请新增人员同意").click()
    page.get_by_text("待被保险人同意").first.wait_for()
    assert policy.endorsements.get().premium_delta > 0


def test_a_leader_approves_on_her_phone_by_passkey_and_where_there_is_none_by_code(enter, accessible, monkeypatch):
    keeper_here(monkeypatch)
    change, leader = waiting_change(), factories.staff(Role.APPROVER)
    page = enter(leader, "/a/", phone=True)
    debugger, authenticator = with_authenticator(page)
    looks_right(page, accessible)
    page.locator("a.card-link").click()
    page.locator("img").nth(1).wait_for()
    looks_right(page, accessible)
    assert page.get_by_role("button", name="发送验证码").is_visible(), "without a passkey the code is offered at once"

    # She adds a passkey on the way and comes back to the same change.
    page.get_by_role("link", name="添加通行密钥").click()
    page.locator("input[name=code]").wait_for()
    looks_right(page, accessible)
    page.locator("input[name=code]").fill("000000")
    page.get_by_role("button", name="添加通行密钥").click()
    page.get_by_text("动态验证码不正确").wait_for()
    page.locator("input[name=code]").fill(totp.present_code(leader.user))
    page.get_by_role("button", name="添加通行密钥").click()
    page.wait_for_url(f"**{reverse('approval:approval', args=[change.id])}")
    page.locator("img").nth(1).wait_for()
    looks_right(page, accessible)
    assert not page.get_by_role("button", name="发送验证码").is_visible(), "one button, the weaker way folded away"

    # A finger that is not hers first, then two taps: the button and her finger.
    debugger.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": False})
    page.get_by_role("button", name="批准并签章", exact=True).click()
    page.get_by_text("没有通过验证。请再试一次").wait_for()
    debugger.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": True})
    with waited("an endorsement, until its page and document are there"):
        page.reload()
        page.locator("img").nth(1).evaluate("image => image.decode()")
    with waited("an endorsement, from the tap to the answer"):
        page.get_by_role("button", name="批准并签章", exact=True).click()
        page.wait_for_url("**/a/")
    change.refresh_from_db()
    assert (change.state, change.approved_by, change.content["approval"]["method"]) == (EndorsementState.SEALING, leader, "passkey")

    # The next day she logs in with it, and refuses the next change with it.
    page.context.clear_cookies()
    page.goto("/a/")
    looks_right(page, accessible)
    page.get_by_role("button", name="用通行密钥登录").click()
    page.get_by_role("heading", name="待审批").wait_for()
    change.state, change.approved_by, change.approved_at = EndorsementState.APPROVAL, None, None
    change.save()
    page.goto(reverse("approval:approval", args=[change.id]))
    page.locator("summary", has_text="不批准").click()
    page.get_by_label("原因").fill("退款账户\n与投保人不符")
    page.get_by_role("button", name="退回经办人").click()
    page.wait_for_url("**/a/")
    change.refresh_from_db()
    assert (change.state, change.content["comment"]) == (EndorsementState.REFUSED, "退款账户\n与投保人不符")


def test_a_salesperson_starts_a_case_on_her_phone(enter, accessible):
    instance.decide(demo=True)
    factories.product()
    page = enter(factories.salesperson(), "/sales/", phone=True, language="en")
    looks_right(page, accessible)
    for path in ("/sales/badge/", "/sales/start/", "/sales/start/critical_illness/"):
        page.goto(path)
        looks_right(page, accessible)
    page.locator("input[name=plan]").first.check()
    page.locator("input[name=phone]").fill("13800138000")
    page.locator("form button.btn-primary").click()
    page.locator(".qr svg").wait_for()
    looks_right(page, accessible)
    assert "/s/" in page.locator("main").inner_text()
    assert Case.objects.get().channel == "salesperson"

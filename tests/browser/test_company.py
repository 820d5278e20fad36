"""On phones: a company's agent asks her people and shows her authority; an insured person reads, proves herself, consents, and takes it
back."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests import life, snapshots
from tests.apps.signing.test_authority import representative
from tests.browser.looks import looks_right_in_both, speak
from tests.browser.phone import Phone
from tests.web.customer import pickup_to
from vermilion.apps.cases.models import Case
from vermilion.apps.parties.models import Insurer
from vermilion.apps.signing import links
from vermilion.apps.signing.group import collecting, queries
from vermilion.apps.signing.group.models import InsuredConsent
from vermilion.cli.demo import content

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Drain = Callable[..., int]
Accessible = Callable[[Page], list[str]]


def come_in(phone: Phone, code: str, number: str) -> None:
    """Open a message's link and prove the phone."""
    phone.page.goto(f"/s/{code}/")
    phone.page.locator("main button").first.click()
    phone.page.get_by_role("button", name="发送验证码").click()
    phone.enter_code(number)
    phone.page.get_by_role("button", name="确认").click()
    phone.page.wait_for_url("**/apply/**")


def picture(phone: Phone, name: str) -> None:
    if folder := os.environ.get("PICTURES"):
        phone.page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def ask() -> Case:
    """Return the case of a company that has just asked the people on its list."""
    case = life.start("group_accident")
    life.walk(case, content.sample_application("group_accident", count=6))
    life.ask_insured(case)
    return case


def test_an_insured_person_consents_on_her_phone_and_the_agent_counts_her(
    platform: Insurer, open_page: Callable[..., Page], accessible: Accessible, drain_jobs: Drain
) -> None:
    case = snapshots.state("browser, a company asks", ask)
    drain_jobs()
    party = case.parties.get(role="member", position=0)
    phone = Phone(open_page("/healthz", phone=True), accessible)
    come_in(phone, pickup_to(party.personal["phone"], "insured_consent"), party.personal["phone"])
    phone.at("请您决定是否同意")
    picture(phone, "member")
    phone.page.get_by_role("link", name="开始办理").click()
    phone.at("投保须知")
    for box in phone.page.locator("input[type=checkbox]").all():
        box.check()
    phone.go("实名认证")
    phone.go("请阅读被保险人同意书")
    picture(phone, "member-read")
    phone.go("您同意吗")
    picture(phone, "member-decide")
    phone.page.get_by_role("button", name="同意，发送验证码").click()
    phone.at("填写验证码表示同意")
    phone.enter_code(party.personal["phone"])
    phone.page.get_by_role("button", name="确认同意").click()
    phone.at("您已同意")
    picture(phone, "member-done")
    for other in case.parties.filter(role="member", position__in=(1, 2, 3, 4)):
        life.let_consent(other)
    agent = case.parties.get(role="company_agent")
    token, _code = links.make_link(case=case, party=agent, purpose="apply", hours=1)
    hers, phone = phone, Phone(open_page("/healthz", phone=True), accessible)
    come_in(phone, token, agent.personal["phone"])
    phone.page.goto(f"/apply/{case.number}/insured/")
    phone.at("请每位员工本人同意")
    expect(phone.page.locator("main")).to_contain_text("已答复 83%")
    picture(phone, "agent")
    phone.page.get_by_role("button", name="截止，继续投保").click()
    expect(phone.page.get_by_role("dialog")).to_contain_text("已同意的 5 人")
    picture(phone, "agent-close")
    phone.page.get_by_role("dialog").get_by_role("button", name="截止，继续投保").click()
    phone.page.wait_for_url("**/confirmation/")
    phone.check()
    # The list is closed; what she consented to she takes back herself.
    hers.page.reload()
    hers.page.get_by_role("link", name="撤回同意").click()
    hers.at("撤回同意")
    picture(hers, "member-withdraw")
    hers.page.get_by_role("button", name="撤回同意，发送验证码").click()
    hers.at("填写验证码，撤回同意")
    hers.enter_code(party.personal["phone"])
    hers.page.get_by_role("button", name="确认撤回").click()
    hers.at("您已撤回同意")
    picture(hers, "member-withdrawn")


def test_a_clerk_marks_as_done_that_the_cover_of_who_took_her_consent_back_has_ended(
    platform: Insurer, open_page: Callable[..., Page], accessible: Accessible
) -> None:
    case = snapshots.state("browser, a company asks", ask)
    for party in case.parties.filter(role="member"):
        life.let_consent(party)
    asked = queries.round_of(case)
    assert asked
    collecting.close(case_id=case.id, seen=queries.counts(asked))
    with snapshots.guards_asleep():
        Case.objects.filter(pk=case.pk).update(state="delivered")
    first, second = case.parties.filter(role="member").order_by("position")[:2]
    for party in (first, second):
        assert life.take_back(party) == "contract"
    page = open_page("/console/queue/cover-endings/", visitor=life.staff("clerk"))
    looks_right_in_both(page, accessible)
    speak(page, "zh-hans")
    page.get_by_role("link", name=case.number).click()
    page.get_by_role("link", name="去办理").click()
    expect(page.locator("main")).to_contain_text("其中撤回 2")
    looks_right_in_both(page, accessible)
    speak(page, "zh-hans")
    page.get_by_role("button", name="标为已办结").first.click()
    expect(page.get_by_role("dialog")).to_contain_text("保障已经终止了吗")
    assert accessible(page) == []
    page.get_by_role("dialog").get_by_role("button", name="标为已办结").click()
    expect(page.get_by_role("status").first).to_contain_text("已记录办结")
    ended = dict(InsuredConsent.objects.filter(ending_wanted=True).values_list("party__position", "ended_at"))
    assert (bool(ended[first.position]), ended[second.position]) == (True, None)


def test_an_agent_asks_her_representative_and_sees_the_companys_seal(
    platform: Insurer, open_page: Callable[..., Page], accessible: Accessible
) -> None:
    def begin() -> Case:
        case = life.start("group_accident")
        life.walk(case, content.sample_application("group_accident"), until="identity")
        return case

    case = snapshots.state("browser, a company's identity", begin)
    agent = case.parties.get(role="company_agent")
    token, _code = links.make_link(case=case, party=agent, purpose="apply", hours=1)
    phone = Phone(open_page("/healthz", phone=True), accessible)
    come_in(phone, token, agent.personal["phone"])
    phone.page.get_by_role("link", name="继续投保").click()
    # The company by its number and its representative, then the agent herself.
    phone.page.get_by_role("button", name="开始核验").click()
    expect(phone.page.locator("h1")).to_contain_text("验证手机号")
    life.prove_agent(case)
    phone.page.goto(f"/apply/{case.number}/authority/")
    phone.at("单位对您的书面授权")
    expect(phone.page.get_by_alt_text("单位印章图样")).to_be_visible()
    picture(phone, "authority")
    phone.page.get_by_role("button", name="生成并发送").click()
    expect(phone.page.locator("[role=alert]").first).to_be_visible()
    phone.check()
    phone.fill(representative())
    phone.page.get_by_role("button", name="生成并发送").click()
    expect(phone.page.locator("main")).to_contain_text("重新发送给法定代表人")
    phone.check()
    picture(phone, "authority-asked")
    phone.page.get_by_role("link", name="阅读并签名").click()
    phone.at("请阅读授权委托书")
    picture(phone, "authority-read")
    # Or a stamped one on paper.
    phone.page.goto(f"/apply/{case.number}/authority/")
    phone.page.locator("summary", has_text="已有盖章的纸质授权委托书").click()
    paper = {"name": "authority.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff" + b"paper" * 20}
    phone.page.locator("[name=authority]").set_input_files(paper)  # type: ignore[arg-type]
    phone.page.get_by_role("button", name="提交审核").click()
    expect(phone.page.locator("main")).to_contain_text("由两位工作人员先后审核")
    phone.check()

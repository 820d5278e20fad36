"""What goes another way when documents wait for a seal, in real browsers with virtual authenticators; each tells a person so in words.

All begin at one state, made by use cases: two papers on which 梁以宁 or 周正 may decide by passkey; 周正 lent that to 方青.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import serialization
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import expect

from tests import factories, snapshots
from tests.apps.seals.requesting import make_request, sheet
from tests.browser.looks import looks_right
from tests.browser.windows import waited, with_authenticator
from tests.passkeys import phone_of
from tests.web.console.test_seals import seal  # noqa: F401 - a fixture
from vermilion.apps.parties import delegating, passkeys
from vermilion.apps.parties.models import Delegation, Passkey, PasskeyChallenge, Role, StaffMember
from vermilion.apps.seals import granting, services
from vermilion.apps.seals.models import SealPermission, SealRequest, SealUse
from vermilion.apps.seals.requests import making, sealing
from vermilion.apps.seals.requests.making import Incoming
from vermilion.base import clock
from vermilion.web.console import users

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
SETTLED = "这份用印申请已经处理过，没有再做任何改动。"
#: Send a form's fields once more, as somebody would who has caught them; the answer's status and what a person would read.
AGAIN = """async ([address, body]) => {
    const headers = {"Content-Type": "application/x-www-form-urlencoded"};
    const answer = await fetch(address, {method: "POST", headers, body});
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return [answer.status, page.querySelector("main").textContent];
}"""


@dataclass
class Waiting:
    """A request, who asked, who may decide, and each one's passkey as a virtual authenticator takes it."""

    request: SealRequest
    clerk: StaffMember
    first: StaffMember
    second: StaffMember
    deputy: StaffMember
    keys: dict[StaffMember, dict[str, object]]

    def now(self):
        """Return what stands on record: the request's state, its documents' states, how many permissions and decisions there are."""
        self.request.refresh_from_db()
        states = set(self.request.items.values_list("state", flat=True))
        counts = (SealPermission.objects.filter(request=self.request).count(), self.request.decisions.count())
        return self.request.state, states, *counts


def key_of(person):
    """Add a passkey to the account; return it as Chromium's protocol wants it."""
    phone = phone_of(person.user)
    form = (serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    parts = {"credentialId": phone.credential_id, "privateKey": phone.key.private_bytes(*form), "userHandle": str(person.user.pk).encode()}
    encoded = {name: base64.b64encode(part).decode() for name, part in parts.items()}
    return {**encoded, "isResidentCredential": True, "rpId": "localhost", "signCount": 0}


@pytest.fixture
def waiting(clean_jobs, seal):  # noqa: F811
    def prepare():
        first, second = (factories.staff(Role.APPROVER, name=name) for name in ("梁以宁", "周正"))
        deputy, clerk, moment = factories.staff(Role.UNDERWRITER, name="方青"), factories.staff(Role.CLERK, name="沈佳禾"), clock.now()
        period = {"valid_from": moment, "valid_to": moment + timedelta(days=2)}
        delegating.delegate(giver=second, receiver=deputy, authority=Delegation.Authority.APPROVER, reason="出差", **period)
        request = make_request(seal, clerk, files=[Incoming(f"通知{number}", sheet(number)) for number in (1, 2)])
        return Waiting(request, clerk, first, second, deputy, {person: key_of(person) for person in (first, second, deputy)})

    return snapshots.state("seal request waits for phones", prepare)


@pytest.fixture
def phone(open_page, waiting):
    """Return a function that opens the request on a person's phone, in a browser of its own."""

    def opener(person):
        page = open_page("/healthz", phone=True, visitor=person)
        debugger, authenticator = with_authenticator(page)
        debugger.send("WebAuthn.addCredential", {"authenticatorId": authenticator, "credential": waiting.keys[person]})
        page.goto(reverse("approval:seal_approval", args=[waiting.request.id]))
        return page

    return opener


@pytest.fixture
def desk(open_page, waiting):
    """Return a function that opens the request at the desk of who sent it in."""

    def opener():
        return open_page(reverse("console:seal_request", args=[waiting.request.id]), visitor=waiting.clerk)

    return opener


def approve(page):
    page.get_by_role("button", name="批准用印").click()


def says(page, *sentences):
    for sentence in sentences:
        expect(page.locator("main")).to_contain_text(sentence)


def test_a_refusal_needs_a_reason_which_who_asked_reads(waiting, phone, desk):
    page = phone(waiting.first)
    page.get_by_text("不批准", exact=True).click()
    page.get_by_role("button", name="不批准，退回申请人").click()
    expect(page.locator("#refuse-reason:invalid")).to_be_focused()  # the browser asks for the reason
    assert waiting.now() == ("waiting", {"waiting"}, 0, 0)
    page.get_by_label("原因").fill("第 2 份金额有误\n请更正")
    page.get_by_role("button", name="不批准，退回申请人").click()
    says(page, f"{waiting.request.number} 没有批准，申请人会看到原因。")
    assert waiting.now() == ("refused", {"dropped"}, 0, 1)
    says(desk(), "未批准", "不再用印", "第 2 份金额有误")


def test_who_presses_too_late_is_told_so_and_finds_no_button(waiting, phone, desk):
    page = phone(waiting.first)
    with snapshots.guards_asleep():
        SealRequest.objects.filter(pk=waiting.request.pk).update(decide_until=clock.now() - timedelta(seconds=1))
    approve(page)
    late = "审批期限已过，这份用印申请不能再批准。"
    expect(page.get_by_role("alert").filter(visible=True)).to_contain_text(late)
    page.reload()
    says(page, late)
    expect(page.get_by_role("button", name="批准用印")).to_have_count(0)
    assert making.expire(clock.now()) == 1
    page.reload()
    says(page, "已过期", "不再用印")
    assert waiting.now() == ("expired", {"dropped"}, 0, 0)
    says(desk(), "已过期")


def test_a_deputy_approves_and_both_stand_there(waiting, phone, desk, accessible):
    page = phone(waiting.deputy)
    with waited("a request, until its page is there"):
        page.reload()
    says(page, "您受 周正 委托审批，记录会写明两人。")
    looks_right(page, accessible)
    with waited("a request, from the tap to the answer"):
        approve(page)
        says(page, f"{waiting.request.number} 已批准，系统正在用印。")
    assert waiting.now() == ("approved", {"waiting"}, 2, 1)
    said = waiting.request.decisions.get()
    assert (said.by, said.seat, said.delegation) == (waiting.deputy, waiting.second.pk, Delegation.objects.get().pk)
    says(desk(), "周正", "由 方青 受托审批")


def test_two_approve_the_terms_of_a_grant_and_its_page_says_what_they_are(waiting, phone, accessible):
    moment, seal_id = clock.now(), waiting.request.seal_id
    period = {"valid_from": moment, "valid_to": moment + timedelta(days=90)}
    terms = {"document_kinds": ["policy"], "products": [], "max_amount": 50_000_000, "daily_limit": 200, "reason": "日常出单"}
    grant = granting.request_grant(seal_id=seal_id, requested_by=waiting.clerk, **terms, **period)
    for person, words in ((waiting.first, "还需要另一位审批"), (waiting.second, "用印授权已生效")):
        page = phone(person)
        with waited("a grant, until its page is there"):
            page.goto(reverse("approval:grant", args=[grant.id]))
        says(page, "日常出单", "¥500,000.00", "200 次", grant.terms_digest)
        if person == waiting.second:  # her page has all that the first one's has, and that there was a first
            looks_right(page, accessible)
        with waited("a grant, from the tap to the answer"):
            page.get_by_role("button", name="批准授权").click()
            says(page, words)
    grant.refresh_from_db()
    assert (grant.state, grant.first_approver, grant.second_approver) == ("active", waiting.first, waiting.second)


def test_a_frozen_seal_stops_the_approved_list_and_says_why(waiting, phone, desk):
    page = phone(waiting.first)
    approve(page)
    says(page, f"{waiting.request.number} 已批准")
    services.freeze(seal_id=waiting.request.seal_id, reason="印模外泄")
    shown = desk()
    says(shown, "已用印 0 份，失败 0 份，待用印 2 份")
    sealing.run(request_id=waiting.request.id)
    says(shown, "印章“保单专用章”已冻结，其余文件停在用印一步。", "恢复以后系统自动继续，不需要重新审批。")  # the page looks by itself
    assert waiting.now() == ("approved", {"waiting"}, 2, 1)
    assert not SealUse.objects.exists()


def test_a_frozen_seal_is_told_before_the_approval_which_is_not_offered(waiting, phone, accessible):
    page = phone(waiting.first)
    services.freeze(seal_id=waiting.request.seal_id, reason="印模外泄")
    approve(page)  # the page was open already
    expect(page.get_by_role("alert").filter(visible=True)).to_contain_text("印章“保单专用章”已冻结。")
    page.reload()
    says(page, "印章“保单专用章”已冻结。", "现在不能批准：批准了也不会用印。")
    expect(page.get_by_role("button", name="批准用印")).to_have_count(0)
    looks_right(page, accessible)
    assert waiting.now() == ("waiting", {"waiting"}, 0, 0)


def test_an_answer_that_is_sent_again_changes_nothing(waiting, phone):
    other = make_request(waiting.request.seal, waiting.clerk, files=[Incoming("通知3", sheet(3))])
    page = phone(waiting.first)
    with page.expect_request(lambda one: one.method == "POST" and one.url.endswith(approve_address(waiting.request))) as caught:
        approve(page)
    says(page, "已批准，系统正在用印。")
    before, body = waiting.now(), caught.value.post_data
    assert before == ("approved", {"waiting"}, 2, 1)
    changed = body.replace(waiting.request.list_digest, other.list_digest)
    assert changed != body
    for request, fields in ((waiting.request, body), (other, body), (other, changed)):
        status, words = page.evaluate(AGAIN, [approve_address(request), fields])
        assert status == 422
        assert "这次验证已经超时或者用过。" in words
    assert waiting.now() == before
    assert (SealRequest.objects.get(pk=other.pk).state, other.decisions.count()) == ("waiting", 0)


def approve_address(request):
    return reverse("approval:seal_approve", args=[request.id])


def test_of_two_approvers_at_once_one_decides_and_the_other_is_told(waiting, phone):
    quick, slow = phone(waiting.first), phone(waiting.second)
    held = []
    slow.route(
        f"**{approve_address(waiting.request)}", lambda route: held.append(route)
    )  # her passkey has answered, and her answer is still on its way
    with slow.expect_request(f"**{approve_address(waiting.request)}"):
        approve(slow)
    approve(quick)
    says(quick, "已批准，系统正在用印。")
    held[0].continue_()
    says(slow, SETTLED, "刷新页面查看结果。")
    assert waiting.now() == ("approved", {"waiting"}, 2, 1)
    assert waiting.request.decisions.get().by == waiting.first
    slow.goto(reverse("approval:seal_approval", args=[waiting.request.id]))
    says(slow, "已批准，用印中")
    expect(slow.get_by_role("button")).to_have_count(0)


def test_a_lost_phone_approves_nothing_and_its_owner_is_led_to_a_new_passkey(waiting, phone):
    lost = phone(waiting.first)
    passkeys.remove(passkey_id=Passkey.objects.get(user=waiting.first.user).pk, user=waiting.first.user)
    approve(lost)  # whoever found it: the page is open, the passkey still in the phone
    says(lost, "没有通过通行密钥验证。")
    refused = PasskeyChallenge.objects.get(purpose="approval", outcome="refused")
    assert (refused.refusal, refused.user) == ("unknown_passkey", waiting.first.user)
    assert waiting.now() == ("waiting", {"waiting"}, 0, 0)
    lost.goto(reverse("approval:seal_approval", args=[waiting.request.id]))
    says(lost, "您还没有通行密钥。它只对您看到的内容有效，强度最高。")
    expect(lost.get_by_role("button", name="批准用印")).to_have_count(0)
    lost.get_by_role("link", name="添加通行密钥").click()
    expect(lost.locator("input[name=code]")).to_be_visible()  # only with a fresh code of her own
    with transaction.atomic():
        users.forget(waiting.first.user)  # what the administrator's reset does, a second person agreeing
    lost.reload()
    expect(lost.locator("h1")).to_contain_text("登录")

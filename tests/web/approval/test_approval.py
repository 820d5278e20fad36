"""A leader approves on her phone exactly what she was shown."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories, snapshots
from tests.passkeys import UP, Authenticator, keeper_here, phone_of
from vermilion.apps.cases.transitions import State
from vermilion.apps.chronicle.queries import events
from vermilion.apps.identity import codes
from vermilion.apps.notices.models import Notice
from vermilion.apps.parties import delegating, passkeys
from vermilion.apps.parties.models import Role
from vermilion.apps.policies import approval_sheets, change_papers, endorsing, servicing
from vermilion.apps.policies.errors import NotApprover
from vermilion.apps.policies.models import Endorsement, EndorsementState, Policy
from vermilion.base import clock, instance
from vermilion.base.models import InstanceFact
from vermilion.core.trust.passkeys import PasskeyRefused
from vermilion.web.models import StaffLogIn
from vermilion.web.staff import totp

pytestmark = pytest.mark.django_db
HERE = {"headers": {"Host": "localhost"}}


@pytest.fixture
def change(db):
    """A surrender that the customer signed, typeset and waiting for approval."""

    def prepare():
        instance.decide(demo=True)
        case = factories.case_in(State.DELIVERED)
        policy = Policy.objects.get(case=case)
        made = servicing.end_policy(policy_id=policy.id, reason="客户要求", staff=factories.staff(Role.CLERK, name="沈佳禾"))
        document = factories.paper(case, "endorsement", title="批单", subject=str(made.id))
        made.state, made.document, made.shown_digest = EndorsementState.APPROVAL, document, document.revisions.get().sha256
        made.save()
        return made

    return snapshots.state("approval, a change waits", prepare)


@pytest.fixture
def approver(change):
    return factories.browser_of(Role.APPROVER, name="梁以宁")


def approve(browser, change, **fields):
    data = {"shown_digest": change.shown_digest, "code": totp.present_code(browser.staff.user), **fields}
    return browser.post(reverse("approval:approve", args=[change.id]), data)


def test_list_and_page_say_what_changes_who_asked_and_show_the_document(change, approver):
    assert reverse("approval:approval", args=[change.id]) in approver.get("/a/").content.decode()
    shown = approver.get(reverse("approval:approval", args=[change.id])).content.decode()
    for part in ("有效", "应退金额", "沈佳禾", "客户要求", change.content["text"], change.shown_digest):
        assert part in shown
    assert approver.get(reverse("approval:approval_picture", args=[change.id, 1])).content[:4] == b"RIFF"
    assert approver.get(reverse("approval:approval_picture", args=[change.id, 2])).status_code == 404


def test_approval_binds_the_shown_digest_and_says_how_she_was_proven(change, approver):
    assert approve(approver, change).status_code == 302
    change.refresh_from_db()
    assert (change.state, change.approved_by) == (EndorsementState.SEALING, approver.staff)
    (event,) = [event for event in events("case", change.policy.case_id) if event.type == "endorsement.approved"]
    assert (event.public["shown"], event.public["method"]) == (change.shown_digest, "password+totp")


@pytest.mark.parametrize("code", ["", "000000", "abc"])
def test_a_wrong_code_approves_nothing(change, approver, code):
    answer = approve(approver, change, code=code)
    assert answer.status_code == 422
    assert "动态验证码不正确" in answer.content.decode()
    assert answer.context["address"].endswith(reverse("approval:approval", args=[change.id])), "for another device, to be opened"
    change.refresh_from_db()
    assert change.state == EndorsementState.APPROVAL


def test_a_code_is_taken_once(change, approver):
    code = totp.present_code(approver.staff.user)
    totp.check_fresh_code(approver.staff.user, code)
    assert approve(approver, change, code=code).status_code == 422


def test_five_wrong_codes_end_the_tries(change, approver):
    for _try in range(5):
        approve(approver, change, code="000000")
    assert approve(approver, change).status_code == 429


def test_outside_a_demonstration_no_authenticators_code_approves(change, approver):
    with snapshots.guards_asleep():
        InstanceFact.objects.update(value=False)
    instance.forget()
    assert 'name="code"' not in approver.get(reverse("approval:approval", args=[change.id])).content.decode()
    answer = approve(approver, change)
    assert (answer.status_code, "用通行密钥批准" in answer.content.decode()) == (403, True)
    assert Endorsement.objects.get(pk=change.pk).state == EndorsementState.APPROVAL


@pytest.mark.parametrize("digest", ["", "0" * 64])
def test_another_document_than_the_shown_one_is_not_approved(change, approver, digest):
    assert approve(approver, change, shown_digest=digest).status_code == 409
    change.refresh_from_db()
    assert change.state == EndorsementState.APPROVAL


def test_who_asked_cannot_approve(change):
    clerk = change.requested_by
    clerk.roles = [Role.CLERK, Role.APPROVER]
    clerk.save()
    browser = factories.browser(clerk)
    browser.staff = clerk
    assert "须由另一位审批人处理" in browser.get(reverse("approval:approval", args=[change.id])).content.decode()
    assert approve(browser, change).status_code == 403
    assert browser.post(reverse("approval:refuse", args=[change.id]), {"reason": "x"}).status_code == 403
    change.refresh_from_db()
    assert change.state == EndorsementState.APPROVAL


def test_the_second_approver_is_told_and_her_code_is_not_used_up(change, approver):
    second = factories.browser_of(Role.APPROVER)
    approve(approver, change)
    code = totp.present_code(second.staff.user)
    assert approve(second, change, code=code).status_code == 409
    assert totp.check_fresh_code(second.staff.user, code)
    change.refresh_from_db()
    assert change.approved_by == approver.staff


def test_a_refusal_needs_a_reason_and_reaches_the_clerk(change, approver):
    path = reverse("approval:refuse", args=[change.id])
    assert approver.post(path, {"reason": " "}).status_code == 422
    assert approver.post(path, {"reason": "退款账户与投保人不符"}).status_code == 302
    change.refresh_from_db()
    assert change.state == EndorsementState.REFUSED
    shown = factories.browser_of(Role.CLERK).get(reverse("console:policy", args=[change.policy_id])).content.decode()
    assert "退款账户与投保人不符" in shown
    assert approver.post(path, {"reason": "x"}).status_code == 409


def test_the_link_of_the_message_leads_through_the_log_in_and_back(change):
    path = reverse("approval:approval", args=[change.id])
    assert Client().get(path)["Location"] == f"/console/login/?next={path}"


def test_another_insurers_change_does_not_exist(change):
    stranger = factories.browser_of(Role.APPROVER, of=factories.insurer("other"))
    assert str(change.id) not in stranger.get("/a/").content.decode()
    assert stranger.get(reverse("approval:approval", args=[change.id])).status_code == 404
    assert approve(stranger, change).status_code == 404
    assert Endorsement.objects.get().state == EndorsementState.APPROVAL


@pytest.fixture
def phone(approver):
    """The approver's passkey."""
    return phone_of(approver.staff.user)


def ask(browser, change, decision="approve", **fields):
    return browser.post(reverse("approval:approval_ask", args=[change.id, decision]), fields, **HERE)


def decide(browser, change, phone, decision="approve", *, reason="", digest=None, **changes):
    """Do what the page's script does; return the form it sent and the answer."""
    form = phone.form(ask(browser, change, decision, reason=reason).json(), **changes)
    form |= {"shown_digest": change.shown_digest if digest is None else digest, "reason": reason}
    return form, send(browser, change, form, decision)


def send(browser, change, form, decision="approve"):
    return browser.post(reverse(f"approval:{decision}", args=[change.id]), form, **HERE)


def refusals(person):
    return [event.public["reason"] for event in events("staff", person.id) if event.type == "passkey.refused"]


def decided(change, type="endorsement.approved"):
    (event,) = [event for event in events("case", change.policy.case_id) if event.type == type]
    return event


def test_a_passkey_approves_exactly_what_was_shown_and_its_answer_can_be_checked_again(change, approver, phone, as_role):
    as_role("app")
    assert "批准的正是上面这份文件" in approver.get(reverse("approval:approval", args=[change.id]), **HERE).content.decode()
    assert decide(approver, change, phone)[1].status_code == 302
    change.refresh_from_db()
    assert (change.state, change.approved_by) == (EndorsementState.SEALING, approver.staff)
    event = decided(change)
    assert (event.public["shown"], event.public["method"]) == (change.shown_digest, "passkey")
    kept = event.private["passkey"]
    passkeys.check_evidence(kept)
    for name, other in (("shown", "0" * 64), ("subject", str(change.policy_id)), ("decision", "refuse"), ("nonce", "00" * 32)):
        with pytest.raises(PasskeyRefused, match="challenge"):
            passkeys.check_evidence({**kept, name: other})


def test_a_refusal_by_passkey_binds_its_reason(change, approver, phone):
    assert ask(approver, change, "refuse", reason=" ").status_code == 409
    decide(approver, change, phone, "refuse", reason="账户\n不符")
    change.refresh_from_db()
    assert (change.state, change.content["comment"]) == (EndorsementState.REFUSED, "账户\n不符")
    passkeys.check_evidence(decided(change, "endorsement.refused").private["passkey"])
    assert decided(change, "endorsement.refused").public["method"] == "passkey"


def test_an_answer_serves_no_other_decision_reason_or_document(change, approver, phone):
    _form, answer = decide(approver, change, phone, digest="0" * 64)
    assert answer.status_code == 422
    assert "另一份文件" in answer.content.decode()
    refusal = phone.form(ask(approver, change, "refuse", reason="金额不符").json()) | {"shown_digest": change.shown_digest}
    assert send(approver, change, refusal).status_code == 422, "a refusal's answer does not approve"
    again = phone.form(ask(approver, change, "refuse", reason="金额不符").json()) | {"shown_digest": change.shown_digest, "reason": "别的"}
    assert send(approver, change, again, "refuse").status_code == 422
    log_in = phone.form(approver.post("/console/login/passkey/begin/", **HERE).json()) | {"shown_digest": change.shown_digest}
    assert send(approver, change, log_in).status_code == 422, "an answer to the log-in does not approve"
    change.refresh_from_db()
    assert change.state == EndorsementState.APPROVAL
    assert refusals(approver.staff) == ["other_subject"] * 3 + ["unknown_challenge"]


def test_an_answer_to_another_change_is_refused_and_recorded(change, approver, phone):
    form = phone.form(ask(approver, change).json()) | {"shown_digest": change.shown_digest}
    change.state = EndorsementState.WITHDRAWN
    change.save()
    other = servicing.end_policy(policy_id=change.policy_id, reason="再次", staff=change.requested_by)
    other.state, other.document, other.shown_digest = EndorsementState.APPROVAL, change.document, change.shown_digest
    other.save()
    assert send(approver, other, form).status_code == 422, "not even when the document were the same"
    assert refusals(approver.staff) == ["other_subject"]


def test_a_replay_a_late_answer_and_a_changed_document_approve_nothing(change, approver, phone, monkeypatch):
    form = phone.form(ask(approver, change).json()) | {"shown_digest": change.shown_digest}
    now = clock.now()
    with monkeypatch.context() as later:
        later.setattr(clock, "now", lambda: now + passkeys.LASTS)
        assert "超时" in send(approver, change, form).content.decode()
    assert send(approver, change, form).status_code == 422
    form = phone.form(ask(approver, change).json()) | {"shown_digest": change.shown_digest}
    shown, change.shown_digest = change.shown_digest, "1" * 64
    change.save()
    assert send(approver, change, form).status_code == 409
    change.shown_digest = shown
    change.save()
    assert send(approver, change, form).status_code == 422, "burnt, though the document is the shown one again"
    assert refusals(approver.staff) == ["expired", "replayed", "approval_refused", "replayed"]
    assert Endorsement.objects.get(pk=change.pk).state == EndorsementState.APPROVAL


def test_somebody_elses_passkey_and_a_removed_one_approve_nothing(change, approver, phone):
    assert decide(approver, change, Authenticator())[1].status_code == 422
    stolen = factories.browser_of(Role.APPROVER)
    assert decide(stolen, change, phone)[1].status_code == 422, "her session, another's passkey"
    passkeys.remove(passkey_id=passkeys.usable(approver.staff.user)[0].id, user=approver.staff.user)
    assert decide(approver, change, phone)[1].status_code == 422
    assert decide(approver, change, phone, flags=UP)[1].status_code == 422
    assert refusals(approver.staff) == ["unknown_passkey"] * 3


def test_of_two_approvers_the_second_is_told_in_a_plain_sentence(change, approver, phone):
    form = phone.form(ask(approver, change).json()) | {"shown_digest": change.shown_digest}
    approve(factories.browser_of(Role.APPROVER, name="快手"), change)
    answer = send(approver, change, form)
    assert answer.status_code == 409
    assert "已经处理过" in answer.content.decode()
    assert ask(approver, change).status_code == 409


def test_who_asked_is_not_even_asked_for_her_passkey(change):
    clerk = change.requested_by
    clerk.roles = [Role.CLERK, Role.APPROVER]
    clerk.save()
    assert ask(factories.browser(clerk), change).status_code == 403


@pytest.fixture
def sms(monkeypatch):
    """The digits of the codes that go out, the last one first."""
    sent = []
    keeper_here(monkeypatch)
    monkeypatch.setattr(codes.secrets, "randbelow", lambda _most: sent.insert(0, 100_000 + len(sent)) or sent[0])
    return sent


def by_sms(browser, change, value, **fields):
    data = {"shown_digest": change.shown_digest, "sms": str(value), **fields}
    return browser.post(reverse("approval:approve", args=[change.id]), data)


def send_sms(browser, change):
    return browser.post(reverse("approval:approval_code", args=[change.id]))


def test_a_code_by_sms_approves_what_was_shown_and_is_marked_weaker(change, approver, sms):
    assert by_sms(approver, change, "123456").status_code == 422, "nothing was sent"
    assert send_sms(approver, change).status_code == 302
    notice = Notice.objects.latest("created_at")
    assert notice.content["to"] == approver.staff.phone
    assert "批准您刚刚查看的批单" in notice.content["body"]
    page = approver.get(reverse("approval:approval", args=[change.id])).content.decode()
    assert 'name="sms"' in page
    assert approver.staff.phone not in page
    assert by_sms(approver, change, "000000").status_code == 422
    assert by_sms(approver, change, sms[0]).status_code == 302
    change.refresh_from_db()
    assert (change.state, change.approved_by) == (EndorsementState.SEALING, approver.staff)
    event = decided(change)
    assert (event.public["method"], event.public["weaker"], event.public["shown"]) == ("password+sms", True, change.shown_digest)
    assert event.private["sms"]["shown"] == change.shown_digest
    assert "强度低于通行密钥" in approval_sheets._lines(change)[-1]
    assert "强度低于通行密钥" in approver.get(reverse("approval:approval", args=[change.id])).content.decode()


def test_a_code_by_sms_serves_no_other_document_and_no_other_approver(change, approver, sms):
    send_sms(approver, change)
    assert by_sms(approver, change, sms[0], shown_digest="0" * 64).status_code == 422
    shown, change.shown_digest = change.shown_digest, "1" * 64
    change.save()
    assert by_sms(approver, change, sms[0]).status_code == 422, "the document was typeset anew"
    change.shown_digest = shown
    change.save()
    other = factories.browser_of(Role.APPROVER)
    session = other.session
    session["approval.sms"] = dict(approver.session["approval.sms"])
    session.save()
    assert by_sms(other, change, sms[0]).status_code == 422
    assert Endorsement.objects.get(pk=change.pk).state == EndorsementState.APPROVAL
    assert by_sms(approver, change, sms[0]).status_code == 302


def test_who_asked_gets_no_code_and_where_passkeys_are_demanded_nobody_does(change, approver, sms):
    clerk = change.requested_by
    clerk.roles = [Role.CLERK, Role.APPROVER]
    clerk.save()
    assert send_sms(_browser(clerk), change).status_code == 403
    approver.get("/a/")
    approver.staff.insurer.passkeys_required = True
    approver.staff.insurer.save()
    StaffLogIn.objects.filter(user=approver.staff.user).update(method="passkey")
    assert send_sms(approver, change).status_code == 403
    assert approve(approver, change).status_code == 403
    assert not sms
    assert 'name="code"' not in approver.get(reverse("approval:approval", args=[change.id])).content.decode()


def lend(giver, receiver):
    now = clock.now()
    facts = {"valid_from": now, "valid_to": now + timedelta(days=3), "reason": "出差"}
    return delegating.delegate(giver=giver, receiver=receiver, authority="approver", **facts)


def test_a_stand_in_approves_with_her_own_passkey_and_record_and_sheet_name_both(change, approver):
    stand_in = factories.browser_of(Role.UNDERWRITER, name="许知白")
    delegation = lend(approver.staff, stand_in.staff)
    page = stand_in.get(reverse("approval:approval", args=[change.id])).content.decode()
    assert "您受 梁以宁 委托审批" in page
    assert approve(stand_in, change).status_code == 302
    change.refresh_from_db()
    assert change.approved_by == stand_in.staff
    event = decided(change)
    assert (event.private["by"], event.private["for"], event.private["delegation"]) == ("许知白", "梁以宁", str(delegation.pk))
    assert approval_sheets._lines(change)[1] == "受 梁以宁 委托"
    sheet = change_papers.approval_sheet(change, change.document, stand_in.staff, "批单专用章")
    assert sheet["signers"] == [{"role": "approver", "name": "许知白", "on_behalf_of": "梁以宁"}]


def test_a_withdrawn_delegation_approves_nothing_even_with_the_page_open(change, approver):
    stand_in = factories.browser_of(Role.CLERK)
    delegation = lend(approver.staff, stand_in.staff)
    delegating.withdraw(delegation_id=delegation.pk, by=approver.staff)
    assert approve(stand_in, change).status_code == 403
    with pytest.raises(NotApprover):
        endorsing.approve(endorsement_id=change.id, staff=stand_in.staff, shown_digest=change.shown_digest, method="password+totp")
    assert Endorsement.objects.get(pk=change.pk).state == EndorsementState.APPROVAL


def test_who_asked_approves_neither_by_a_lent_right_nor_through_a_stand_in(change, approver):
    clerk = change.requested_by
    lend(approver.staff, clerk)
    assert approve(_browser(clerk), change).status_code == 403
    clerk.roles = [Role.CLERK, Role.APPROVER]
    clerk.save()
    stand_in = factories.browser_of(Role.UNDERWRITER)
    lend(clerk, stand_in.staff)
    assert "须由另一位审批人处理" in stand_in.get(reverse("approval:approval", args=[change.id])).content.decode()
    assert approve(stand_in, change).status_code == 403
    lend(approver.staff, stand_in.staff)
    assert approve(stand_in, change).status_code == 302, "for somebody else who may"


def _browser(person):
    browser = factories.browser(person)
    browser.staff = person
    return browser


@pytest.mark.parametrize(
    ("agent", "name"),
    [("Mozilla/5.0 MicroMessenger/8.0 wxwork/4.1", "企业微信"), ("AliApp(DingTalk/7.6)", "钉钉"), ("Mozilla/5.0 Safari/605.1", "")],
)
def test_a_chat_programs_browser_is_told_the_way_out(change, approver, phone, agent, name):
    page = approver.get(reverse("approval:approval", args=[change.id]), headers={"Host": "localhost", "User-Agent": agent}).content.decode()
    assert ("在浏览器打开" in page, f"您正在{name}里打开" in page) == (bool(name), bool(name))
    assert "用另一台设备批准" in page
    assert 'name="code"' in page, "the weaker way is always there"

"""A list of documents for a seal at the doors: sent in, approved or refused on the phone, by the people whom the rule names."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests import factories, snapshots
from tests.apps.seals.requesting import make_request, paper
from tests.passkeys import keeper_here, phone_of
from tests.web.console.test_seals import seal  # noqa: F401 - a fixture
from vermilion.apps.identity import codes
from vermilion.apps.notices.models import Notice
from vermilion.apps.parties import delegating
from vermilion.apps.parties.models import Insurer, Role
from vermilion.apps.seals import errors, services
from vermilion.apps.seals.models import Seal, SealPermission, SealRequest, SealRule, SealUse
from vermilion.apps.seals.requests import making, rules
from vermilion.base import clock
from vermilion.core.pdf.revision import Revision
from vermilion.web.models import StaffLogIn

pytestmark = pytest.mark.django_db
HERE = {"headers": {"Host": "localhost"}}


def acting():
    """A paper that runs a script when it is opened."""
    revision = Revision(paper(1))
    revision.update(revision.root_number, {**revision.root, b"/OpenAction": b"<</S/J#61vaScript/J#53(app.alert(1))>>"})
    return b"".join([revision.pdf, *revision.pieces()[0]])


@pytest.fixture
def waiting(seal):  # noqa: F811
    """Two papers, and two approvers of whom any one may decide."""

    def prepare():
        people = [factories.staff(Role.APPROVER, name=name) for name in ("梁以宁", "周正")]
        return make_request(seal, factories.staff(Role.CLERK, name="沈佳禾"), 2), people

    return snapshots.state("seal request waits", prepare)


def decide(browser, request, phone, decision="approve", **fields):
    """Do what the page's script does; return the answer."""
    asked = browser.post(reverse("approval:seal_approval_ask", args=[request.id, decision]), fields, **HERE)
    if asked.status_code != 200:
        return asked
    form = phone.form(asked.json()) | {"shown_digest": request.list_digest, **fields}
    name = "seal_approve" if decision == "approve" else "seal_refuse"
    return browser.post(reverse(f"approval:{name}", args=[request.id]), form, **HERE)


def in_force(by, mode, approvers, **changes):
    facts = {"branch_id": None, "seal_id": None, "min_amount": 0, "mode": mode, "approvers": [one.id for one in approvers]}
    made = rules.propose(by=by, **(facts | changes))
    return rules.decide(rule_id=made.id, by=factories.staff(Role.COMPLIANCE), confirm=True)


def state_of(request):
    request.refresh_from_db()
    return request.state


def test_files_are_sent_in_seen_by_the_approver_and_approved_as_one_list(seal):  # noqa: F811
    clerk, approver = factories.browser_of(Role.CLERK), factories.browser_of(Role.APPROVER)
    form = {"seal": seal.id, "document_kind": "decision_notice", "title": "年度通知", "reason": "例行", "page": "last"}
    form |= {"corner": "bottom-right", "days": 3, "cross_page": "on", "amount_yuan": ""}
    files = [SimpleUploadedFile(f"{name}.pdf", paper(number), "application/pdf") for number, name in ((1, "甲"), (2, "乙"))]
    answer = clerk.post(reverse("console:seal_request_new"), form | {"documents": files})
    assert answer.status_code == 302, answer.context["form"].errors
    request = SealRequest.objects.get()
    assert [item.content["title"] for item in request.items.all()] == ["甲", "乙"]
    assert Notice.objects.filter(template="approval_asked").count() == 1
    assert request.title in approver.get("/a/").content.decode()
    page = approver.get(reverse("approval:seal_approval", args=[request.id]), **HERE).content.decode()
    for part in ("年度通知", "例行", "甲", "乙", request.list_digest, clerk.staff.name):
        assert part in page
    assert approver.get(reverse("approval:seal_approval_picture", args=[request.id, 1, 2])).content[:4] == b"RIFF"
    assert decide(approver, request, phone_of(approver.staff.user)).status_code == 302
    assert state_of(request) == "approved"
    assert SealPermission.objects.filter(request=request).count() == 2
    shown = clerk.get(reverse("console:seal_request", args=[request.id])).content.decode()
    assert "待用印 2 份" in shown
    assert 'hx-trigger="every 2s"' in shown


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"%PDF-1.4 nothing", "不是可以读取的"),
        (acting(), "脚本"),
        (paper(1), "提交了两次"),
        (b"", "空"),
    ],
)
def test_a_file_that_cannot_be_sealed_is_named_and_nothing_is_kept(seal, data, reason):  # noqa: F811
    factories.staff(Role.APPROVER)
    with pytest.raises(errors.FileUnsuitable) as fault:
        make_request(seal, factories.staff(Role.CLERK), files=[making.Incoming("甲", paper(1)), making.Incoming("乙", data)])
    assert "乙" in str(fault.value.message)
    assert reason in str(fault.value.message)
    assert not SealRequest.objects.exists()


def test_a_refusal_needs_a_reason_and_ends_it(waiting):
    request, (first, second) = waiting
    browser, phone = factories.browser(first), phone_of(first.user)
    assert decide(browser, request, phone, "refuse").status_code == 422
    assert decide(browser, request, phone, "refuse", reason="条款有误").status_code == 302
    assert state_of(request) == "refused"
    assert set(request.items.values_list("state", flat=True)) == {"dropped"}
    assert decide(factories.browser(second), request, phone_of(second.user)).status_code == 409, "the second is told that it is settled"
    clerk = factories.browser(request.requested_by)
    assert "条款有误" in clerk.get(reverse("console:seal_request", args=[request.id])).content.decode()


def test_where_there_is_no_passkey_a_code_by_sms_approves_this_list_and_is_marked_weaker(waiting, monkeypatch):
    keeper_here(monkeypatch)
    sent = []
    monkeypatch.setattr(codes.secrets, "randbelow", lambda _most: sent.insert(0, 100_000 + len(sent)) or sent[0])
    request, (first, second) = waiting
    browser, other = factories.browser(first), factories.browser(second)
    page, send, path = (reverse(f"approval:{name}", args=[request.id]) for name in ("seal_approval", "seal_approval_code", "seal_approve"))
    shown = browser.get(page).content.decode()
    assert ("用短信验证码批准" in shown, first.phone in shown) == (True, False)
    assert browser.post(send).status_code == 302
    form = {"sms": str(sent[0]), "shown_digest": request.list_digest}
    assert browser.post(path, form | {"sms": "000000"}).status_code == 422
    assert browser.post(path, form | {"shown_digest": "1" * 64}).status_code == 422
    assert other.post(path, form).status_code == 422
    assert state_of(request) == "waiting"
    assert browser.post(path, form).status_code == 302
    assert (state_of(request), request.decisions.get().proof["method"]) == ("approved", "password+sms")
    assert "认证方式：短信验证码，弱于通行密钥" in browser.get(page).content.decode()
    permission = SealPermission.objects.filter(request=request).first()
    facts = {"state": "failed", "shown_digest": permission.shown_digest, "started_at": clock.now()}
    SealUse.objects.create(permission=permission, seal=request.seal, **facts)
    custodian = factories.browser_of(Role.CUSTODIAN)
    assert "梁以宁（短信验证码）" in custodian.get("/console/seals/uses/").content.decode()
    assert "梁以宁（短信验证码）" in b"".join(custodian.get("/console/seals/uses/export.csv").streaming_content).decode()


def test_where_passkeys_are_demanded_neither_code_nor_log_in_decides(waiting, monkeypatch):
    keeper_here(monkeypatch)
    request, (first, _second) = waiting
    browser = factories.browser(first)
    browser.get("/a/")
    Insurer.objects.update(passkeys_required=True)
    StaffLogIn.objects.filter(user=first.user).update(method="passkey")
    shown = browser.get(reverse("approval:seal_approval", args=[request.id])).content.decode()
    assert ("用短信验证码批准" in shown, "不批准，退回申请人" in shown) == (False, False)
    assert browser.post(reverse("approval:seal_approval_code", args=[request.id])).status_code == 403
    assert browser.post(reverse("approval:seal_approve", args=[request.id]), {"sms": "1"}).status_code == 403
    refusal = {"reason": "x", "shown_digest": request.list_digest}
    assert browser.post(reverse("approval:seal_refuse", args=[request.id]), refusal).status_code == 422
    assert state_of(request) == "waiting"


def test_without_a_passkey_a_refusal_still_needs_a_reason_and_the_list_that_was_shown(waiting):
    request, (first, _second) = waiting
    browser, path = factories.browser(first), reverse("approval:seal_refuse", args=[waiting[0].id])
    assert "请写明不批准的原因" in browser.post(path, {"reason": " ", "shown_digest": request.list_digest}).content.decode()
    assert browser.post(path, {"reason": "x", "shown_digest": "1" * 64}).status_code == 409
    assert browser.post(path, {"reason": "条款有误", "shown_digest": request.list_digest}).status_code == 302
    assert (state_of(request), request.decisions.get().proof["method"]) == ("refused", "session")


@pytest.mark.parametrize(
    ("changes", "words"), [({"state": "frozen"}, "已冻结。"), ({"state": "retired"}, "已停用"), ({"valid_to": clock.now()}, "不在有效期内")]
)
def test_nobody_approves_a_use_of_a_seal_that_rests_and_the_page_says_so(waiting, changes, words):
    request, (first, _second) = waiting
    browser, phone = factories.browser(first), phone_of(first.user)
    page = reverse("approval:seal_approval", args=[request.id])
    assert "批准用印" in browser.get(page, **HERE).content.decode()
    Seal.objects.filter(pk=request.seal_id).update(**changes)
    shown = browser.get(page, **HERE).content.decode()
    assert (words in shown, "现在不能批准" in shown, "批准用印" in shown, "不批准，退回申请人" in shown) == (True, True, False, True)
    assert decide(browser, request, phone).status_code == 409
    assert state_of(request) == "waiting"
    assert decide(browser, request, phone, "refuse", reason="印章已冻结").status_code == 302


def test_a_replayed_an_edited_and_anothers_answer_approve_nothing(waiting):
    request, (first, second) = waiting
    browser, phone = factories.browser(first), phone_of(first.user)
    asked = browser.post(reverse("approval:seal_approval_ask", args=[request.id, "approve"]), **HERE).json()
    form = phone.form(asked) | {"shown_digest": request.list_digest}
    address = reverse("approval:seal_approve", args=[request.id])
    assert browser.post(address, form | {"shown_digest": "1" * 64}, **HERE).status_code == 422
    assert browser.post(address, form, **HERE).status_code == 422, "burnt"
    assert decide(browser, request, phone_of(second.user)).status_code == 422
    other = make_request(request.seal, request.requested_by, 1)
    asked = browser.post(reverse("approval:seal_approval_ask", args=[other.id, "approve"]), **HERE).json()
    form = phone.form(asked) | {"shown_digest": other.list_digest}
    assert browser.post(address, form, **HERE).status_code == 422, "made for another list"
    assert state_of(request) == "waiting"
    assert not SealPermission.objects.exists()


def test_who_asked_whom_no_rule_names_and_whose_turn_it_is_not_decide_nothing(waiting):
    request, (first, second) = waiting
    asker = request.requested_by
    asker.roles = [Role.CLERK, Role.APPROVER]
    asker.save()
    assert decide(factories.browser(asker), request, phone_of(asker.user)).status_code == 403
    in_force(factories.staff(Role.CUSTODIAN), "order", [second, first])
    ordered = make_request(request.seal, factories.staff(Role.CLERK), 1)
    assert ordered.rule == {"mode": "order", "approvers": [str(second.id), str(first.id)]}
    phones = {person: phone_of(person.user) for person in (first, second)}
    assert decide(factories.browser(first), ordered, phones[first]).status_code == 403
    assert decide(factories.browser_of(Role.APPROVER), ordered, phones[first]).status_code == 403
    assert decide(factories.browser(second), ordered, phones[second]).status_code == 302
    assert state_of(ordered) == "waiting"
    assert decide(factories.browser(second), ordered, phones[second]).status_code == 403, "nobody fills two seats"
    assert decide(factories.browser(first), ordered, phones[first]).status_code == 302
    assert state_of(ordered) == "approved"
    with pytest.raises(errors.NobodyApproves):
        make_request(request.seal, first, 1)  # the rule needs her, and it is her own request


def test_a_colleague_decides_by_delegation_and_only_then(waiting):
    request, (first, second) = waiting
    in_force(factories.staff(Role.CUSTODIAN), "all", [first, second])
    both = make_request(request.seal, factories.staff(Role.CLERK), 1)
    stand_in = factories.staff(Role.UNDERWRITER, name="代理")
    browser, phone = factories.browser(stand_in), phone_of(stand_in.user)
    assert decide(browser, both, phone).status_code == 403
    moment = clock.now()
    for giver in (first, second):
        delegating.delegate(
            giver=giver, receiver=stand_in, authority="approver", valid_from=moment, valid_to=moment + timedelta(days=2), reason="出差"
        )
    assert "委托审批" in browser.get(reverse("approval:seal_approval", args=[both.id]), **HERE).content.decode()
    assert decide(browser, both, phone).status_code == 302
    said = both.decisions.get()
    assert (said.by, said.seat != stand_in.id, said.delegation is not None) == (stand_in, True, True)
    assert decide(browser, both, phone).status_code == 403, "two approvals are two people's, whoever lent what"
    assert state_of(both) == "waiting"


def test_too_late_is_too_late(waiting, monkeypatch):
    request, (first, _second) = waiting
    phone, browser = phone_of(first.user), factories.browser(first)
    SealRequest.objects.filter(pk=request.pk)
    moment = clock.now() + timedelta(days=8)
    from vermilion.apps.seals.requests import approving

    monkeypatch.setattr(approving, "now", lambda: moment)
    assert decide(browser, request, phone).status_code == 409
    assert state_of(request) == "waiting"
    assert making.expire(moment) == 1
    assert state_of(request) == "expired"


def test_the_nearest_rule_holds(seal):  # noqa: F811
    custodian, clerk = factories.staff(Role.CUSTODIAN), factories.staff(Role.CLERK)
    people = [factories.staff(Role.APPROVER) for _ in range(3)]
    in_force(custodian, "any", people[:1])
    in_force(custodian, "all", people[:2], min_amount=100_000_00)
    in_force(custodian, "any", people[1:2], branch_id=clerk.branch_id)
    facts = {"insurer": seal.insurer, "branch": clerk.branch, "seal": seal, "asked_by": clerk}
    assert rules.rule_for(amount=0, **facts)["approvers"] == [str(people[1].id)], "the branch's before everybody's"
    by_seal = in_force(custodian, "any", people[2:], seal_id=seal.id)
    assert rules.rule_for(amount=10**9, **facts)["approvers"] == [str(people[2].id)], "the seal's before the branch's"
    rules.end(rule_id=by_seal.id, by=factories.staff(Role.COMPLIANCE))
    with pytest.raises(errors.RuleRefused):
        rules.propose(by=custodian, branch_id=None, seal_id=None, min_amount=0, mode="any", approvers=[clerk.id])


def test_a_rule_takes_two_people_at_the_desk(waiting):
    _request, (first, _second) = waiting
    custodian, compliance = factories.browser_of(Role.CUSTODIAN), factories.browser_of(Role.COMPLIANCE)
    form = {"branch": "", "seal": "", "min_yuan": 5000, "mode": "any", "approver_1": first.id}
    assert custodian.post(reverse("console:seal_rule_propose"), form).status_code == 302
    rule = SealRule.objects.get()
    assert "5,000" in compliance.get(reverse("console:seal_rules")).content.decode()
    assert custodian.post(reverse("console:seal_rule_confirm", args=[rule.id])).status_code == 403
    assert compliance.post(reverse("console:seal_rule_confirm", args=[rule.id])).status_code == 302
    rule.refresh_from_db()
    assert (rule.state, rule.min_amount) == ("active", 500_000)


def test_others_requests_and_insurers_do_not_exist(waiting):
    request, (first, _second) = waiting
    names = ["seal_request", "seal_request_progress"]
    for stranger in (factories.browser_of(Role.CLERK), factories.browser_of(Role.CUSTODIAN, of=factories.insurer("other"))):
        for name in names:
            assert stranger.get(reverse(f"console:{name}", args=[request.id])).status_code == 404
        assert stranger.get(reverse("console:seal_request_file", args=[request.id, 1])).status_code == 404
        assert stranger.post(reverse("console:seal_request_withdraw", args=[request.id]), {"reason": "x"}).status_code in (403, 404)
    foreign = factories.browser_of(Role.APPROVER, of=factories.insurer("other"))
    assert foreign.get(reverse("approval:seal_approval", args=[request.id])).status_code == 404
    custodian = factories.browser_of(Role.CUSTODIAN)
    assert custodian.get(reverse("console:seal_request_file", args=[request.id, 1])).content == paper(1)
    custodian.post(reverse("console:seal_request_comment", args=[request.id]), {"text": "请核对金额"})
    assert "请核对金额" in factories.browser(first).get(reverse("approval:seal_approval", args=[request.id]), **HERE).content.decode()
    mine = factories.browser(request.requested_by)
    assert mine.post(reverse("console:seal_request_withdraw", args=[request.id]), {"reason": "重做"}).status_code == 302
    assert state_of(request) == "withdrawn"


def test_a_seal_that_rests_or_is_of_another_kind_or_branch_is_not_asked_for(seal):  # noqa: F811
    factories.staff(Role.APPROVER)
    clerk = factories.staff(Role.CLERK)
    with pytest.raises(errors.WrongSeal):
        make_request(seal, clerk, 1, document_kind="payment")
    services.freeze(seal_id=seal.id, reason="x")
    with pytest.raises(errors.SealNotUsable):
        make_request(seal, clerk, 1)
    other = factories.insurer().branches.create(code="BJ", name="北京分公司", address="北京")
    Seal.objects.filter(pk=seal.pk).update(state="active", branch=other)
    with pytest.raises(errors.OtherBranch):
        make_request(seal, clerk, 1)

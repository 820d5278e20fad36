"""From the confirmation to the acknowledgement, by HTTP, with a keeper that signs and seals."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.test import Client

from tests import life, snapshots
from tests.web.customer import WECHAT, Customer, code_to, pickup_to
from vermilion.apps.cases.models import CaseParty
from vermilion.apps.cases.services import application
from vermilion.apps.cases.transitions import State
from vermilion.apps.chronicle.queries import events
from vermilion.apps.notices.models import Notice
from vermilion.apps.parties.models import Insurer
from vermilion.apps.signing import not_me, services
from vermilion.apps.signing.models import Handwriting, SigningTask, TaskState
from vermilion.apps.underwriting import services as underwriting
from vermilion.web.portal import journey
from vermilion.web.portal.access import Access

pytestmark = pytest.mark.django_db(transaction=True)
Drain = Callable[..., int]


@pytest.fixture
def signing(platform: Insurer) -> Customer:
    """Return a customer whose confirmation lies ready."""

    def apply() -> Customer:
        made = Customer()
        assert made.apply()["Location"] == made.url("sign/")
        return made

    return snapshots.state("portal, signing", apply)


def task_of(customer: Customer, role: str = "policyholder") -> SigningTask:
    return SigningTask.objects.filter(case=customer.case, party__role=role, document__void=False).latest("created_at")


def test_a_signature_written_in_while_the_page_is_made_is_shown(signing: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    signing.sign()
    read = journey.own_task

    def signed_meanwhile(access: Access) -> SigningTask | None:
        task = read(access)
        SigningTask.objects.filter(case=access.case).update(state=TaskState.SIGNED)
        return task

    for page in ("", "sign/status/"):
        SigningTask.objects.filter(case=signing.case).update(state=TaskState.ACCEPTED)
        with monkeypatch.context() as patch:
            patch.setattr(journey, "own_task", signed_meanwhile)
            waiting = signing.get(page)
        assert signing.get(f"progress/?seen={waiting.context['seen']}").headers.get("HX-Refresh") == "true", page


def test_one_life_through_the_pages(signing: Customer, drain_jobs: Drain, monkeypatch: pytest.MonkeyPatch) -> None:
    page = signing.get("sign/")
    picture = page.context["pages"][0]["url"]
    assert signing.client.get(picture)["Content-Type"] == "image/webp"
    assert Client().get(picture).status_code == 404
    assert signing.sign()["Location"] == signing.url("sign/status/")
    assert signing.get("sign/status/").status_code == 200
    assert signing.get("progress/?seen=old")["HX-Refresh"] == "true"
    drain_jobs()
    assert signing.case.state == State.AWAITING_PAYMENT
    assert signing.post("pay/")["Location"].startswith("/sandbox/pay/")
    waiting = signing.get().content.decode()
    assert "正在等待支付结果" in waiting
    assert "请缴费" not in waiting
    # The money arrives while her page is being made: it waits, and asks nobody to pay again.
    read = journey.own_task

    def paid_meanwhile(access: Access) -> SigningTask | None:
        monkeypatch.setattr(journey, "own_task", read)
        life.pay(signing.case)
        return read(access)

    monkeypatch.setattr(journey, "own_task", paid_meanwhile)
    shown = signing.get()
    assert "正在等待支付结果" in shown.content.decode()
    assert shown.context["live"]
    assert signing.get(f"progress/?seen={shown.context['seen']}")["HX-Refresh"] == "true"
    drain_jobs()
    assert signing.case.state == State.DELIVERED
    # One tap and a code: no pad, and the receipt stands above the field for the code.
    assert signing.post("acknowledge/")["Location"] == signing.url("sign/write/")
    assert signing.get("sign/")["Location"] == signing.url("sign/write/")
    receipt = signing.get("sign/write/")
    assert receipt.context["pages"][-1]["mark"].page == 1
    assert "sign-pad" not in receipt.content.decode()
    digest = task_of(signing).shown_digest
    signing.post("sign/write/", {"digest": digest, "code": "abc"}, see=False)
    assert signing.post("sign/write/", {"digest": digest, "code": code_to(signing.phone)})["Location"] == signing.url("sign/status/")
    receipt_task = task_of(signing)
    assert not Handwriting.objects.filter(task=receipt_task).exists()
    assert receipt_task.read_at
    drain_jobs()
    assert signing.case.state in (State.ACKNOWLEDGED, State.ARCHIVED)
    status = signing.get()
    assert 'href="/my/"' in status.content.decode()
    kinds = {item["document"].kind for item in status.context["documents"]}
    assert kinds == {"application", "confirmation", "policy", "policy_acknowledgement"}
    for item in status.context["documents"]:
        file = signing.get(f"documents/{item['document'].code}/file.pdf")
        assert file.content.startswith(b"%PDF")
        assert file["Cache-Control"] == "no-store"
        assert Client().get(signing.url(f"documents/{item['document'].code}/file.pdf")).status_code == 404


def test_beside_the_pad_stands_what_is_signed(signing: Customer) -> None:
    signing.post("sign/", {"digest": task_of(signing).shown_digest})
    page = signing.get("sign/write/").content.decode()
    assert signing.definition.name.zh in page
    assert signing.definition.exemption.items[0].title.zh in page
    assert f"¥{application(signing.case).premium / 100:,.2f}" in page


def test_nothing_is_signed_unread(signing: Customer) -> None:
    assert signing.get("sign/write/")["Location"] == signing.url("sign/")
    digest = task_of(signing).shown_digest
    signing.client.post(signing.url("sign/write/"), {"digest": digest, "send": "1"})
    assert task_of(signing).state == TaskState.OPEN
    assert not SigningTask.objects.exclude(read_at=None).exists()
    # Nor does reading another document count.
    for other in ("0" * 64, "\0", "x" * 500):
        assert signing.post("sign/", {"digest": other})["Location"] == signing.url("sign/")
    assert task_of(signing).read_at is None


NO_NAMES = ["", "[]", "{}", "[" * 5000, json.dumps([{"points": [{"x": 1, "y": 1}]}]), "x" * 500_000]


def test_what_is_no_signature_costs_no_code(signing: Customer) -> None:
    for strokes in NO_NAMES:
        answer = signing.sign(strokes=strokes)
        assert answer.status_code == 422, strokes[:20]
        assert 'role="alert"' in answer.content.decode()
    # The newest code still works.
    digest = task_of(signing).shown_digest
    good = {"digest": digest, "strokes": json.dumps(life.STROKES), "code": code_to(signing.phone)}
    assert signing.post("sign/write/", good)["Location"] == signing.url("sign/status/")


def test_a_wrong_code_signs_nothing_and_says_how_often_one_may_try(signing: Customer) -> None:
    answer = signing.sign(code="abc")
    assert answer.status_code == 422
    assert "还可以再试 4 次" in answer.content.decode()
    assert task_of(signing).state == TaskState.OPEN


def test_a_code_that_this_browser_never_asked_for_is_refused_in_words(signing: Customer) -> None:
    digest = task_of(signing).shown_digest
    signing.post("sign/", {"digest": digest})
    answer = signing.post("sign/write/", {"digest": digest, "strokes": json.dumps(life.STROKES), "code": "123456"})
    assert answer.status_code == 422
    assert "验证码已失效" in answer.content.decode()
    assert task_of(signing).state == TaskState.OPEN


def test_a_second_tap_signs_once(signing: Customer, drain_jobs: Drain) -> None:
    digest = task_of(signing).shown_digest
    signing.sign()
    again = signing.client.post(signing.url("sign/write/"), {"digest": digest, "strokes": json.dumps(life.STROKES), "code": "123456"})
    assert again["Location"] == signing.url("sign/status/")
    drain_jobs()
    assert task_of(signing).state == TaskState.SIGNED
    # Nor does a third one, later, count as a try for another document.
    assert "已经签好" in signing.client.post(signing.url("sign/write/"), {"digest": digest}, follow=True).content.decode()
    assert "signature.other_document" not in {one.type for one in events("case", signing.case.id)}


def test_two_devices_at_one_document_are_told_of_each_other(signing: Customer) -> None:
    task = task_of(signing)
    services.open_ceremony(task=task, session_hash="tablet", ip="192.0.2.7", user_agent="tablet")
    for page in ("sign/", "sign/write/"):
        assert "也在另一台设备上打开了" in signing.get(page).content.decode()
        signing.post("sign/", {"digest": task.shown_digest})
    types = [event.type for event in events("case", signing.case.id)]
    assert types.count("ceremony.second_device") == 1
    # A code that the other device asked for ends the one asked for here, in words.
    signing.post("sign/write/", {"send": "1", "digest": task.shown_digest})
    old = code_to(signing.phone)
    services.send_willingness_code(task_id=task.id, party_id=task.party_id, shown_digest=task.shown_digest, ip="192.0.2.7")
    refused = signing.post("sign/write/", {"digest": task.shown_digest, "strokes": json.dumps(life.STROKES), "code": old})
    assert "验证码已失效" in refused.content.decode()


def test_a_sentence_is_not_tried_without_end(signing: Customer) -> None:
    digest = task_of(signing).shown_digest
    signing.post("sign/", {"digest": digest})
    empty = {"digest": digest, "method": "copied", "copied": "[]", "strokes": json.dumps(life.STROKES)}
    answers = [signing.client.post(signing.url("sign/write/"), empty).status_code for _time in range(11)]
    assert answers == [422] * 10 + [429]


def test_in_wechat_a_file_is_looked_at_and_mailed(signing: Customer, drain_jobs: Drain) -> None:
    document = task_of(signing).document
    page = f"documents/{document.code}/"
    outside = signing.get(page).content.decode()
    assert "file.pdf" in outside
    inside = signing.client.get(signing.url(page), headers={"User-Agent": WECHAT}).content.decode()
    assert "file.pdf" not in inside
    assert "page-1.webp" in inside
    assert "您正在微信里打开" in inside
    assert signing.url("resume/") in inside
    signing.client.post(signing.url(f"{page}mail/"), {"email": "nobody"})
    assert not Notice.objects.filter(template="document_mail").exists()
    signing.client.post(signing.url(f"{page}mail/"), {"email": "ruoqing@example.cn"})
    drain_jobs()
    sent = Notice.objects.get(template="document_mail")
    assert (sent.channel, sent.content["to"], len(sent.content["files"])) == ("mail", "ruoqing@example.cn", 1)
    (event,) = [one for one in events("case", signing.case.id) if one.type == "document.mailed"]
    assert event.public["revision"] == document.revisions.get().sha256
    answers = [signing.client.post(signing.url(f"{page}mail/"), {"email": "a@example.cn"}).status_code for _time in range(4)]
    assert answers[-1] == 429


def test_correcting_makes_a_new_confirmation_and_voids_the_old_tab(signing: Customer) -> None:
    old = task_of(signing)
    signing.client.post(signing.url("reopen/"))
    assert signing.case.state == State.APPLYING
    assert signing.get("sign/")["Location"] == signing.url()
    left_open = {"digest": old.shown_digest, "reason": "再考虑"}
    assert "已经作废" in signing.client.post(signing.url("sign/"), left_open, follow=True).content.decode()
    signing.fill_in()
    signing.answer_health()
    signing.confirm()
    signing.post("confirmation/")
    assert task_of(signing).id != old.id
    for page in ("sign/", "sign/write/", "sign/refuse/"):
        late = signing.client.post(signing.url(page), left_open, follow=True)
        assert late.redirect_chain == [(signing.url("sign/"), 302)], page
        assert "已经更新" in late.content.decode()
    told = [one.public for one in events("case", signing.case.id) if one.type == "signature.other_document"]
    assert {one["said"] for one in told} == {old.shown_digest}
    assert [one["shown"] for one in told] == ["", *[task_of(signing).shown_digest] * 3]
    assert task_of(signing).state == TaskState.OPEN


def test_a_refusal_ends_it_with_its_reason(signing: Customer) -> None:
    digest = task_of(signing).shown_digest
    assert signing.post("sign/refuse/", {"digest": digest, "reason": " "}).status_code == 422
    signing.post("sign/refuse/", {"digest": digest, "reason": "再考虑"})
    assert signing.case.state == State.WITHDRAWN
    assert signing.get().status_code == 200


def test_not_me_while_signing(signing: Customer, drain_jobs: Drain) -> None:
    signing.client.post(signing.url("not-me/"))
    assert signing.get("sign/")["Location"] == signing.url("stopped/")
    drain_jobs()
    assert not_me.is_stopped(signing.case)


class TestTwoSigners:
    @pytest.fixture
    def couple(self, platform: Insurer) -> Customer:
        def sign() -> Customer:
            made = Customer(insured="spouse")
            made.apply()
            made.sign()
            return made

        return snapshots.state("portal, one of two has signed", sign)

    def test_the_insured_signs_herself_on_her_own_phone(self, couple: Customer, drain_jobs: Drain) -> None:
        drain_jobs()
        assert couple.case.state == State.SIGNING
        assert "等待其他人签署" in couple.get().content.decode()
        insured = CaseParty.objects.get(case=couple.case, role="insured")
        phone = insured.personal["phone"]
        hers = Customer(insured="spouse")
        hers.number = couple.number
        hers.client.post("/s/", {"pickup": pickup_to(phone, "sign_link")})
        hers.client.post("/s/phone/", {"send": "1"})
        hers.client.post("/s/phone/", {"code": code_to(phone)})
        assert "请您签署投保确认书" in hers.get().content.decode()
        # Her own consents and check come first; the applicant's pages are not hers.
        assert hers.get("sign/")["Location"] == hers.url("signer/consents/")
        assert hers.get("application/").status_code == 404
        assert hers.client.post(hers.url("reopen/")).status_code == 404
        assert hers.post("signer/consents/").status_code == 422
        hers.post("signer/consents/", {f"consent.{item.key}": "yes" for item in hers.definition.consents})
        hers.post("signer/identity/")
        assert hers.sign(phone)["Location"] == hers.url("sign/status/")
        drain_jobs()
        assert couple.case.state == State.AWAITING_PAYMENT
        assert hers.get("pay/").status_code == 404
        # Nobody but the policyholder is told to pay.
        assert "等待投保人缴费" in hers.get().content.decode()
        assert "请在此之前缴费" not in hers.get().content.decode()
        assert "核保通过，请缴费" in couple.get().content.decode()

    def test_the_applicant_sees_who_is_missing_and_may_remind(self, couple: Customer, drain_jobs: Drain) -> None:
        drain_jobs()
        insured = CaseParty.objects.get(case=couple.case, role="insured")
        page = couple.get().content.decode()
        assert insured.personal["name"] not in page
        assert couple.url(f"remind/{insured.id}/") in page
        couple.client.post(couple.url(f"remind/{insured.id}/"))
        assert pickup_to(insured.personal["phone"], "link_resent")
        stranger = CaseParty.objects.get(case=couple.case, role="policyholder")
        assert couple.client.post(couple.url(f"remind/{stranger.id}/")).status_code == 409


class TestUnderwriting:
    @pytest.fixture
    def referred(self, platform: Insurer, drain_jobs: Drain) -> Customer:
        """Return a customer whose answers need a person's look."""

        def refer() -> Customer:
            made = Customer()
            made.start()
            made.consent()
            made.fill_in()
            made.answer_health(**{"hypertension.answer": "yes", "hypertension.detail": "2020 年起服药，血压稳定"})
            made.confirm()
            made.prove_phone()
            made.post("confirmation/")
            made.sign()
            drain_jobs()
            assert made.case.state == State.UNDERWRITING
            return made

        return snapshots.state("portal, referred", refer)

    def test_a_question_is_answered_on_its_page(self, referred: Customer) -> None:
        underwriting.ask_for_more(case_id=referred.case.id, staff=life.staff("underwriter"), question="请说明最近一次血压。")
        assert "请说明最近一次血压" in referred.get("information/").content.decode()
        assert referred.post("information/", {"answer": " "}).status_code == 422
        referred.post("information/", {"answer": "128/82"})
        assert referred.case.state == State.UNDERWRITING

    def test_changed_terms_are_signed_again(self, referred: Customer, drain_jobs: Drain) -> None:
        staff = life.staff("underwriter", level=2)
        underwriting.decide(case_id=referred.case.id, staff=staff, conclusion="modify", reason="高血压", loading_per_mille=250)
        drain_jobs()
        assert referred.case.state == State.OFFERED
        assert "有新的承保条件" in referred.get().content.decode()
        referred.sign()
        drain_jobs()
        assert referred.case.state == State.AWAITING_PAYMENT

    def test_a_refused_applicant_gets_the_notice(self, referred: Customer, drain_jobs: Drain) -> None:
        staff = life.staff("underwriter", level=3) or life.staff("underwriter", level=2)
        underwriting.decide(case_id=referred.case.id, staff=staff, conclusion="decline", reason="风险超出承保范围")
        drain_jobs()
        page = referred.get()
        assert "未获承保" in page.content.decode()
        assert [item["document"].kind for item in page.context["documents"]] == ["confirmation", "application", "decision_notice"]

"""Seals at the desk: grants by two people, freezing, the register."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests import factories
from tests.core.typeset.photographs import photograph
from tests.passkeys import keeper_here, phone_of
from vermilion.apps.chronicle.models import EvidenceEvent
from vermilion.apps.identity import codes
from vermilion.apps.notices.models import Notice
from vermilion.apps.parties.models import Role
from vermilion.apps.seals import services
from vermilion.apps.seals.models import CertificateRecord, Seal, SealGrant, SealPermission, SealUse
from vermilion.base import clock
from vermilion.core.typeset import company_seal
from vermilion.core.typeset.pictures import page_texts

pytestmark = pytest.mark.django_db
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 42 42"><circle cx="21" cy="21" r="20"/></svg>'
DIGEST = "ab" * 32
HERE = {"headers": {"Host": "localhost"}}


@pytest.fixture
def seal():
    moment = clock.now()
    period = {"valid_from": moment - timedelta(days=1), "valid_to": moment + timedelta(days=30)}
    made = services.create_seal(insurer_id=factories.insurer().id, kind="policy", name="保单专用章", picture=SVG, **period)
    certificate = CertificateRecord.objects.create(
        profile="seal", serial="0a1b", sha256=DIGEST, subject_id=made.id, not_before=period["valid_from"], not_after=period["valid_to"]
    )
    made.certificate, made.state = certificate, Seal.State.ACTIVE
    made.save()
    return made


def ask(browser, of, **changes):
    form = {"seal": of.id, "document_kinds": ["policy"], "daily_limit": 100, "days": 90, "reason": "日常出单", "max_yuan": 500000}
    return browser.post(reverse("console:grant_request"), form | changes)


def approve(browser, grant, phone, **changes):
    """Do what the phone's page does; return the answer."""
    asked = browser.post(reverse("approval:grant_ask", args=[grant.id]), **HERE)
    if asked.status_code != 200:
        return asked
    form = phone.form(asked.json()) | {"shown_digest": grant.terms_digest, **changes}
    return browser.post(reverse("approval:grant_approve", args=[grant.id]), form, **HERE)


def test_a_grant_is_approved_on_the_phone_by_two_others_one_of_them_an_approver(seal):
    clerk, colleague = factories.browser_of(Role.CLERK), factories.browser_of(Role.CUSTODIAN)
    compliance, approver = factories.browser_of(Role.COMPLIANCE), factories.browser_of(Role.APPROVER)
    phones = {browser: phone_of(browser.staff.user) for browser in (colleague, compliance, approver)}
    assert ask(clerk, seal)["Location"] == "/console/seals/mine/"
    grant = SealGrant.objects.get()
    assert grant.max_amount == 50_000_000
    assert Notice.objects.filter(template="approval_asked").count() == 1
    assert clerk.get(reverse("approval:grant", args=[grant.id])).status_code == 403
    page = approver.get(reverse("approval:grant", args=[grant.id]), **HERE).content.decode()
    for part in ("电子保单", "日常出单", grant.terms_digest, clerk.staff.name, "批准授权"):
        assert part in page
    assert str(grant.id) in approver.get("/a/").content.decode()
    assert approve(colleague, grant, phones[colleague], shown_digest=DIGEST).status_code == 422
    assert approve(colleague, grant, phones[colleague]).status_code == 302
    assert approve(colleague, grant, phones[colleague]).status_code == 403
    assert approve(compliance, grant, phones[compliance]).status_code == 403
    assert "还需要" not in clerk.get("/console/seals/mine/").content.decode()
    assert approve(approver, grant, phones[approver])["Location"] == "/a/"
    grant.refresh_from_db()
    assert (grant.state, grant.first_proof["method"], grant.second_proof["method"]) == ("active", "passkey", "passkey")
    assert "生效" in clerk.get("/console/seals/mine/").content.decode()
    assert approve(approver, grant, phones[approver]).status_code == 409


def test_a_code_by_sms_stands_for_one_person_and_these_terms_and_is_marked_weaker(seal, monkeypatch):
    keeper_here(monkeypatch)
    values = iter((123456, 654321))
    monkeypatch.setattr(codes.secrets, "randbelow", lambda _most: next(values))
    approver, second = factories.browser_of(Role.APPROVER), factories.browser_of(Role.COMPLIANCE)
    ask(factories.browser_of(Role.CUSTODIAN), seal)
    grant = SealGrant.objects.get()
    path = reverse("approval:grant_approve", args=[grant.id])
    for browser in (approver, second):
        browser.post(reverse("approval:grant_code", args=[grant.id]))
    code = "123456"
    assert second.post(path, {"sms": code, "shown_digest": grant.terms_digest}).status_code == 422
    assert approver.post(path, {"sms": code, "shown_digest": DIGEST}).status_code == 422
    assert approver.post(path, {"sms": code, "shown_digest": grant.terms_digest}).status_code == 302
    grant.refresh_from_db()
    assert (grant.first_approver, grant.first_proof["method"]) == (approver.staff, "password+sms")
    assert "弱于通行密钥" in approver.get(reverse("approval:grant", args=[grant.id])).content.decode()
    factories.insurer().__class__.objects.update(passkeys_required=True)
    assert second.post(reverse("approval:grant_code", args=[grant.id])).status_code in (302, 403)
    assert Notice.objects.filter(template="code").count() == 2


def test_a_grant_is_turned_down_with_a_reason(seal):
    approver, custodian = factories.browser_of(Role.APPROVER), factories.browser_of(Role.CUSTODIAN)
    ask(custodian, seal)
    path = reverse("approval:grant_reject", args=[SealGrant.objects.get().id])
    assert approver.post(path, {"reason": " "}).status_code == 422
    assert approver.post(path, {"reason": "限额过高"}).status_code == 302
    assert SealGrant.objects.get().state == "rejected"
    assert "限额过高" in custodian.get("/console/seals/mine/").content.decode()


@pytest.mark.parametrize("changes", [{"daily_limit": 0}, {"days": 1000}, {"document_kinds": ["x"]}, {"reason": ""}, {"seal": "x"}])
def test_a_wrong_request_is_refused_at_its_field(seal, changes):
    answer = ask(factories.browser_of(Role.CUSTODIAN), seal, **changes)
    assert answer.status_code == 422
    assert next(iter(changes)) in answer.context["form"].errors
    assert not SealGrant.objects.exists()


def test_freezing_acts_at_once_and_needs_a_reason(seal):
    custodian = factories.browser_of(Role.CUSTODIAN)
    path = reverse("console:seal_freeze", args=[seal.id])
    custodian.post(path, {"reason": " "})
    seal.refresh_from_db()
    assert seal.state == Seal.State.ACTIVE
    custodian.post(path, {"reason": "手机遗失，核查中"})
    seal.refresh_from_db()
    assert (seal.state, seal.state_reason) == (Seal.State.FROZEN, "手机遗失，核查中")
    custodian.post(reverse("console:seal_unfreeze", args=[seal.id]), {"reason": "核查完毕"})
    seal.refresh_from_db()
    assert seal.state == Seal.State.ACTIVE


def test_a_certificate_that_ends_soon_is_announced(seal):
    assert "证书即将到期" in factories.browser_of(Role.CUSTODIAN).get("/console/seals/").content.decode()


def test_the_register_is_searched_and_exported(seal):
    case = factories.case_in("awaiting_payment")
    ask(factories.browser_of(Role.CUSTODIAN), seal)
    permission = SealPermission.objects.create(
        kind="grant", seal=seal, grant=SealGrant.objects.get(), case=case.id, document=case.documents.get().id, document_kind="policy",
        shown_digest=DIGEST, template_digest=DIGEST, data_digest=DIGEST, expires_at=clock.now(),
    )  # fmt: skip
    SealUse.objects.create(
        permission=permission, seal=seal, state="failed", shown_digest=DIGEST, error="timestamp_unavailable", started_at=clock.now()
    )
    custodian = factories.browser_of(Role.CUSTODIAN)
    assert "timestamp_unavailable" in custodian.get("/console/seals/uses/", {"q": case.number}).content.decode()
    assert "timestamp_unavailable" not in custodian.get("/console/seals/uses/", {"q": "T00000000"}).content.decode()
    lines = b"".join(custodian.get("/console/seals/uses/export.csv").streaming_content).decode()
    assert case.number in lines
    assert DIGEST in lines


def test_another_insurers_seals_do_not_exist(seal):
    stranger = factories.browser_of(Role.CUSTODIAN, of=factories.insurer("other"))
    assert seal.name not in stranger.get("/console/seals/").content.decode()
    assert stranger.post(reverse("console:seal_freeze", args=[seal.id]), {"reason": "x"}).status_code == 404
    assert ask(stranger, seal).status_code == 422


def test_a_photograph_becomes_the_picture_of_a_frozen_seal_only(seal):
    custodian, clerk = factories.browser_of(Role.CUSTODIAN), factories.browser_of(Role.CLERK)
    photo = photograph(company_seal("华岳人寿保险股份有限公司", subtitle="保单专用章"))
    paths = [reverse(f"console:{name}", args=[seal.id]) for name in ("seal_picture", "seal_picture_set")]

    def upload(browser, data=photo):
        return browser.post(paths[0], {"photo": SimpleUploadedFile("seal.jpg", data, "image/jpeg")})

    assert upload(clerk).status_code == 403
    assert upload(custodian, b"no picture").status_code == 422
    shown = upload(custodian)
    assert shown.status_code == 200
    token = shown.context["shown"]
    custodian.post(paths[1], {"shown": token})  # still in use
    seal.refresh_from_db()
    assert seal.picture == SVG
    services.freeze(seal_id=seal.id, reason="更换图样")
    for wrong in ("", "x", token[:-2]):
        custodian.post(paths[1], {"shown": wrong})
    seal.refresh_from_db()
    assert seal.picture == SVG
    assert custodian.post(paths[1], {"shown": token}).status_code == 302
    custodian.post(paths[1], {"shown": token})
    seal.refresh_from_db()
    assert seal.picture.startswith("<svg")
    assert "image/png" in seal.picture
    events = EvidenceEvent.objects.filter(stream__subject=seal.id, type="seal.pictured")
    assert events.count() == 1
    assert "照片更换图样" in custodian.get(reverse("console:seal", args=[seal.id])).content.decode()
    # Nobody alone gives a seal another picture and sets it with that.
    refused = custodian.post(reverse("console:seal_unfreeze", args=[seal.id]), {"reason": "换好了"})
    assert "不能由您恢复使用" in refused.content.decode() or "不能由您恢复使用" in custodian.get("/console/seals/").content.decode()
    seal.refresh_from_db()
    assert seal.state == Seal.State.FROZEN
    factories.browser_of(Role.COMPLIANCE).post(reverse("console:seal_unfreeze", args=[seal.id]), {"reason": "核对无误"})
    seal.refresh_from_db()
    assert (seal.state, seal.pictured_by) == (Seal.State.ACTIVE, None)
    other = services.create_seal(
        insurer_id=seal.insurer_id, kind="claim", name="理赔专用章", picture=SVG, valid_from=seal.valid_from, valid_to=seal.valid_to
    )
    custodian.post(reverse("console:seal_picture_set", args=[other.id]), {"shown": token})  # shown for another seal
    other.refresh_from_db()
    assert other.picture == SVG


def test_the_desk_shows_what_waits_and_an_urgent_increase_goes_to_the_phone(seal):
    custodian, approver = factories.browser_of(Role.CUSTODIAN), factories.browser_of(Role.APPROVER)
    ask(custodian, seal)
    assert "用印授权 · 保单专用章" in custodian.get("/console/seals/desk/").content.decode()
    moment = clock.now()
    grant = SealGrant.objects.get()
    people = {"first_approver": approver.staff, "second_approver": factories.staff(Role.COMPLIANCE), "first_proof": {}, "second_proof": {}}
    SealGrant.objects.filter(pk=grant.pk).update(state="active", **people)
    permission = SealPermission.objects.create(
        kind="grant", seal=seal, grant=grant, document=grant.pk, document_kind="policy", shown_digest=DIGEST,
        template_digest=DIGEST, data_digest=DIGEST, expires_at=moment,
    )  # fmt: skip
    facts = {"state": "stored", "shown_digest": DIGEST, "certificate_serial": "0a1b", "started_at": moment, "signed_at": moment}
    SealUse.objects.create(permission=permission, seal=seal, grant=grant, **facts)
    page = custodian.get("/console/seals/desk/").content.decode()
    assert "已用 1 / 100 次" in page
    assert 'aria-label="保单专用章 1"' in page
    assert "没有待处理" in page
    assert custodian.post(reverse("console:grant_increase", args=[grant.id]), {"extra": "x", "reason": "月末"}).status_code == 409
    assert custodian.post(reverse("console:grant_increase", args=[grant.id]), {"extra": "50", "reason": "月末"}).status_code == 302
    increase = grant.increases.get()
    assert "+50" in approver.get("/a/").content.decode()
    here = {"headers": {"Host": "localhost"}}
    phone = phone_of(approver.staff.user)
    asked = approver.post(reverse("approval:increase_ask", args=[increase.id, "approve"]), **here).json()
    form = phone.form(asked) | {"shown_digest": increase.digest}
    assert approver.get(reverse("approval:increase", args=[increase.id]), **here).status_code == 200
    refuse = reverse("approval:increase_decide", args=[increase.id, "refuse"])
    assert approver.post(refuse, form, **here).status_code == 422, "an approval is no refusal"
    asked = approver.post(reverse("approval:increase_ask", args=[increase.id, "approve"]), **here).json()
    form = phone.form(asked) | {"shown_digest": increase.digest}
    approver.post(reverse("approval:increase_decide", args=[increase.id, "approve"]), form, **here)
    increase.refresh_from_db()
    assert (increase.state, increase.decided_by) == ("approved", approver.staff)
    assert "/ 150 次" in custodian.get("/console/seals/desk/").content.decode()
    lines = b"".join(custodian.get("/console/seals/uses/export.csv").streaming_content).decode()
    assert f"{custodian.staff.name},{approver.staff.name}" in lines


def test_the_sheet_of_a_seal_prints(seal):
    answer = factories.browser_of(Role.CUSTODIAN).get(reverse("console:seal_sheet", args=[seal.id]))
    (text,) = page_texts(answer.content)
    for part in ("印章卡片", "保单专用章", "0a1b", "登记", "实际大小 42 mm"):
        assert part in text

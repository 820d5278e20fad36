"""A seal's certificates at the desk: what is shown, and revoking by two people."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from tests import factories
from tests.web.console.test_seals import DIGEST, SVG, seal  # noqa: F401 - a fixture
from vermilion.apps.chronicle.models import EvidenceEvent
from vermilion.apps.notices.models import Notice
from vermilion.apps.parties.models import Role
from vermilion.apps.seals import doubting
from vermilion.apps.seals.models import CertificateRecord, DoubtDraft, RevocationRequest, Seal, SealPermission, SealUse
from vermilion.apps.signing.applying import applicant
from vermilion.base import clock

pytestmark = pytest.mark.django_db
SINCE = "2026-01-02T08:30"


def ask(browser, of, **changes):
    form = {"code": "keyCompromise", "reason": "笔记本丢失", "suspected_since": SINCE}
    return browser.post(reverse("console:revocation_request", args=[of.id, of.certificate_id]), form | changes)


def page(browser, of):
    answer = browser.get(reverse("console:seal", args=[of.id]))
    assert answer.status_code == 200
    return answer.content.decode()


def use(of, at, case=None):
    about = {"case": case, "document": uuid.uuid4(), "document_kind": "policy", "shown_digest": DIGEST, "expires_at": at}
    permission = SealPermission.objects.create(kind="approval", seal=of, basis=uuid.uuid4(), approved_by=uuid.uuid4(), proof={}, **about)
    facts = {"shown_digest": DIGEST, "certificate_serial": of.certificate.serial, "started_at": at, "signed_at": at, "stored_at": at}
    return SealUse.objects.create(permission=permission, seal=of, state="stored", revision_digest=uuid.uuid4().hex * 2, **facts)


def test_two_people_revoke_and_see_what_was_sealed_since(seal):  # noqa: F811
    custodian, compliance = factories.browser_of(Role.CUSTODIAN), factories.browser_of(Role.COMPLIANCE)
    moment = datetime.fromisoformat(SINCE).replace(tzinfo=clock.SHANGHAI)
    before, after = use(seal, moment - timedelta(minutes=1)), use(seal, moment + timedelta(minutes=1))
    shown = page(custodian, seal)
    assert seal.certificate.serial in shown
    assert "正在使用" in shown
    assert after.revision_digest not in shown
    assert ask(custodian, seal).status_code == 302
    asked = RevocationRequest.objects.get()
    assert (asked.suspected_since, asked.code, asked.requested_by) == (moment, "keyCompromise", custodian.staff)
    confirm = reverse("console:revocation_confirm", args=[asked.id])
    # Whoever asked can't confirm; nothing is revoked, and asking again makes no second request.
    assert "复核并吊销" not in page(custodian, seal)
    assert custodian.post(confirm).status_code == 403
    assert ask(compliance, seal).status_code == 302
    assert RevocationRequest.objects.count() == 1
    assert CertificateRecord.objects.get().revoked_at is None
    waiting = page(compliance, seal)
    assert "复核并吊销" in waiting
    assert after.revision_digest in waiting
    assert before.revision_digest not in waiting

    assert compliance.post(confirm).status_code == 302
    record, stopped = CertificateRecord.objects.get(), Seal.objects.get()
    assert (record.revocation_code, record.revocation_reason, record.suspected_since) == ("keyCompromise", "笔记本丢失", moment)
    assert (record.revoked_by, stopped.state) == (compliance.staff, "frozen")
    done = page(custodian, seal)
    assert "已吊销" in done
    assert after.revision_digest in done
    assert "申请吊销这张证书" not in done
    assert compliance.post(confirm).status_code == 409
    assert ask(custodian, seal).status_code == 409
    types = EvidenceEvent.objects.filter(stream__subject=seal.id).order_by("seq").values_list("type", flat=True)
    assert list(types)[-2:] == ["certificate.revocation_requested", "certificate.revoked"]


def test_holders_are_told_by_compliance_from_drafts_only(seal):  # noqa: F811
    custodian, compliance = factories.browser_of(Role.CUSTODIAN), factories.browser_of(Role.COMPLIANCE)
    told, left = factories.case_in("delivered"), factories.case_in("delivered")
    moment = datetime.fromisoformat(SINCE).replace(tzinfo=clock.SHANGHAI)
    for case, at in ((told, moment), (told, moment + timedelta(hours=1)), (left, moment), (None, moment)):
        use(seal, at, case.pk if case else None)
    use(seal, moment - timedelta(minutes=1), factories.case_in("delivered").pk)
    ask(custodian, seal)
    compliance.post(reverse("console:revocation_confirm", args=[RevocationRequest.objects.get().pk]))
    record = CertificateRecord.objects.get()
    assert (doubting.draft(certificate_id=record.pk), doubting.draft(certificate_id=record.pk)) == (2, 2)
    drafts = {draft.case_id: draft for draft in DoubtDraft.objects.all()}
    assert {key: draft.documents for key, draft in drafts.items()} == {told.pk: 2, left.pk: 1}
    before = Notice.objects.count()
    shown = compliance.get(reverse("console:seal_drafts", args=[seal.pk])).content.decode()
    assert told.number in shown
    assert "所用印章证书已吊销" in shown
    assert custodian.get(reverse("console:seal_drafts", args=[seal.pk])).status_code == 403
    send = reverse("console:seal_draft", args=[drafts[told.pk].pk, "send"])
    assert (compliance.post(send).status_code, compliance.post(send).status_code) == (302, 409)
    assert compliance.post(reverse("console:seal_draft", args=[drafts[left.pk].pk, "discard"])).status_code == 302
    assert Notice.objects.count() == before + 1
    assert Notice.objects.filter(template="seal_doubt").get().case == told
    types = list(EvidenceEvent.objects.filter(stream__subject=seal.id).order_by("seq").values_list("type", flat=True))
    assert types[-2:] == ["certificate.notice_sent", "certificate.notice_discarded"]


def test_notices_are_sent_as_a_list_after_a_second_look_and_each_tells_its_true_state(seal):  # noqa: F811
    compliance = factories.browser_of(Role.COMPLIANCE)
    cases = [factories.case_in("delivered") for _time in range(3)]
    record, moment = seal.certificate, clock.now()
    drafts = [DoubtDraft.objects.create(certificate=record, seal=seal, case=case, documents=1, drafted_at=moment) for case in cases]
    nobody = cases[1].parties.get(pk=applicant(cases[1]).pk)
    nobody.personal = {**nobody.personal, "phone": ""}
    nobody.save()
    path, ids = reverse("console:seal_drafts_decide", args=[seal.pk]), [str(draft.pk) for draft in drafts[:2]]
    before = Notice.objects.count()
    asked = compliance.post(path, {"decision": "send", "draft": [*ids, "nonsense"]}).content.decode()
    assert [case.number in asked for case in cases] == [True, True, False]
    assert (Notice.objects.count(), DoubtDraft.objects.filter(state="draft").count()) == (before, 3), "nothing without the second look"
    for _time in range(2):  # a page sent twice does nothing twice
        told = compliance.post(path, {"decision": "send", "draft": ids, "confirmed": "1"}).content.decode()
        assert "已发送 1 份，不发送 0 份，仍待决定 1 份" in told
        assert "没有可以告知的手机号" in told
    assert "已经发送或者决定不发送" in told
    assert Notice.objects.count() == before + 1
    compliance.post(path, {"decision": "discard", "all": "1", "confirmed": "1"})
    assert [draft.state for draft in DoubtDraft.objects.order_by("pk") if draft.pk != drafts[0].pk] == ["discarded"] * 2
    stranger = factories.browser_of(Role.COMPLIANCE, of=factories.insurer("other"))
    assert stranger.post(path, {"decision": "send", "draft": ids, "confirmed": "1"}).status_code == 404
    assert compliance.post(path, {"decision": "burn", "draft": ids}).status_code == 404


def test_a_request_is_turned_down_with_a_reason(seal):  # noqa: F811
    custodian = factories.browser_of(Role.CUSTODIAN)
    ask(custodian, seal)
    asked = RevocationRequest.objects.get()
    address = reverse("console:revocation_reject", args=[asked.id])
    custodian.post(address, {"reason": " "})
    asked.refresh_from_db()
    assert asked.state == "requested"
    custodian.post(address, {"reason": "笔记本找到了"})  # who asked may take it back
    asked.refresh_from_db()
    assert asked.state == "rejected"
    assert CertificateRecord.objects.get().revoked_at is None
    assert factories.browser_of(Role.COMPLIANCE).post(reverse("console:revocation_confirm", args=[asked.id])).status_code == 409
    assert ask(custodian, seal).status_code == 302
    assert RevocationRequest.objects.filter(state="requested").count() == 1


def test_the_present_certificate_stands_first_and_the_form_says_what_revoking_means(seal):  # noqa: F811
    facts = {"profile": "organisation", "sha256": DIGEST[::-1], "not_before": seal.valid_from, "not_after": seal.valid_to}
    CertificateRecord.objects.create(serial="ffff", subject_id=seal.id, **facts)
    shown = page(factories.browser_of(Role.CUSTODIAN), seal)
    assert shown.index(seal.certificate.serial) < shown.index("ffff")
    assert shown.index("申请吊销这张证书") < shown.index("吊销不可恢复") < shown.index("提交吊销申请")


WRONG = [("code", "because"), ("reason", ""), ("reason", "x" * 201), ("suspected_since", "yesterday")]
WRONG.append(("suspected_since", "2999-01-01T00:00"))


@pytest.mark.parametrize(("field", "value"), WRONG)
def test_a_wrong_request_is_refused(seal, field, value):  # noqa: F811
    assert ask(factories.browser_of(Role.CUSTODIAN), seal, **{field: value}).status_code == 422
    assert not RevocationRequest.objects.exists()


def test_the_database_wants_two_people_too(seal):  # noqa: F811
    custodian = factories.browser_of(Role.CUSTODIAN)
    ask(custodian, seal)
    with pytest.raises(IntegrityError), transaction.atomic():
        RevocationRequest.objects.update(state="done", decided_by=custodian.staff)
    with pytest.raises(IntegrityError), transaction.atomic():
        RevocationRequest.objects.update(state="done")


def test_seals_of_others_do_not_exist(seal):  # noqa: F811
    ask(factories.browser_of(Role.CUSTODIAN), seal)
    stranger = factories.browser_of(Role.COMPLIANCE, of=factories.insurer("other"))
    asked = RevocationRequest.objects.get()
    assert stranger.get(reverse("console:seal", args=[seal.id])).status_code == 404
    assert ask(stranger, seal).status_code == 404
    assert stranger.post(reverse("console:revocation_confirm", args=[asked.id])).status_code == 404
    # Nor does a certificate that is not this seal's.
    other = CertificateRecord.objects.create(
        profile="tsa", serial="ff", sha256="cd" * 32, not_before=clock.now(), not_after=clock.now() + timedelta(days=1)
    )
    address = reverse("console:revocation_request", args=[seal.id, other.id])
    assert factories.browser_of(Role.CUSTODIAN).post(address, {"code": "superseded", "reason": "x"}).status_code == 404


def test_an_approver_sees_and_decides_nothing_here(seal):  # noqa: F811
    ask(factories.browser_of(Role.CUSTODIAN), seal)
    approver = factories.browser_of(Role.APPROVER)
    shown = page(approver, seal)
    assert "申请吊销（密钥可能泄露）" in shown
    assert "复核并吊销" not in shown
    assert SVG not in shown

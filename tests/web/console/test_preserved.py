"""Long-term copies in the console: named on the case page, taken away by who may see documents, on record."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from tests import factories
from vermilion.apps.archive.models import PreservedFile, PreservingFault
from vermilion.apps.cases.transitions import State
from vermilion.apps.chronicle.queries import events
from vermilion.apps.parties.models import Role
from vermilion.base import blobs, clock
from vermilion.base.canonical import sha256

pytestmark = pytest.mark.django_db
COPY = b"%PDF-1.7 delivered, and what proves it"


@pytest.fixture
def kept() -> PreservedFile:
    case = factories.case_in(State.DELIVERED)
    document = factories.paper(case, "policy", kind_of_revision="sealed")
    key = f"cases/{case.id}/{document.id}/preserved-{sha256(COPY)}.pdf"
    blobs.put(key, COPY, data_key=case.data_key)
    moment = clock.now()
    return PreservedFile.objects.create(
        document=document,
        number=2,
        level="B-LTA",
        signed_sha256="0" * 64,
        sha256=sha256(COPY),
        size=len(COPY),
        blob_key=key,
        timestamped_until=moment + timedelta(days=900),
        created_at=moment,
    )


def test_the_copy_is_named_and_handed_out_on_record(kept):
    case, browser = kept.document.case, factories.browser_of(Role.CLERK)
    address = reverse("console:document_preserved", args=[kept.document_id, 2])
    until = f"{kept.timestamped_until.astimezone(clock.SHANGHAI):%Y-%m-%d}"
    for page in (reverse("console:case", args=[case.number]), reverse("console:document", args=[kept.document_id])):
        shown = browser.get(page).content.decode()
        assert "B-LTA" in shown
        assert f"可验至 {until}" in shown
        assert address in shown
    answer = browser.get(address)
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, COPY, "application/pdf")
    assert "preserved" in [event.public["what"] for event in events("case", case.id) if event.type == "access.staff"]
    assert browser.get(reverse("console:document_preserved", args=[kept.document_id, 1])).status_code == 404


def test_the_service_desk_sees_that_there_is_one_and_gets_no_file(kept):
    browser = factories.browser_of(Role.SERVICE_DESK)
    shown = browser.get(reverse("console:case", args=[kept.document.case.number])).content.decode()
    assert "B-LTA" in shown
    assert "preserved/" not in shown
    assert browser.get(reverse("console:document_preserved", args=[kept.document_id, 2])).status_code == 403


def test_a_copy_that_was_changed_is_not_handed_out(kept):
    PreservedFile.objects.filter(pk=kept.pk).update(sha256="1" * 64)
    answer = factories.browser_of(Role.CLERK).get(reverse("console:document_preserved", args=[kept.document_id, 2]))
    assert answer.status_code >= 400
    assert COPY not in answer.content


def fault_of(document, **changes):
    moment = clock.now()
    facts = {"code": "revocation_unavailable", "detail": "http://ca.example.cn/a.crl: ConnectTimeout"}
    return PreservingFault.objects.create(document=document, **facts, tries=7, since=moment, last_at=moment, **changes)


def test_the_documents_page_says_why_there_is_no_copy(kept):
    fault = fault_of(kept.document)
    browser = factories.browser_of(Role.COMPLIANCE)
    shown = browser.get(reverse("console:document", args=[kept.document_id])).content.decode()
    assert "已试 7 次：取不到证书吊销信息" in shown
    assert fault.detail in shown
    assert "不会降低等级保存" in shown
    browser.cookies["django_language"] = "en"
    assert "No revocation information" in browser.get(reverse("console:document", args=[kept.document_id])).content.decode()


def test_compliance_looks_at_what_no_retry_mends(kept):
    fault_of(kept.document)
    browser, page = factories.browser_of(Role.COMPLIANCE), reverse("console:preserving")
    look = reverse("console:preserving_look", args=[kept.document_id])
    assert "待核查" in browser.get(page).content.decode()
    assert browser.post(look, {"why": " "}).status_code == 422
    assert PreservingFault.objects.get().looked_at is None
    assert browser.post(look, {"why": "<b>已重新出单</b>"}).status_code == 302
    fault = PreservingFault.objects.get()
    assert (fault.looked_by, fault.looked_why) == (browser.staff, "<b>已重新出单</b>")
    for address in (page, reverse("console:document", args=[kept.document_id])):
        shown = browser.get(address).content.decode()
        assert "已核查" in shown
        assert browser.staff.name in shown
        assert "&lt;b&gt;已重新出单" in shown
    # Another company's people neither see it nor mark it.
    stranger = factories.browser_of(Role.COMPLIANCE, of=factories.insurer("other"))
    assert kept.document.case.number not in stranger.get(page).content.decode()
    assert stranger.post(look, {"why": "x"}).status_code == 404
    # It was mended meanwhile.
    PreservingFault.objects.all().delete()
    assert browser.post(look, {"why": "x"}).status_code == 404
    assert "没有缺少副本的文件" in browser.get(page).content.decode()

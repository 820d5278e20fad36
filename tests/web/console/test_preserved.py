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


def test_the_documents_page_says_why_there_is_no_copy(kept):
    moment = clock.now()
    facts = {"code": "revocation_unavailable", "reason": "取不到证书吊销信息。", "detail": "http://ca.example.cn/a.crl: ConnectTimeout"}
    PreservingFault.objects.create(document=kept.document, **facts, tries=7, since=moment, last_at=moment)
    shown = factories.browser_of(Role.COMPLIANCE).get(reverse("console:document", args=[kept.document_id])).content.decode()
    assert "已试 7 次：取不到证书吊销信息" in shown
    assert facts["detail"] in shown
    assert "不会降低等级保存" in shown

"""签名证据摘要: one signature on one page, from the checked chain, for those who may see it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse

from tests import factories, life
from tests.snapshots import guards_asleep
from vermilion.apps.archive.signature_summary import summary
from vermilion.apps.cases.models import Case
from vermilion.apps.chronicle.errors import ChainBroken
from vermilion.apps.chronicle.models import EvidenceEvent
from vermilion.apps.chronicle.queries import events
from vermilion.apps.parties.models import Insurer, Role
from vermilion.apps.signing.models import SigningTask

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def case(platform: Insurer, drain_jobs: Callable[[], int]) -> Case:
    return life.signed("critical_illness", drain_jobs, first=True)


def test_a_signature_fits_on_a_page_with_all_that_an_expert_asks(case: Case) -> None:
    task = SigningTask.objects.get(case=case)
    told = summary(task)
    assert [fact.title for fact in told.facts if fact.title != "授权同意"] == [
        "身份核验", "打开文件", "阅读", "验证码", "验证码", "意愿", "提交签名", "写入文件",
    ]  # fmt: skip
    chain = {event.seq + 1: event.digest for event in events("case", case.id)}
    assert all(chain[fact.seq] == fact.digest for fact in told.facts)
    assert told.use is not None
    assert told.use.certificate_serial == events("case", case.id)[told.facts[-1].seq - 1].public["certificate"]
    browser = factories.browser_of(Role.COMPLIANCE)
    page = browser.get(reverse("console:case_signature", args=[case.number, task.id])).content.decode()
    for part in (task.shown_digest, told.revision, told.use.certificate_sha256, "<svg", "短信验证码", "1 笔，60 个点"):
        assert part in page, part
    assert task.party.personal["id_number"] not in page
    assert [event.public["what"] for event in events("case", case.id) if event.type == "access.staff"] == ["signature"]
    # Who may not take evidence does not see it.
    assert factories.browser_of(Role.SERVICE_DESK).get(reverse("console:case_signature", args=[case.number, task.id])).status_code == 403


def test_a_changed_event_is_no_evidence(case: Case) -> None:
    event = EvidenceEvent.objects.filter(stream__subject=case.id, type="document.read").first()
    assert event
    with guards_asleep():
        EvidenceEvent.objects.filter(pk=event.pk).update(leaf=bytes(event.leaf).replace(b"shown", b"shewn"))
    with pytest.raises(ChainBroken):
        summary(SigningTask.objects.get(case=case))


def test_a_companys_seal_has_a_sheet_that_names_who_set_it(platform: Insurer, drain_jobs: Callable[[], int]) -> None:
    case = life.signed("group_accident", drain_jobs, first=True)
    seal = SigningTask.objects.get(case=case, document__kind="confirmation", acted_by__isnull=False)
    page = factories.browser_of(Role.COMPLIANCE).get(reverse("console:case_signature", args=[case.number, seal.id]))
    assert page.status_code == 200
    shown = page.content.decode()
    company = seal.acted_by.party.case.parties.get(role="company").personal["name"]
    (accepted,) = [event for event in events("case", case.id) if event.type == "company.seal_accepted"]
    picture = f"印章图样 SHA-256 {accepted.public['picture'][:16]}"
    for part in (company, seal.acted_by.party.personal["name"], f"/{seal.acted_by.id}/", seal.shown_digest, picture):
        assert part in shown, part

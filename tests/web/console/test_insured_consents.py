"""The desk counts a group's consents, sees masked names, reminds; the insurer's system reads the numbers alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from tests import factories, life, snapshots
from tests.web.customer import open_shop, text_to
from vermilion.apps.cases.models import Case
from vermilion.apps.parties.models import Role
from vermilion.apps.signing.group import collecting, queries
from vermilion.apps.signing.group.models import InsuredConsent
from vermilion.base import clock
from vermilion.cli.demo import content

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(db: None) -> Case:
    def ask() -> Case:
        open_shop()
        case = life.start("group_accident")
        life.walk(case, content.sample_application("group_accident", count=6))
        for party in life.ask_insured(case)[:2]:
            life.let_consent(party)
        return case

    return snapshots.state("console, a group is asked", ask)


def test_the_desk_counts_and_reminds_by_masked_names(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = factories.browser_of(Role.CLERK)
    told = browser.get(reverse("console:case", args=[case.number])).content.decode()
    assert "2 人同意，4 人未答复，0 人不同意" in told
    here = reverse("console:case_consents", args=[case.number])
    page = browser.get(here)
    names = [party.personal["name"] for party in case.parties.filter(role="member")]
    assert not [name for name in names if name in page.content.decode()]
    assert len(browser.get(here, {"state": "consented"}).context["rows"]) == 2
    InsuredConsent.objects.update(asked_at=clock.now() - timedelta(hours=5), times_asked=1, wanted_at=None)
    browser.post(reverse("console:case_consents_remind", args=[case.number]))
    assert InsuredConsent.objects.exclude(wanted_at=None).count() == 4
    assert factories.browser_of(Role.UNDERWRITER).post(reverse("console:case_consents_remind", args=[case.number])).status_code == 403
    other = factories.case_in("applying", "medical")
    assert "还没有征集" in browser.get(reverse("console:case_consents", args=[other.number])).content.decode()


def test_the_desk_returns_the_premium_of_a_paid_case_that_is_held(case: Case) -> None:
    for party in case.parties.filter(role="member")[2:]:
        life.let_consent(party)
    asked = queries.round_of(case)
    assert asked
    collecting.close(case_id=case.id, seen=queries.counts(asked))
    order = {"amount": 123400, "state": "paid", "transaction_id": "SB1", "paid_at": clock.now(), "created_at": clock.now()}
    case.payment_orders.create(currency="CNY", gateway="sandbox", **order)
    with snapshots.guards_asleep():
        Case.objects.filter(pk=case.pk).update(state="issuing")
    party = case.parties.filter(role="member").first()
    assert life.take_back(party) == "hold"
    clerk, agent = factories.browser_of(Role.CLERK), case.parties.get(role="company_agent")
    here = reverse("console:case_consents", args=[case.number])
    assert here in clerk.get(reverse("console:case", args=[case.number])).content.decode()
    assert case in clerk.get(reverse("console:queue", args=["cover-endings"])).context["page_obj"].paginator.object_list
    page = clerk.get(here).content.decode()
    assert "暂缓出单" in page
    assert "1,234.00" in page
    assert party.personal["name"] not in page
    assert factories.browser_of(Role.SERVICE_DESK).post(here + "refunded/", {"reference": "R1"}).status_code == 403
    assert "请填写退款流水号" in clerk.post(here + "refunded/", {"reference": "two words"}, follow=True).content.decode()
    assert "已登记退还保费" in clerk.post(here + "refunded/", {"reference": "R1"}, follow=True).content.decode()
    assert Case.objects.get(pk=case.pk).state == "applying"
    assert clerk.post(here + "refunded/", {"reference": "R1"}).status_code == 409
    assert "R1" in clerk.get(reverse("console:case", args=[case.number])).content.decode()
    assert "保费已退还" in text_to(agent.personal["phone"])

"""The desk counts a group's consents, sees masked names, reminds; the insurer's system reads the numbers alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from tests import factories, life, snapshots
from tests.web.customer import open_shop
from vermilion.apps.cases.models import Case
from vermilion.apps.parties.models import Role
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

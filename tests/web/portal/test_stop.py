"""非本人操作 stops everything until compliance has looked into it."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.test import Client

from tests.life import staff
from tests.web.customer import Customer
from vermilion.apps.cases import services as cases
from vermilion.apps.cases.errors import CaseStopped
from vermilion.apps.chronicle.queries import events
from vermilion.apps.notices.models import Notice
from vermilion.apps.signing import applying, links, not_me


def test_the_button_asks_first_and_then_stops(customer: Customer) -> None:
    assert "非本人操作" in customer.get("notice/").content.decode()
    assert customer.get("not-me/?from=apply_notice").status_code == 200
    assert not not_me.is_stopped(customer.case)
    with transaction.atomic():
        token, _code = links.make_link(case=customer.case, party=None, purpose="apply", hours=72)
    assert customer.client.post(customer.url("not-me/?from=apply_notice"))["Location"] == customer.url("stopped/")
    assert not_me.is_stopped(customer.case)
    assert Client().post(f"/s/{token}/").status_code == 404
    told = Notice.objects.filter(template="not_me")
    assert told.count() == customer.case.insurer.staff.filter(roles__contains=["compliance"]).count() > 0
    event = next(event for event in events("case", customer.case.id) if event.type == "not_me.reported")
    assert event.public["page"] == "apply_notice"


@pytest.mark.parametrize("page", ["", "notice/", "application/"])
def test_a_stopped_case_shows_only_that(customer: Customer, page: str) -> None:
    customer.client.post(customer.url("not-me/"))
    for answer in (customer.get(page), customer.client.post(customer.url(page))):
        assert answer["Location"] == customer.url("stopped/")
    assert customer.get("stopped/").status_code == 200


def test_the_stop_holds_until_compliance_lifts_it(customer: Customer) -> None:
    customer.client.post(customer.url("not-me/"))
    case = customer.case
    cases.mark_blocked(case_id=case.id, code="other", reason="other")
    cases.clear_block(case_id=case.id)
    with pytest.raises(CaseStopped):
        applying.confirm_notice(case_id=case.id)
    not_me.lift(case_id=case.id, staff=staff("compliance"), reason="客户回电确认是本人")
    assert customer.get("notice/").status_code == 200


def test_a_second_report_tells_nobody_twice(customer: Customer) -> None:
    customer.client.post(customer.url("not-me/"))
    count = Notice.objects.count()
    not_me.report(case_id=customer.case.id, party=None, page="", ip="", user_agent="")
    assert Notice.objects.count() == count

"""The salesperson's phone: what she may start and see, and what she may not."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from tests import factories
from tests.web.customer import Customer, code_to
from vermilion.apps.cases import services as cases
from vermilion.apps.cases.models import Case
from vermilion.apps.cases.transitions import State
from vermilion.apps.chronicle.queries import events
from vermilion.apps.notices.models import Notice
from vermilion.apps.signing import links
from vermilion.apps.signing.errors import LinkUnknown
from vermilion.base import clock
from vermilion.web.api import present
from vermilion.web.sales.urls import urlpatterns

pytestmark = pytest.mark.django_db
START = "/sales/start/critical_illness/"


@pytest.fixture
def seller():
    factories.product()
    return factories.salesperson()


@pytest.fixture
def browser(seller):
    return factories.browser(seller)


def token_in(answer) -> str:
    return re.search(r"/s/([\w-]{43})/", answer.content.decode()).group(1)


def test_she_starts_a_case_and_shares_its_link(browser, seller):
    answer = browser.post(START, {"plan": "plus", "name": "李若晴", "phone": "138 0013 8000"})
    case = Case.objects.get()
    assert links.find_by_token(token_in(answer)).case == case
    assert (case.salesperson, case.channel, case.branch) == (seller, "salesperson", seller.branch)
    row = cases.application(case)
    assert row.prefilled_by_staff
    assert row.data == {"plan": {"code": "plus"}, "policyholder": {"name": "李若晴", "phone": "13800138000"}}
    assert "application.prefilled" in [event.type for event in events("case", case.id)]


def test_health_answers_and_other_fields_cannot_be_slipped_in(browser):
    browser.post(START, {"plan": "plus", "disclosure.0.answer": "no", "policyholder.id_number": "x"})
    assert cases.application(Case.objects.get()).data == {"plan": {"code": "plus"}}


@pytest.mark.parametrize("whose", ["own", "colleague"])
def test_a_phone_of_the_insurers_people_is_refused(browser, seller, whose):
    phone = seller.phone if whose == "own" else factories.staff("clerk").phone
    answer = browser.post(START, {"plan": "plus", "phone": phone})
    assert answer.status_code == 422
    assert "保险公司人员" in answer.content.decode()
    assert not Case.objects.exists()


@pytest.mark.parametrize("form", [{}, {"plan": "x"}, {"plan": "plus", "phone": "123"}, {"plan": "plus", "name": "\x07"}])
def test_wrong_entries_start_nothing(browser, form):
    assert browser.post(START, form).status_code == 422
    assert not Case.objects.exists()


def test_a_product_outside_her_registration_is_not_hers(browser):
    factories.product("medical")
    assert "medical" not in browser.get("/sales/start/").content.decode()
    assert browser.post("/sales/start/medical/", {"plan": "standard"}).status_code == 403
    assert not Case.objects.exists()


@pytest.mark.parametrize("changes", [{"active": False}, {"valid_to": -1}, {"valid_from": 1}])
def test_suspended_or_expired_she_gets_no_further(changes):
    today = clock.today()
    dates = {name: today + timedelta(days=value) for name, value in changes.items() if name != "active"}
    browser = factories.browser(factories.salesperson(**{**changes, **dates}))
    for path in ("/sales/", START, "/sales/badge/"):
        assert browser.get(path).status_code == 403


def test_staff_are_no_salespeople():
    assert factories.browser_of("clerk").get("/sales/").status_code == 403


def test_sharing_again_ends_the_first_link_and_stops_once_the_customer_is_named(browser, seller):
    first = token_in(browser.post(START, {"plan": "plus"}))
    case = Case.objects.get()
    path = reverse("sales:share", args=[case.number])
    second = token_in(browser.post(path))
    with pytest.raises(LinkUnknown):
        links.find_by_token(first)
    assert links.find_by_token(second).case == case
    signing = factories.case_in(State.SIGNING, sold_by=seller)
    assert browser.post(reverse("sales:share", args=[signing.number])).status_code == 409


def test_she_sees_step_and_obstacle_but_no_answers_reasons_or_documents(browser, seller):
    case = factories.case_in(State.UNDERWRITING, sold_by=seller, yes={"hypertension": "2021 年确诊"})
    personal = case.parties.get(role="policyholder").personal
    for path in ("/sales/", reverse("sales:case", args=[case.number])):
        shown = browser.get(path).content.decode()
        assert "正在核保" in shown
        for hidden in (personal["name"], personal["phone"], personal["id_number"], "2021 年确诊", "高血压", "/console/documents/"):
            assert hidden not in shown
    assert browser.get(reverse("console:document", args=[case.documents.get().id])).status_code == 403


def test_a_customer_who_waits_long_is_marked(browser, seller):
    case = factories.case_in(State.AWAITING_PAYMENT, sold_by=seller)
    Case.objects.filter(pk=case.pk).update(state_since=clock.now() - timedelta(days=3))
    assert "已停留" in browser.get("/sales/").content.decode()


def test_she_reminds_the_customer_not_herself_and_not_twice(browser, seller):
    case = factories.case_in(State.DELIVERED, sold_by=seller)
    path = reverse("sales:remind", args=[case.number])
    assert browser.post(path).status_code == 302
    notice = Notice.objects.get(case=case)
    assert notice.template == "acknowledgement_reminder"
    assert notice.content["to"] == case.parties.get(role="policyholder").personal["phone"]
    assert browser.post(path).status_code == 429


def test_a_colleagues_case_does_not_exist(browser):
    other = factories.case_in(State.DELIVERED, sold_by=factories.salesperson())
    assert other.number not in browser.get("/sales/?show=all").content.decode()
    for name in ("case", "share", "remind"):
        path = reverse(f"sales:{name}", args=[other.number])
        assert (browser.get(path) if name == "case" else browser.post(path)).status_code == 404


def test_the_badge_leads_to_the_public_page(browser, seller):
    shown = browser.get("/sales/badge/").content.decode()
    assert f"/badge/{seller.badge_code}" in shown
    assert seller.licence_no in shown
    assert seller.phone not in shown


def test_what_she_filled_in_is_marked_and_the_customer_confirms_or_changes_each(browser):
    token = token_in(browser.post(START, {"plan": "plus", "name": "李若晴", "phone": "13800138000"}))
    customer = Customer()
    customer.number = Case.objects.get().number
    customer.client.post(f"/s/{token}/")
    sent = customer.client.post("/s/phone/", {"send": "1"})
    assert sent.status_code == 302
    customer.client.post("/s/phone/", {"code": code_to("13800138000")})
    customer.consent()
    key = next(section.key for section in customer.definition.form.sections if section.path == "policyholder")
    shown = customer.get(f"application/{key}/").content.decode()
    assert shown.count('name="prefilled"') == 2
    assert "销售人员代填" in shown
    own = {"policyholder.phone": "13900139000"}  # hers now; the name she neither ticks nor changes
    # The page keeps a draft on its way out: what she changed is hers from then on.
    customer.client.post(customer.url(f"application/{key}/draft/"), {**own, "policyholder.name": "李若晴"})
    assert cases.application(customer.case).prefilled["policyholder.phone"] == "changed"
    refused = customer.section(key, **own, **{"policyholder.name": "李若晴"})
    assert refused.status_code == 422
    assert cases.application(customer.case).prefilled == {
        "plan.code": "open",
        "policyholder.name": "open",
        "policyholder.phone": "changed",
    }
    assert customer.section(key, **own, **{"policyholder.name": "李若晴", "prefilled": "policyholder.name"}).status_code == 302
    assert cases.application(customer.case).prefilled["policyholder.name"] == "confirmed"
    assert [event.type for event in events("case", customer.case.pk)].count("prefilled.settled") == 2
    assert customer.post("application/").status_code == 302
    assert "application" not in customer.case.steps.values_list("name", flat=True)  # the plan waits


def test_no_page_and_no_api_of_hers_tells_a_health_answer(browser, seller):
    case = factories.case_in(State.DELIVERED, sold_by=seller, yes={"hypertension": "2021 年确诊"})
    for pattern in urlpatterns:
        given = {name: case.number if name == "number" else "critical_illness" for name in pattern.pattern.converters}
        path = reverse(f"sales:{pattern.name}", kwargs=given)
        for answer in (browser.get(path), browser.post(path)):
            for hidden in ("2021 年确诊", "高血压", "hypertension"):
                assert hidden not in answer.content.decode(), (pattern.name, hidden)
    assert "disclosure" not in str(present.case(case))
    for path in (f"/apply/{case.number}/", f"/apply/{case.number}/health/", reverse("console:case", args=[case.number])):
        assert browser.get(path).status_code in (403, 404)

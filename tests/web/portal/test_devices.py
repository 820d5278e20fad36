"""A salesperson's device carries no customer's ceremony; what tells devices apart is a cookie that only we can sign."""

from __future__ import annotations

import pytest
from django.core import signing
from django.test import Client

from tests import factories
from tests.web.customer import Customer
from vermilion.apps.chronicle.queries import events
from vermilion.apps.conduct import deciding, traces
from vermilion.apps.conduct.models import StaffTrace, Suspicion, Trace
from vermilion.apps.notices.models import Notice
from vermilion.apps.parties.models import Salesperson, StaffMember
from vermilion.web.devices import COOKIE

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller(shop: object) -> Salesperson:
    return Salesperson.objects.get(user__username="sales-sh")


def used_by(person: Salesperson | StaffMember, customer: Customer | None = None) -> Client:
    """Return a browser (a customer's, if given) in which this person was logged in, and is not any more."""
    browser = customer.client if customer else Client()
    browser.force_login(person.user)
    browser.get("/sales/" if isinstance(person, Salesperson) else "/console/")
    del browser.cookies["session"]  # Client.logout would forget the device too
    return browser


def types(customer: Customer) -> list[str]:
    return [event.type for event in events("case", customer.case.pk)]


def test_after_a_salesperson_logged_in_nothing_of_a_customer_opens(customer: Customer, seller: Salesperson) -> None:
    device = used_by(seller)
    customer.client.cookies[COOKIE] = device.cookies[COOKIE].value
    for page in ("notice/", "consents/", "", "sign/", "health/"):
        answer = customer.get(page)
        assert answer.status_code == 403, page
        assert "请换一台设备" in answer.content.decode()
    found = Suspicion.objects.get()
    assert (found.kind, found.shared_with, found.salesperson, found.case) == ("device", "salesperson", seller, customer.case)
    assert types(customer).count("suspicion.raised") == 1
    customer.post("notice/")
    assert "suspicion.met" in types(customer)  # each time that somebody tries to go on
    assert Notice.objects.filter(template="suspected_signing").count() == 1
    assert "notice" not in customer.case.steps.values_list("name", flat=True)


def test_while_logged_in_neither(customer: Customer, seller: Salesperson) -> None:
    session = customer.client.session["portal.grants"]
    customer.client.force_login(seller.user)
    kept = customer.client.session
    kept["portal.grants"] = session
    kept.save()
    assert customer.get("notice/").status_code == 403


def test_nothing_is_even_begun_there(seller: Salesperson) -> None:
    assert used_by(seller).post("/p/critical_illness/start/").status_code == 403


@pytest.mark.parametrize("cookie", ["", "x", "spoofed:AAAA", "x" * 500])
def test_a_spoofed_cookie_is_a_new_device_and_gets_our_own(customer: Customer, cookie: str) -> None:
    customer.client.cookies[COOKIE] = cookie
    answer = customer.get("notice/")
    assert answer.status_code == 200
    assert answer.cookies[COOKIE]["httponly"]
    assert signing.Signer(salt="vermilion.device").unsign(answer.cookies[COOKIE].value) not in ("", "spoofed")
    assert not Suspicion.objects.exists()


def test_the_device_itself_is_nowhere_in_the_database(customer: Customer, seller: Salesperson) -> None:
    device = signing.Signer(salt="vermilion.device").unsign(used_by(seller).cookies[COOKIE].value)
    digests = set(StaffTrace.objects.values_list("digest", flat=True))
    assert device not in digests
    assert all(len(digest) == 64 for digest in digests)


def test_who_logs_in_afterwards_is_found_too(customer: Customer, seller: Salesperson) -> None:
    device = signing.Signer(salt="vermilion.device").unsign(customer.client.cookies[COOKIE].value)
    row = {"insurer": customer.case.insurer, "case": customer.case, "kind": "device", "person": "0" * 64}
    Trace.objects.create(**row, digest=traces.device_digest(device), at=customer.case.applied_at)
    used_by(seller, customer)
    assert Suspicion.objects.get().salesperson == seller


def test_compliance_clears_a_device_until_a_salesperson_uses_it_again(customer: Customer, seller: Salesperson) -> None:
    customer.client.cookies[COOKIE] = used_by(seller).cookies[COOKIE].value
    customer.get("notice/")
    compliance = StaffMember.objects.get(user__username="compliance")
    deciding.decide(suspicion_id=Suspicion.objects.get().pk, state="cleared", note="客户借给销售人员登录过一次", by=compliance)
    assert customer.get("notice/").status_code == 200
    again = Client()
    again.cookies[COOKIE] = customer.client.cookies[COOKIE].value
    again.force_login(seller.user)
    again.get("/sales/")
    assert customer.get("notice/").status_code == 403


def test_another_insurers_salesperson_is_nobody_here(customer: Customer) -> None:
    stranger = factories.salesperson(of=factories.insurer("other"))
    customer.client.cookies[COOKIE] = used_by(stranger).cookies[COOKIE].value
    assert customer.get("notice/").status_code == 200


def test_not_me_opens_on_every_device(customer: Customer, seller: Salesperson) -> None:
    customer.client.cookies[COOKIE] = used_by(seller).cookies[COOKIE].value
    assert customer.get("not-me/").status_code == 200
    assert customer.client.post(customer.url("not-me/")).status_code == 302

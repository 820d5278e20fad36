"""Every address of the insurer's doors × every role: only the table opens a page, and nobody sees another insurer's case."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from tests import factories
from vermilion.apps.parties.models import Role
from vermilion.web.approval import urls as approval_urls
from vermilion.web.console import permissions
from vermilion.web.console import urls as console_urls

pytestmark = pytest.mark.django_db

ADDRESSES: list[tuple[str, URLPattern]] = [("console", item) for item in console_urls.urlpatterns] + [
    ("approval", item) for item in approval_urls.urlpatterns
]
EXAMPLES = {"number": "T00000000", "name": "all", "revision": 1, "copy": 1, "page": 1, "job_id": 1, "template_id": 1, "code": "none"}


def address(namespace: str, pattern: URLPattern) -> str:
    names = pattern.pattern.converters
    arguments = {name: EXAMPLES.get(name, uuid.uuid4()) for name in names}
    return reverse(f"{namespace}:{pattern.name}", kwargs=arguments)


def test_every_page_is_in_the_table_and_uses_it():
    assert {pattern.name for _namespace, pattern in ADDRESSES} == set(permissions.PAGES)
    for _namespace, pattern in ADDRESSES:
        assert pattern.callback.page == pattern.name, pattern.name


#: A refusal is told as data; that people get a page is tested once, for all.
NO_PAGE = {"accept": "application/json"}
#: Pages that a first role found to have no such method; the next ones need not ask again.
NO_METHOD: set[tuple[str, str]] = set()


@pytest.mark.parametrize("role", Role.values)
def test_a_role_opens_exactly_its_pages(role):
    browser = factories.browser_of(role)
    for namespace, pattern in ADDRESSES:
        for method in ("get", "post"):
            if (method, pattern.name) in NO_METHOD:
                continue
            answer = getattr(browser, method)(address(namespace, pattern), headers=NO_PAGE)
            if answer.status_code == 405:
                NO_METHOD.add((method, pattern.name))
                continue
            refused = answer.status_code == 403
            assert refused is (role not in permissions.PAGES[pattern.name]), (role, pattern.name, answer.status_code)


def test_strangers_are_sent_to_the_log_in_and_back():
    for namespace, pattern in ADDRESSES:
        path = address(namespace, pattern)
        answer = Client().get(path)
        if answer.status_code == 405:
            answer = Client().post(path)
        assert answer.status_code == 302, path
        assert answer["Location"].startswith("/console/login/?next="), path


def test_an_inactive_member_of_staff_is_refused():
    browser = factories.browser_of(Role.CLERK)
    browser.staff.active = False
    browser.staff.save()
    assert browser.get("/console/").status_code == 403


def test_a_salesperson_is_led_to_her_own_page_and_opens_nothing_else():
    browser = factories.browser(factories.salesperson())
    assert browser.get("/console/")["Location"] == "/sales/"
    for namespace, pattern in ADDRESSES:
        if pattern.name != "operations":
            path = address(namespace, pattern)
            answer = browser.get(path)
            assert (browser.post(path) if answer.status_code == 405 else answer).status_code == 403, path


def test_who_administers_accounts_decides_no_case():
    touching = {"underwriting_decide", "approve", "refuse", "case", "case_explain", "service_end", "policy_add_insured", "grant_approve"}
    assert not {name for name in touching if Role.ADMINISTRATOR in permissions.PAGES[name]}
    assert permissions.PAGES["users"] == {Role.ADMINISTRATOR}


def test_cases_documents_and_policies_of_another_insurer_do_not_exist():
    foreign = factories.insurer("other")
    case = factories.case_in("delivered", of=foreign)
    document = case.documents.first()
    mine = {role: factories.browser_of(role) for role in (Role.CLERK, Role.UNDERWRITER, Role.SERVICE_DESK, Role.APPROVER)}
    paths = [
        (Role.CLERK, reverse("console:case", args=[case.number])),
        (Role.CLERK, reverse("console:case_pages", args=[case.number])),
        (Role.CLERK, reverse("console:document", args=[document.id])),
        (Role.CLERK, reverse("console:document_file", args=[document.id, 1])),
        (Role.CLERK, reverse("console:document_preserved", args=[document.id, 1])),
        (Role.CLERK, reverse("console:document_picture", args=[document.id, 1, 1])),
        (Role.CLERK, reverse("console:policy", args=[case.policy.id])),
        (Role.UNDERWRITER, reverse("console:underwriting_case", args=[case.number])),
        (Role.SERVICE_DESK, reverse("console:service_case", args=[case.number])),
    ]
    for role, path in paths:
        assert mine[role].get(path).status_code == 404, path
    for role, name in ((Role.CLERK, "case_take"), (Role.SERVICE_DESK, "service_remind"), (Role.CLERK, "case_withdraw")):
        assert mine[role].post(reverse(f"console:{name}", args=[case.number]), {"reason": "x"}).status_code == 404, name
    listing = mine[Role.CLERK].get("/console/queue/all/").content.decode()
    assert case.number not in listing
    assert mine[Role.CLERK].post("/console/search/", {"q": case.policy.number})["Location"].startswith("/console/queue/all/")

"""Where the insurer demands passkeys, approvers and custodians come and decide by nothing else; there is a way in for the first one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.passkeys import Authenticator
from tests.web.staff.test_passkeys import HERE, add, enter
from vermilion.apps.chronicle.queries import events
from vermilion.apps.parties.models import AccountRequest, Role
from vermilion.base import clock
from vermilion.web.staff import totp

pytestmark = pytest.mark.django_db
MINE = "/console/account/"


@pytest.fixture
def approver(db):
    admin = factories.browser_of(Role.ADMINISTRATOR)
    assert admin.post("/console/organisation/passkeys/", {"required": "1"}).status_code == 302
    assert [event.public["required"] for event in events("system", admin.staff.insurer_id)] == [True]
    return factories.staff(Role.APPROVER)


def by_password(person) -> Client:
    browser = Client()
    browser.post("/console/login/", {"login": person.user.username, "password": factories.PASSWORD}, **HERE)
    browser.post("/console/login/code/", {"code": totp.present_code(person.user)}, **HERE)
    return browser


def test_the_first_passkey_is_added_after_password_and_code_and_opens_the_rest(approver):
    browser, phone = by_password(approver), Authenticator()
    answer = browser.get("/a/", **HERE)
    assert answer["Location"] == f"{MINE}?next=%2Fa%2F"
    assert "请先在这里添加一个" in browser.get(answer["Location"], **HERE).content.decode()
    assert add(browser, approver, phone).status_code == 302
    assert browser.get("/a/", **HERE).status_code == 200
    entered = enter(phone)[0]
    assert entered.get("/a/", **HERE).status_code == 200


def test_later_a_stolen_password_and_code_neither_open_nor_add_a_passkey(approver, monkeypatch):
    add(by_password(approver), approver, Authenticator())
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=2))  # each code is taken once
    thief = by_password(approver)
    assert "请退出后用通行密钥登录" in thief.get(thief.get("/a/", **HERE)["Location"], **HERE).content.decode()
    answer = thief.post("/console/account/passkeys/begin/", {"code": totp.present_code(approver.user)}, **HERE)
    assert answer.status_code == 422
    assert "请先用已有的通行密钥登录" in answer.content.decode()


def test_others_come_as_before_and_the_demand_ends(approver):
    clerk = factories.browser_of(Role.CLERK)
    assert clerk.get("/console/").status_code == 200
    browser = factories.browser(approver)
    assert browser.get("/console/").status_code == 302
    factories.browser_of(Role.ADMINISTRATOR).post("/console/organisation/passkeys/", {"required": "0"})
    assert browser.get("/console/").status_code == 302, "not by one person"
    asked = AccountRequest.objects.get()
    factories.browser_of(Role.COMPLIANCE).post(reverse("console:account_request_confirm", args=[asked.pk]))
    assert browser.get("/console/").status_code == 200


@pytest.mark.parametrize("new", ["short1", "password1234", "13579246801357", "{name}-{name}"])
def test_a_weak_password_is_not_taken(new):
    person = factories.staff(Role.CLERK)
    browser = factories.browser(person)
    new = new.format(name=person.user.username)
    answer = browser.post("/console/password/", {"oldpassword": factories.PASSWORD, "password1": new, "password2": new})
    assert answer.status_code == 200, "the form is shown again"
    person.user.refresh_from_db()
    assert person.user.check_password(factories.PASSWORD)

"""Log-ins are seen and ended by their owner and by the administrator; a lost phone opens nothing any more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.passkeys import Authenticator
from tests.web.staff.test_passkeys import add, enter, recorded
from vermilion.apps.parties import passkeys
from vermilion.apps.parties.models import Role
from vermilion.base import clock
from vermilion.web.models import StaffLogIn
from vermilion.web.staff import log_ins, totp

pytestmark = pytest.mark.django_db
PHONE = {"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) AppleWebKit/605 Version/19.0 Mobile Safari/604.1"}
MINE = "/console/account/"


def open_somewhere(person, **headers) -> Client:
    browser = Client(headers=headers, REMOTE_ADDR="10.1.2.3")
    browser.force_login(person.user)
    browser.get(MINE)
    return browser


def inside(browser: Client) -> bool:
    return browser.get(MINE).status_code == 200


def test_a_log_in_is_noted_with_its_way_device_and_network_only(as_role):
    person = factories.staff("clerk")
    as_role("app")
    browser = Client(headers=PHONE, REMOTE_ADDR="10.1.2.3")
    browser.post("/console/login/", {"login": person.user.username, "password": factories.PASSWORD})
    browser.post("/console/login/code/", {"code": totp.present_code(person.user)})
    row = StaffLogIn.objects.get()
    assert (row.method, row.device, row.network) == ("password+totp", "iPhone · Safari", "10.1.0.0/16")
    browser.post("/console/logout/")
    row.refresh_from_db()
    assert row.ended_at is not None


def test_she_ends_one_of_her_log_ins_or_all_others_and_nobody_elses():
    person, other = factories.staff("clerk"), factories.staff("clerk")
    here, lost, third, foreign = open_somewhere(person), open_somewhere(person, **PHONE), open_somewhere(person), open_somewhere(other)
    shown = here.get(MINE).content.decode()
    assert shown.count("最近使用") == 3
    assert "iPhone · Safari" in shown
    assert "10.1.2.3" not in shown
    (row,) = StaffLogIn.objects.filter(device="iPhone · Safari")
    assert foreign.post(reverse("log_ins_end"), {"log_in": row.id}).status_code == 302
    assert inside(lost), "a foreign id ends nothing"
    here.post(reverse("log_ins_end"), {"log_in": row.id})
    assert not inside(lost)
    assert "这次登录已被结束" in lost.get("/console/login/").content.decode()
    assert inside(here)
    here.post(reverse("log_ins_end"))
    assert (inside(here), inside(third), inside(foreign)) == (True, False, True)
    assert here.post(reverse("log_ins_end"), {"log_in": "x"}).status_code == 404
    assert [public["count"] for type, public in recorded(person) if type == "account.log_ins_ended"] == ["1", "1"]


def test_an_ended_session_cannot_be_used_again_even_with_its_cookie():
    person = factories.staff("clerk")
    browser = open_somewhere(person)
    kept = {name: morsel.value for name, morsel in browser.cookies.items()}
    log_ins.end(person.user)
    assert not inside(browser)
    thief = Client()
    for name, value in kept.items():
        thief.cookies[name] = value
    assert not inside(thief)


def test_the_administrator_ends_log_ins_and_takes_a_lost_phone_out_of_use():
    person = factories.staff(Role.APPROVER)
    phone, browser, admin = Authenticator(), open_somewhere(person), factories.browser_of(Role.ADMINISTRATOR)
    assert add(browser, person, phone).status_code == 302
    assert "通行密钥：1 个" in admin.get(reverse("console:user", args=[person.id])).content.decode()
    admin.post(reverse("console:user_log_ins", args=[person.id]))
    assert not inside(browser)
    thief = enter(phone)[0]
    assert thief.session["_auth_user_id"], "the passkey still stands"
    assert factories.reset(admin, person).status_code == 200
    assert not inside(thief)
    assert enter(phone)[2].status_code == 422
    assert passkeys.usable(person.user) == []
    assert not totp.is_enrolled(person.user)
    for browser in (factories.browser_of(Role.APPROVER), factories.browser_of(Role.ADMINISTRATOR, of=factories.insurer("other"))):
        assert browser.post(reverse("console:user_log_ins", args=[person.id])).status_code in (403, 404)


def test_what_is_old_is_neither_listed_nor_kept_for_ever(monkeypatch):
    person = factories.staff("clerk")
    open_somewhere(person)
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(hours=13))
    assert log_ins.of(person.user) == []
    monkeypatch.setattr(clock, "now", lambda: now + log_ins.KEEP + timedelta(days=1))
    assert log_ins.forget_old() == 1

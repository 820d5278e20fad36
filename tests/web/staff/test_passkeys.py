"""Passkeys of the insurer's people over HTTP, with an authenticator in software: adding, logging in, and whoever cheats."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from tests import factories, snapshots
from tests.passkeys import UP, Authenticator, keeper_here
from vermilion.apps.chronicle.queries import events
from vermilion.apps.parties import passkeys
from vermilion.apps.parties.models import Passkey, PasskeyChallenge
from vermilion.apps.seals.models import KnownPasskey
from vermilion.base import clock
from vermilion.web.staff import totp

pytestmark = pytest.mark.django_db
HERE = {"headers": {"Host": "localhost"}}
BEGIN, LOG_IN = "/console/login/passkey/begin/", "/console/login/passkey/"


def add(browser: Client, person, phone: Authenticator, **fields):
    """Add a passkey as the page's script does."""
    begun = browser.post(reverse("passkey_begin_adding"), {"code": totp.present_code(person.user), **fields}, **HERE)
    if begun.status_code != 200:
        return begun
    return browser.post(reverse("passkey_add"), {"name": "手机", **phone.form(begun.json())}, **HERE)


@pytest.fixture
def equipped():
    """A clerk and her phone with a passkey."""

    def make():
        person = factories.staff("clerk", name="周敏")
        phone = Authenticator(counts=True)
        phone.secret = phone.key.private_numbers().private_value
        assert add(factories.browser(person), person, phone).status_code == 302
        return person.pk, phone.credential_id, phone.secret, phone.count

    from cryptography.hazmat.primitives.asymmetric import ec

    from vermilion.apps.parties.models import StaffMember

    pk, credential_id, secret, count = snapshots.state("a clerk with a passkey", make)
    phone = Authenticator(counts=True)
    phone.key, phone.credential_id, phone.count = ec.derive_private_key(secret, ec.SECP256R1()), credential_id, count
    return StaffMember.objects.get(pk=pk), phone


def recorded(person) -> list[tuple[str, dict]]:
    return [(event.type, event.public) for event in events("staff", person.id)]


def test_the_keeper_is_told_of_a_new_passkey_and_the_page_says_when_it_could_not_be(monkeypatch):
    person = factories.staff("approver")
    browser = factories.browser(person)
    assert add(browser, person, Authenticator())["Location"] == reverse("account_security")
    assert "还不能用它审批用印" in browser.get(reverse("account_security")).content.decode()
    assert not KnownPasskey.objects.exists()
    keeper_here(monkeypatch)
    clock_later(monkeypatch)
    add(browser, person, Authenticator())
    assert "以后可以用它登录和审批" in browser.get(reverse("account_security")).content.decode()
    known = KnownPasskey.objects.get()
    assert (known.staff, known.passkey.user) == (person, person.user)


def clock_later(monkeypatch):
    """Let the next code of the authenticator be due: each is taken once."""
    moment = clock.now() + timedelta(seconds=35)
    monkeypatch.setattr(clock, "now", lambda: moment)


def enter(phone: Authenticator, browser: Client | None = None, *, next: str = "", **changes):
    browser = browser or Client()
    form = phone.form(browser.post(BEGIN, **HERE).json(), **changes)
    return browser, form, browser.post(LOG_IN, {**form, "next": next}, **HERE)


def test_a_passkey_is_added_listed_and_removed(equipped):
    person, phone = equipped
    browser = factories.browser(person)
    assert "手机" in browser.get(reverse("account_security"), **HERE).content.decode()
    (passkey,) = passkeys.usable(person.user)
    assert bytes(passkey.data) == phone.credential
    assert browser.post(reverse("passkey_remove", args=[passkey.id])).status_code == 302
    assert passkeys.usable(person.user) == []
    assert browser.post(reverse("passkey_remove", args=[passkey.id])).status_code == 422
    assert enter(phone)[2].status_code == 422, "a removed passkey opens nothing"
    assert [type for type, _public in recorded(person)] == ["account.passkey_added", "account.passkey_removed"]


def test_adding_needs_a_fresh_code_and_the_person_at_the_authenticator(equipped):
    person, phone = equipped
    browser = factories.browser(person)
    assert add(browser, person, Authenticator(), code="000000").status_code == 422
    assert add(browser, person, phone).status_code == 422, "the same credential twice"
    totp.enrol(person.user)  # the codes of this minute are used up
    begun = browser.post(reverse("passkey_begin_adding"), {"code": totp.present_code(person.user)}, **HERE).json()
    unverified = Authenticator().form(begun, flags=UP)
    assert browser.post(reverse("passkey_add"), unverified, **HERE).status_code == 422
    assert browser.post(reverse("passkey_add"), Authenticator().form(begun), **HERE).status_code == 422, "burnt by the first try"
    assert len(passkeys.usable(person.user)) == 1
    assert [public["reason"] for type, public in recorded(person) if type == "passkey.refused"] == ["known", "not_verified", "replayed"]


def test_a_passkey_of_somebody_elses_challenge_is_not_added(equipped):
    person, _phone = equipped
    other = factories.staff("clerk")
    begun = factories.browser(other).post(reverse("passkey_begin_adding"), {"code": totp.present_code(other.user)}, **HERE).json()
    assert factories.browser(person).post(reverse("passkey_add"), Authenticator().form(begun), **HERE).status_code == 422
    assert not Passkey.objects.filter(user=other.user).exists()


def test_a_passkey_alone_lets_in_and_the_record_says_so(equipped):
    person, phone = equipped
    browser, _form, answer = enter(phone, next="/a/")
    assert (answer.status_code, answer["Location"]) == (302, "/a/")
    assert browser.session["_auth_user_id"] == str(person.user_id)
    assert recorded(person)[-1] == ("account.logged_in", {"method": "passkey"})
    assert enter(phone, next="https://evil.example/")[2]["Location"] == "/console/"


def test_a_replayed_answer_opens_nothing(equipped):
    _person, phone = equipped
    _browser, form, _answer = enter(phone)
    assert Client().post(LOG_IN, form, **HERE).status_code == 422
    stranger = Client()
    fresh = {**form, "challenge": stranger.post(BEGIN, **HERE).json()["id"]}
    assert stranger.post(LOG_IN, fresh, **HERE).status_code == 422
    assert "_auth_user_id" not in stranger.session


@pytest.mark.parametrize("changes", [{"flags": UP}, {"origin": "https://evil.example"}, {"kind": "webauthn.create"}])
def test_an_answer_without_the_person_or_from_elsewhere_opens_nothing(equipped, changes):
    browser, _form, answer = enter(equipped[1], **changes)
    assert answer.status_code == 422
    assert "没有通过通行密钥验证" in answer.content.decode()
    assert "_auth_user_id" not in browser.session


def test_an_expired_answer_an_unknown_key_a_copy_and_a_former_colleague_stay_outside(equipped, monkeypatch):
    person, phone = equipped
    browser = Client()
    form = phone.form(browser.post(BEGIN, **HERE).json())
    now = clock.now()
    with monkeypatch.context() as later:
        later.setattr(clock, "now", lambda: now + passkeys.LASTS)
        assert "超时" in browser.post(LOG_IN, form, **HERE).content.decode()
    assert enter(Authenticator())[2].status_code == 422
    phone.count = 0
    assert enter(phone)[2].status_code == 422, "a copy that counts from the beginning"
    phone.count = 50
    person.user.is_active = False
    person.user.save()
    assert enter(phone)[2].status_code == 422


@pytest.mark.parametrize("field", ["challenge", "credential_id", "client_data", "authenticator_data", "signature"])
@pytest.mark.parametrize("value", ["", "%%%", "A" * 40000])
def test_rubbish_is_refused_in_plain_words(equipped, field, value):
    browser = Client()
    form = equipped[1].form(browser.post(BEGIN, **HERE).json())
    assert browser.post(LOG_IN, {**form, field: value}, **HERE).status_code == 422


def test_a_number_is_no_host_name_so_the_page_says_where_to_go(equipped):
    browser = factories.browser(equipped[0])
    shown = browser.get(reverse("account_security"), headers={"Host": "127.0.0.1:8000"}).content.decode()
    assert "http://localhost:8000/console/account/" in shown
    assert browser.post(BEGIN, headers={"Host": "127.0.0.1:8000"}).status_code == 422


def test_log_ins_by_passkey_are_counted(equipped):
    browser = Client(REMOTE_ADDR="10.9.9.9")
    answers = [browser.post(BEGIN, **HERE).status_code for _time in range(31)]
    assert (answers[-2], answers[-1]) == (200, 429)


def test_what_a_passkey_proved_never_changes(equipped, as_role):
    enter(equipped[1])
    as_role("app")
    challenge = PasskeyChallenge.objects.filter(outcome="verified").first()
    for change in (
        lambda: PasskeyChallenge.objects.filter(pk=challenge.pk).update(shown_digest="0" * 64),
        lambda: PasskeyChallenge.objects.filter(pk=challenge.pk).delete(),
        lambda: Passkey.objects.update(data=b""),
        lambda: Passkey.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_unanswered_challenges_are_forgotten_after_a_day(equipped, monkeypatch):
    Client().post(BEGIN, **HERE)
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=2))
    assert passkeys.forget_unused() == 1
    assert passkeys.forget_unused() == 0

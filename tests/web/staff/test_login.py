"""Staff log in with a password and a code that is taken once."""

from datetime import datetime, timedelta, timezone

import pytest
from django.contrib.auth.models import User
from django.test import Client

from vermilion.base import clock, instance
from vermilion.web.staff import totp

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


@pytest.fixture
def user() -> User:
    return User.objects.create_user("zhoumin", password=PASSWORD)


@pytest.fixture
def at(monkeypatch):
    """Return a function that sets the time."""
    start = datetime(2026, 11, 22, 4, 0, 5, tzinfo=timezone.utc)

    def move(seconds: int = 0) -> None:
        monkeypatch.setattr(clock, "now", lambda: start + timedelta(seconds=seconds))

    move()
    return move


def log_in(client: Client, password: str = PASSWORD):
    return client.post("/console/login/", {"login": "zhoumin", "password": password})


def test_password_and_code_open_the_console(client, user, at):
    totp.enrol(user)
    answer = log_in(client)
    assert answer.status_code == 302
    assert answer["Location"] == "/console/login/code/"
    assert "_auth_user_id" not in client.session
    answer = client.post("/console/login/code/", {"code": totp.present_code(user)})
    assert answer.status_code == 302
    assert answer["Location"] == "/console/"
    assert client.session["_auth_user_id"] == str(user.pk)


def test_the_page_comes_back_to_where_the_visitor_wanted_to_go_but_never_to_another_site(client, user, at):
    totp.enrol(user)
    client.post("/console/login/?next=/console/seals/", {"login": "zhoumin", "password": PASSWORD, "next": "https://evil.example/"})
    answer = client.post("/console/login/code/", {"code": totp.present_code(user)})
    assert "evil.example" not in answer["Location"]


@pytest.mark.parametrize(("name", "password"), [("zhoumin", "wrong"), ("nobody", PASSWORD), ("nobody", "wrong")])
def test_a_wrong_name_and_a_wrong_password_look_the_same(client, user, name, password):
    answer = client.post("/console/login/", {"login": name, "password": password}, headers={"Accept-Language": "en"})
    assert "_auth_user_id" not in client.session
    assert "The username and/or password you specified are not correct." in answer.content.decode()


def test_five_wrong_passwords_lock_the_account_even_for_the_right_one(client, user, at):
    totp.enrol(user)
    for _attempt in range(5):
        assert log_in(client, "wrong").status_code == 200
    answer = log_in(client)
    assert answer.status_code == 200
    assert "mfa_authenticate" not in str(answer.get("Location"))
    assert "/console/login/code/" not in answer.get("Location", "")


def test_a_code_is_taken_once(client, user, at):
    totp.enrol(user)
    code = totp.present_code(user)
    log_in(client)
    client.post("/console/login/code/", {"code": code})
    second = Client()
    log_in(second)
    assert second.post("/console/login/code/", {"code": code}).status_code == 200
    assert "_auth_user_id" not in second.session


def test_a_code_used_at_log_in_does_not_approve_and_the_next_one_does(user, at):
    totp.enrol(user)
    code = totp.present_code(user)
    assert totp.check_fresh_code(user, code)
    assert not totp.check_fresh_code(user, code)
    assert totp.check_fresh_code(user, totp.present_code(user))


def test_an_older_code_is_worthless_after_a_newer_one(user, at):
    totp.enrol(user)
    old = totp.present_code(user)
    at(30)
    assert totp.check_fresh_code(user, totp.present_code(user))
    assert not totp.check_fresh_code(user, old)


def test_a_code_dies_after_a_minute(user, at):
    totp.enrol(user)
    code = totp.present_code(user)
    at(61)
    assert not totp.check_fresh_code(user, code)


def test_codes_cannot_be_guessed(client, user, at):
    totp.enrol(user)
    log_in(client)
    for _attempt in range(5):
        client.post("/console/login/code/", {"code": "000000"})
    answer = client.post("/console/login/code/", {"code": totp.present_code(user)})
    assert "_auth_user_id" not in client.session
    assert "请在 5 分钟后再试" in answer.content.decode()


def test_the_secret_is_not_readable_in_the_database(user):
    from allauth.mfa.models import Authenticator

    secret = totp.enrol(user)
    assert secret not in str(Authenticator.objects.get(user=user).data)


def test_without_a_second_factor_nothing_opens_but_its_set_up(client, user, at):
    assert log_in(client)["Location"] == "/console/"
    for path in ("/console/", "/console/password/"):
        answer = client.get(path)
        # /console/ may not be built in a partial installation; what is there must lead to the set-up
        assert answer.status_code == 404 or answer["Location"] == "/console/second-factor/"
    page = client.get("/console/second-factor/")
    secret = page.context["secret"]
    assert "<svg" in page.content.decode()
    assert client.post("/console/second-factor/", {"code": "000000"}).status_code == 200
    assert not totp.is_enrolled(user)
    answer = client.post("/console/second-factor/", {"code": totp.present_code_of(secret)})
    assert answer["Location"] == "/console/"
    assert totp.is_enrolled(user)
    assert client.get("/console/password/").status_code == 200


def test_nobody_signs_up(client):
    for path in ("/console/signup/", "/accounts/signup/", "/signup/"):
        assert client.get(path).status_code == 404


def test_only_a_demo_instance_shows_the_code(client, user, at):
    totp.enrol(user)
    log_in(client)
    assert totp.present_code(user) not in client.get("/console/login/code/").content.decode()
    instance.decide(demo=True)
    page = client.get("/console/login/code/").content.decode()
    assert totp.present_code(user) in page
    assert "演示" in page


def test_log_out_ends_the_session(client, user, at):
    totp.enrol(user)
    log_in(client)
    client.post("/console/login/code/", {"code": totp.present_code(user)})
    client.post("/console/logout/")
    assert "_auth_user_id" not in client.session

"""Who of the insurer's people came, left or was refused is on record, and the record names nobody in clear."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from tests import factories
from vermilion.apps.chronicle.models import EvidenceEvent
from vermilion.apps.chronicle.queries import events
from vermilion.web.staff import totp

pytestmark = pytest.mark.django_db
AGENT = "Phone of Zhou Min"


@pytest.fixture
def visitor() -> Client:
    return Client(headers={"User-Agent": AGENT}, REMOTE_ADDR="10.1.2.3")


def log_in(visitor: Client, person, password: str = factories.PASSWORD, code: str = ""):
    visitor.post("/console/login/", {"login": person.user.username, "password": password})
    return visitor.post("/console/login/code/", {"code": code or totp.present_code(person.user)})


def recorded(person) -> list[tuple[str, dict]]:
    return [(event.type, event.public) for event in events("staff", person.id) if event.type.startswith("account.")]


@pytest.mark.parametrize("make", [lambda: factories.staff("underwriter", name="周敏"), lambda: factories.salesperson(name="周敏")])
def test_coming_going_and_refusals_are_on_record_without_personal_data(visitor, make, as_role):
    person = make()
    as_role("app")  # what the web processes may do is enough for it
    log_in(visitor, person, password="wrong password")
    log_in(visitor, person, code="000000")
    assert recorded(person) == [("account.refused", {"reason": "password"}), ("account.refused", {"reason": "code"})]
    assert log_in(visitor, person).status_code == 302
    visitor.post("/console/logout/")
    visitor.post("/console/logout/")  # a second time there is nobody to log out
    assert recorded(person)[2:] == [("account.logged_in", {"method": "password+totp"}), ("account.logged_out", {})]

    # The chain holds, the details can be opened, and the leaf has neither name nor address nor browser nor a typed password.
    assert {(event.private["ip"], event.private["agent"]) for event in events("staff", person.id)} == {("10.1.2.3", AGENT)}
    for event in EvidenceEvent.objects.all():
        leaf = bytes(event.leaf).decode()
        assert not [text for text in ("10.1.2.3", AGENT, "周敏", person.user.username, "wrong", "000000", person.phone) if text in leaf]
        assert json.loads(leaf)["commit"].keys() == {"ip", "agent"}


def test_nobody_can_fill_the_record_with_names_that_do_not_exist_nor_by_guessing_without_end(visitor, capsys):
    person = factories.staff("clerk")
    visitor.post("/console/login/", {"login": "nobody.at.all", "password": "x"})
    assert not EvidenceEvent.objects.exists()
    assert "nobody.at.all" not in "".join(capsys.readouterr())
    for _time in range(9):
        visitor.post("/console/login/", {"login": person.user.username.upper(), "password": "x"})
    assert 1 <= len(recorded(person)) <= 5


def test_a_log_in_that_cannot_be_recorded_does_not_happen(visitor, monkeypatch):
    from vermilion.apps.parties import access

    person = factories.staff("clerk")

    def lost(**options):
        raise RuntimeError("no evidence")

    visitor.raise_request_exception = False
    visitor.post("/console/login/", {"login": person.user.username, "password": factories.PASSWORD})
    monkeypatch.setattr(access, "record", lost)
    assert visitor.post("/console/login/code/", {"code": totp.present_code(person.user)}).status_code == 500
    assert visitor.get("/console/").status_code == 302, "still outside"


def test_a_changed_password_and_a_new_second_factor_are_on_record(visitor):
    person = factories.staff("clerk")
    totp.forget(person.user)
    visitor.post("/console/login/", {"login": person.user.username, "password": factories.PASSWORD})
    secret = visitor.get("/console/second-factor/").context["secret"]
    visitor.post("/console/second-factor/", {"code": totp.present_code_of(secret)})
    new = "another horse battery"
    visitor.post("/console/password/", {"oldpassword": factories.PASSWORD, "password1": new, "password2": new})
    types = [type for type, _public in recorded(person)]
    assert types[:3] == ["account.logged_in", "account.second_factor_set", "account.password_changed"]
    assert recorded(person)[0][1] == {"method": "password"}

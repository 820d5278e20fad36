"""Several requests of one browser at once: none undoes what another has noted in the session."""

from __future__ import annotations

import pytest
from django.contrib.sessions.backends.base import UpdateError

from vermilion.web.sessions import SessionStore, merged

pytestmark = pytest.mark.django_db


def stored(**data: object) -> str:
    session = SessionStore()
    session.update(data)
    session.create()
    return str(session.session_key)


def test_a_slow_picture_does_not_lose_the_code_that_was_sent_meanwhile() -> None:
    key = stored(grants={"case": {"until": 1, "proven": False}})
    picture, page = SessionStore(key), SessionStore(key)
    picture["grants"]["case"]["until"] = 2
    page["code"] = "id"
    page["grants"]["case"]["proven"] = True
    page.save()
    picture.save()
    assert dict(SessionStore(key).items()) == {"grants": {"case": {"until": 2, "proven": True}}, "code": "id"}


def test_what_was_withdrawn_meanwhile_stays_withdrawn() -> None:
    key = stored(grants={"case": {"until": 1}}, other=1)
    picture, leaving = SessionStore(key), SessionStore(key)
    picture["grants"]["case"]["until"] = 2
    del leaving["grants"]
    leaving.save()
    picture.save()
    assert dict(SessionStore(key).items()) == {"other": 1}


def test_one_request_may_save_twice_and_remove_its_own() -> None:
    key = stored(a=1)
    session = SessionStore(key)
    session["b"] = 2
    session.save()
    del session["b"]
    session.save()
    assert dict(SessionStore(key).items()) == {"a": 1}


def test_a_new_key_takes_everything_along_and_the_old_one_is_dead() -> None:
    key = stored(a=1)
    slow, session = SessionStore(key), SessionStore(key)
    slow["c"] = 3
    session["b"] = 2
    session.cycle_key()
    session["d"] = 4
    session.save()
    with pytest.raises(UpdateError):
        slow.save()
    assert not SessionStore().exists(key)
    assert dict(SessionStore(session.session_key).items()) == {"a": 1, "b": 2, "d": 4}


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "result"),
    [
        ({}, {"a": 1}, {"b": 2}, {"a": 1, "b": 2}),
        ({"a": 1}, {}, {"a": 1, "b": 2}, {"b": 2}),
        ({"a": 1}, {"a": 1}, {}, {}),
        ({"a": 1}, {"a": 2}, {"a": 3}, {"a": 2}),
        ({}, {"a": {"x": 1}}, {"a": {"y": 2}}, {"a": {"x": 1, "y": 2}}),
        ({"a": {"x": 1}}, {"a": "text"}, {"a": {"x": 2}}, {"a": "text"}),
    ],
)
def test_merging(base: dict[str, object], mine: dict[str, object], theirs: dict[str, object], result: dict[str, object]) -> None:
    assert merged(base, mine, theirs) == result

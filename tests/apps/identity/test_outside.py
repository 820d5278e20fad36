"""A provider described by a mapping, asked over real HTTP: what it says, what it does not say, and what somebody else says in its name."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.apps import making
from vermilion.apps.cases.models import CaseParty
from vermilion.apps.chronicle.queries import events
from vermilion.apps.identity import faces, limits, providers, queries, services
from vermilion.apps.identity.errors import (
    CallbackForged,
    CallbackStale,
    CallbackUnknown,
    CallbackUnreadable,
    WillingnessConsumed,
    WillingnessNotReady,
)
from vermilion.apps.identity.models import IdentityCheck, Picture, ProviderCallback
from vermilion.apps.identity.outside import https, settings
from vermilion.base import config as configuration

from .service import SECRET, Service

IP = "203.0.113.7"
PATH = "/api/identity/callback/acme/"
JPEG = b"\xff\xd8\xff" + b"face" * 20


@pytest.fixture(scope="module")
def running() -> Iterator[Service]:
    made = Service()
    yield made
    made.close()


@pytest.fixture
def service(running: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Service:
    running.asked.clear()
    running.say = lambda asked: {"seq": asked["seq"], "data": {"result": "01", "match": True}}
    running.status, running.pause, running.skew = 200, 0.0, 0
    running.key = SECRET
    path = tmp_path / "identity.toml"
    path.write_text(running.describe(tmp_path))
    made = settings.load(path)
    monkeypatch.setattr(providers, "every", lambda: [https.HttpIdentity(one, sleep=lambda seconds: None) for one in made])
    return running


def ask(party: CaseParty) -> IdentityCheck:
    return services.check_identity(party_id=party.id, method="three_element", ip=IP)


def test_the_mapping_is_followed_both_ways(service: Service, party: CaseParty) -> None:
    found = ask(party)
    assert (found.result, found.provider, found.assurance, found.cost, found.sandbox) == ("passed", "acme", "substantial", 30, False)
    (asked,) = service.asked
    assert asked["person"] == {"name": making.NAME, "no": making.ID_NUMBER, "mobile": making.PHONE}
    assert asked["seq"] == str(found.id)
    assert asked["genuine"]


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ({"data": {"result": "01", "match": False}}, "contradictory"),
        ({"data": {"result": "77", "match": True}}, "unknown_code"),
        ({"data": {"result": "09", "match": "09"}}, "busy"),
        ({"data": []}, "unknown_code"),
        ({"seq": "another question", "data": {"result": "01", "match": True}}, "foreign_answer"),
        (b"<html>gateway</html>", "bad_json"),
        (b"[" * 100_000, "bad_json"),
    ],
)
def test_what_decides_nothing_passes_nobody(service: Service, party: CaseParty, said: Any, outcome: str) -> None:
    service.say = lambda asked: said if isinstance(said, bytes) else {"seq": asked["seq"], **said}
    found = ask(party)
    assert (found.result, found.reason, found.cost) == ("unavailable", "provider_unavailable", 0)
    assert found.attempts[0]["outcome"] == outcome
    (told,) = [event.public for event in events("case", party.case_id) if event.type == "identity.answered"]
    assert (told["reason"], told["tries"]) == ("provider_unavailable", [f"acme: {outcome}"])


@pytest.mark.parametrize(
    ("spoil", "outcome"),
    [
        ({"key": b"somebody else's"}, "answer_forged"),
        ({"skew": 301}, "answer_stale"),
        ({"skew": -301}, "answer_stale"),
        ({"pause": 0.6}, "timeout"),
        ({"status": 503}, "http_503"),
        ({"status": 401}, "http_401"),
    ],
)
def test_forged_late_and_failing_answers(service: Service, party: CaseParty, spoil: dict[str, Any], outcome: str) -> None:
    for name, value in spoil.items():
        setattr(service, name, value)
    assert ask(party).attempts == [{"provider": "acme", "outcome": outcome, "cost": 0}]
    assert len(service.asked) == (2 if outcome in ("timeout", "http_503") else 1)


def test_a_difference_of_clocks_within_the_limit_is_believed(service: Service, party: CaseParty) -> None:
    service.skew = 290
    assert ask(party).result == "passed"


def test_a_failure_says_what_to_do(service: Service, party: CaseParty) -> None:
    service.say = lambda asked: {"seq": asked["seq"], "data": {"result": "03", "match": "03"}}
    found = ask(party)
    assert (found.result, found.reason) == ("failed", "not_found")
    assert "人工审核" in str(queries.explanation(found))


def test_health(service: Service) -> None:
    (one,) = providers.every()
    assert one.health() == "HTTP 200"
    service.status = 500
    with pytest.raises(providers.ProviderUnavailable):
        one.health()


# Visits.


def start(service: Service, party: CaseParty, visit: str = "t-1", **options: Any) -> IdentityCheck:
    service.say = lambda asked: {"seq": asked["seq"], "code": 0, "token": visit, "url": f"{service.url}/visit/{visit}"}
    urls = {"return_url": "https://here/back", "callback_url": "https://here/api/identity/callback/{provider}/"}
    return services.start_face(party_id=party.id, ip=IP, **urls, **options)


def call_back(service: Service, outcome: str = "ok", visit: str = "t-1", **more: Any) -> str:
    raw = json.dumps({"token": visit, "outcome": outcome, **more}).encode()
    return services.take_callback(provider_name="acme", headers=service.headers(raw), path=PATH, raw=raw)


def test_a_visit_begins_there_and_its_callback_decides(service: Service, party: CaseParty) -> None:
    check = start(service, party)
    assert (check.result, check.details["redirect"]) == ("waiting", f"{service.url}/visit/t-1")
    assert service.asked[0]["notify"] == "https://here/api/identity/callback/acme/"
    assert call_back(service) == "accepted"
    assert queries.passed_check(party, "face").assurance == "high"  # type: ignore[union-attr]


def test_a_replayed_callback_changes_nothing_and_is_told(service: Service, party: CaseParty) -> None:
    start(service, party)
    assert [call_back(service), call_back(service)] == ["accepted", "repeated"]
    assert list(ProviderCallback.objects.order_by("received_at").values_list("outcome", flat=True)) == ["accepted", "repeated"]
    assert "identity.repeated" in {event.type for event in events("case", party.case_id)}


def test_a_contradicted_pass_is_taken_back_and_stays_so(service: Service, party: CaseParty) -> None:
    check = start(service, party)
    assert [call_back(service), call_back(service, "bad"), call_back(service)] == ["accepted", "contradictory", "contradictory"]
    check.refresh_from_db()
    assert (check.result, check.reason) == ("failed", "contradictory")
    assert queries.passed_check(party, "face") is None
    assert str(queries.explanation(check))


def test_a_late_word_counts_for_nothing(service: Service, party: CaseParty, moving: making.MovingClock) -> None:
    check = start(service, party)
    moving.forward(minutes=16)
    assert call_back(service) == "late"
    check.refresh_from_db()
    assert (check.result, check.reason) == ("unavailable", "late")
    assert call_back(service) == "late"


def test_who_comes_back_before_the_callback_is_asked_for(service: Service, party: CaseParty) -> None:
    check = start(service, party)
    service.say = lambda asked: {"token": "t-1", "outcome": "run"}
    assert services.ask_result(check_id=check.id).result == "waiting"
    service.say = lambda asked: {"token": "t-1", "outcome": "ok"}
    assert services.ask_result(check_id=check.id).result == "passed"
    assert call_back(service) == "repeated"


def test_a_visit_given_up_for_another_decides_nothing(service: Service, party: CaseParty) -> None:
    start(service, party)
    start(service, party, "t-2")
    assert call_back(service) == "late"
    assert queries.passed_check(party, "face") is None
    assert call_back(service, visit="t-2") == "accepted"


def test_callbacks_of_others(service: Service, party: CaseParty, monkeypatch: pytest.MonkeyPatch) -> None:
    start(service, party)
    raw = json.dumps({"token": "t-1", "outcome": "ok"}).encode()
    genuine = service.headers(raw)
    for headers, body, error in (
        ({}, raw, CallbackForged),
        ({**genuine, "X-Sign": "é"}, raw, CallbackForged),
        (genuine, raw.replace(b"ok", b"bad"), CallbackForged),
    ):
        with pytest.raises(error):
            services.take_callback(provider_name="acme", headers=headers, path=PATH, raw=body)
    service.skew = -301
    with pytest.raises(CallbackStale):
        call_back(service)
    service.skew = 0
    with pytest.raises(CallbackUnknown):
        call_back(service, visit="guessed")
    with pytest.raises(CallbackUnreadable):
        call_back(service, "new word")
    with pytest.raises(CallbackUnknown):
        services.take_callback(provider_name="nobody", headers=genuine, path=PATH, raw=raw)
    assert queries.passed_check(party, "face") is None
    monkeypatch.setattr("vermilion.apps.identity.faces.STRANGERS_KEPT", ProviderCallback.objects.count())
    with pytest.raises(CallbackForged):
        services.take_callback(provider_name="acme", headers={}, path=PATH, raw=raw)
    assert ProviderCallback.objects.count() == 7
    told = [(event.public["provider"], event.public["why"]) for event in events("system", faces.STRANGERS)]
    assert told == [("acme", why) for why in ("forged", "forged", "forged", "stale", "unknown", "unreadable")] + [("", "unknown")]


def test_a_visit_leads_to_the_provider_only(service: Service, party: CaseParty) -> None:
    service.say = lambda asked: {"seq": asked["seq"], "code": 0, "token": "t-1", "url": "https://elsewhere.example/visit"}
    check = services.start_face(party_id=party.id, ip=IP, return_url="", callback_url="{provider}")
    assert (check.result, check.attempts[0]["outcome"]) == ("unavailable", "foreign_redirect")


@pytest.mark.parametrize("days", [0, 7])
def test_faces_go_with_the_decision_unless_a_rule_keeps_them(
    service: Service, party: CaseParty, moving: making.MovingClock, days: int
) -> None:
    from datetime import timedelta

    from vermilion.apps.identity import pictures

    check = start(service, party, terms=services.Terms(keep_faces=timedelta(days=days)))
    call_back(service, image=base64.b64encode(JPEG).decode())
    check.refresh_from_db()
    assert check.picture_digest
    assert base64.b64encode(JPEG).decode() not in check.details["response"]
    assert Picture.objects.count() == bool(days)
    if days:
        assert JPEG not in bytes(Picture.objects.get().content)
        moving.forward(days=days, seconds=1)
        assert pictures.forget_kept() == 1
    deleted = [event for event in events("case", party.case_id) if event.type == "identity.picture_deleted"]
    assert [event.public["picture"] for event in deleted] == [check.picture_digest]


# The will.


def test_a_face_proves_the_will_to_sign_one_file_once(service: Service, party: CaseParty, moving: making.MovingClock) -> None:
    document, shown = making.make_document(party.case)
    check = start(service, party, bound_digest=shown.sha256, wording="投保确认书")
    given = {
        "party": party,
        "document_id": document.id,
        "check_id": check.id,
        "shown_digest": shown.sha256,
        "wording": "投保确认书",
        "ip": IP,
    }
    with pytest.raises(WillingnessNotReady):
        services.verify_face(**given)
    call_back(service)
    assert queries.passed_check(party, "face") is None  # a will is no identity
    for wrong in ({"shown_digest": "b" * 64}, {"wording": "别的文件"}):
        with pytest.raises(WillingnessNotReady):
            services.verify_face(**{**given, **wrong})
    made = services.verify_face(**given)
    assert (made.method, made.check_made_id, made.details["wording"]) == ("face", check.id, "投保确认书")
    with pytest.raises(WillingnessConsumed):
        services.verify_face(**given)
    start(service, party, "t-2", bound_digest=shown.sha256, wording="投保确认书")
    call_back(service, visit="t-2")
    moving.forward(seconds=limits.FACE_WILL.total_seconds() + 1)
    with pytest.raises(WillingnessNotReady):
        services.verify_face(**{**given, "check_id": IdentityCheck.objects.latest("started_at").id})


# The file.


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda text: text.replace('name = "acme"', 'name = "staff"'), "a name of its own"),
        (lambda text: text.replace("{id_number}", "{idnumber}"), "unknown value in braces: idnumber"),
        (lambda text: text.replace('"seq" = "{request_id}"', '"seq" = "1"'), "{request_id} goes nowhere"),
        (lambda text: text.replace("http://127.0.0.1", "http://192.0.2.1"), "must begin with https://"),
        (lambda text: text.replace('= "passed"', '= "mismatch"'), "no code means passed"),
        (lambda text: text.replace("verify = {", "#"), "face needs verify"),
        (lambda text: text.replace("\\n{body_sha256}", ""), "must cover {time} and {body}"),
        (lambda text: text.replace("seconds = 0.5", "second = 1"), "Extra inputs"),
        (lambda text: "provider = 3", "provider"),
        (lambda text: "[[", "不能读取"),
    ],
)
def test_a_wrong_file_says_what_is_wrong(running: Service, tmp_path: Path, change: Callable[[str], str], sentence: str) -> None:
    path = tmp_path / "identity.toml"
    path.write_text(change(running.describe(tmp_path)))
    with pytest.raises(settings.ProvidersInvalid) as wrong:
        settings.load(path)
    assert sentence in str(wrong.value.message)


def test_the_file_is_found_by_the_setting(db: None, running: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "identity.toml"
    path.write_text(running.describe(tmp_path))
    changed = configuration.config().model_copy(update={"identity_file": path})
    monkeypatch.setattr(providers, "config", lambda: changed)
    assert [one.name for one in providers.offering("three_element")] == ["acme"]
    (tmp_path / "acme.key").chmod(0o644)
    with pytest.raises(settings.ProvidersInvalid, match="open to others"):
        providers.every()

"""Signing by a passkey: set up by a code on the phone in hand, then asked for exactly the document that is shown."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from tests import life, snapshots
from tests.passkeys import Authenticator
from tests.web.customer import Customer, code_to
from vermilion.apps.cases import services as cases
from vermilion.apps.chronicle.queries import events
from vermilion.apps.identity import customer_passkeys
from vermilion.apps.identity.models import CustomerPasskey, PasskeyQuestion, Willingness
from vermilion.apps.parties.models import Insurer
from vermilion.apps.parties.passkeys import check_evidence
from vermilion.apps.signing import asking
from vermilion.apps.signing.models import SigningTask, TaskState
from vermilion.base import clock
from vermilion.cli.demo import content

pytestmark = pytest.mark.django_db(transaction=True)
HOST = {"HTTP_HOST": "localhost"}


@pytest.fixture
def reading(platform: Insurer) -> Customer:
    """Return a customer who has read her confirmation."""

    def read() -> Customer:
        made = Customer()
        made.apply()
        made.post("sign/", {"digest": task_of(made).shown_digest})
        return made

    return snapshots.state("portal, confirmation read", read)


def task_of(customer: Customer) -> SigningTask:
    return SigningTask.objects.filter(case=customer.case, document__void=False).latest("created_at")


def ask(customer: Customer, **data: str) -> Any:
    posted = {"digest": task_of(customer).shown_digest, **data}
    return customer.client.post(customer.url("sign/passkey/begin/"), posted, HTTP_ACCEPT="application/problem+json", **HOST)


def set_up(customer: Customer) -> Authenticator:
    """Let her set up a passkey on her phone, as the page leads her."""
    digest = task_of(customer).shown_digest
    customer.client.post(customer.url("sign/write/"), {"digest": digest, "method": "passkey", "passkey_code": "1"}, **HOST)
    phone = Authenticator()
    options = ask(customer, setup="1", code=code_to(customer.phone)).json()
    customer.client.post(customer.url("sign/passkey/add/"), {"digest": digest, **phone.form(options)}, **HOST)
    return phone


def sign(customer: Customer, answer: dict[str, str]) -> Any:
    given = {"digest": task_of(customer).shown_digest, "method": "passkey", "strokes": json.dumps(life.STROKES), **answer}
    return customer.client.post(customer.url("sign/write/"), given, **HOST)


def test_a_passkey_signs_the_shown_document_and_its_answer_is_kept(reading: Customer) -> None:
    assert "先在这台设备上设置通行密钥" in reading.client.get(reading.url("sign/write/?method=passkey"), **HOST).content.decode()
    phone = set_up(reading)
    answer = phone.form(ask(reading).json())
    assert sign(reading, answer)["Location"] == reading.url("sign/status/")
    given = Willingness.objects.get(case=reading.case)
    assert (given.method, given.shown_digest) == ("passkey", task_of(reading).shown_digest)
    (event,) = [one for one in events("case", reading.case.id) if one.type == "willingness.verified"]
    check_evidence(event.private["passkey"])  # type: ignore[arg-type]
    # The phone is hers in her next case too: nothing to set up.
    assert CustomerPasskey.objects.count() == 1


@pytest.mark.parametrize("attack", ["replay", "late", "other document", "other phone", "unverified", "cross site"])
def test_an_answer_that_was_not_given_for_this_signs_nothing(reading: Customer, attack: str, monkeypatch: pytest.MonkeyPatch) -> None:
    phone = snapshots.state("portal, passkey set up", lambda: (set_up(reading), reading))[0]
    options = ask(reading).json()
    changes: dict[str, Any] = {"unverified": {"flags": 1}, "cross site": {"origin": "https://evil.example"}}.get(attack, {})
    answer = (Authenticator() if attack == "other phone" else phone).form(options, **changes)
    if attack == "replay":
        PasskeyQuestion.objects.filter(pk=options["id"]).update(used_at=clock.now())
    if attack == "late":
        later = PasskeyQuestion.objects.get(pk=options["id"]).expires_at
        monkeypatch.setattr(clock, "now", lambda: later)
    if attack == "other document":
        assert ask(reading, digest="0" * 64).status_code == 409  # nor is a question made for another digest
        # What the page said, and so what was asked, is not what she would sign.
        monkeypatch.setattr(asking, "wording", lambda task: "保险合同 00000000")
    refused = sign(reading, answer)
    assert refused.status_code == 422, refused.content
    assert "没有通过通行密钥验证" in refused.content.decode()
    assert task_of(reading).state == TaskState.OPEN
    assert [one for one in events("case", reading.case.id) if one.type == "passkey.refused"]


def test_no_passkey_is_set_up_without_the_code_of_her_own_phone(reading: Customer) -> None:
    assert ask(reading, setup="1", code="000000").status_code == 422
    assert not PasskeyQuestion.objects.exists()
    assert not CustomerPasskey.objects.exists()


def test_a_removed_passkey_signs_nothing_more(reading: Customer) -> None:
    phone = set_up(reading)
    passkey = CustomerPasskey.objects.get()
    nobody = Client()
    for stranger in (nobody, entered(somebody_else())):
        assert "没有通行密钥" in stranger.get("/my/passkeys/").content.decode() or stranger is nobody
        assert stranger.post(f"/my/passkeys/{passkey.id}/remove/").status_code == (302 if stranger is nobody else 404)
    passkey.refresh_from_db()
    assert passkey.removed_at is None

    mine = entered(reading.case.parties.get(role="policyholder").personal)
    assert "我的通行密钥" in mine.get("/my/").content.decode()
    shown = mine.get("/my/passkeys/").content.decode()
    assert "还没有用过" in shown
    asked = ask(reading).json()
    assert "它不能再签名" in mine.post(f"/my/passkeys/{passkey.id}/remove/", follow=True).content.decode()
    assert mine.post(f"/my/passkeys/{passkey.id}/remove/").status_code == 404  # twice
    refused = sign(reading, phone.form(asked))
    assert refused.status_code == 422
    assert SigningTask.objects.get(pk=task_of(reading).pk).state == TaskState.OPEN
    told = [(event.type, event.public) for event in events("case", reading.case.id) if event.type.startswith("passkey.")]
    assert ("passkey.removed", {"passkey": str(passkey.id), "signer": "policyholder"}) in told
    assert told[-1][1]["reason"] == "unknown_passkey"
    with pytest.raises(IntegrityError, match="stays removed"), transaction.atomic():
        CustomerPasskey.objects.update(removed_at=None)


def test_a_removal_stands_in_every_case_in_which_the_passkey_signed(reading: Customer) -> None:
    phone = set_up(reading)
    sign(reading, phone.form(ask(reading).json()))
    person = reading.case.parties.get(role="policyholder").personal
    with transaction.atomic():
        later = life.start("medical")
        (party,) = cases.set_parties(case=later, people=[("policyholder", person)])
    customer_passkeys.remove(passkey_id=CustomerPasskey.objects.get().id, party=party)
    for case in (reading.case, later):
        assert [event.type for event in events("case", case.id)].count("passkey.removed") == 1


def somebody_else() -> dict[str, str]:
    """Return another customer, who has a case of her own."""
    person: dict[str, str] = content.sample_application("medical", seed=9)["policyholder"]
    with transaction.atomic():
        cases.set_parties(case=life.start("medical"), people=[("policyholder", person)])
    return person


def entered(person: dict[str, str]) -> Client:
    """Return the browser of somebody who has proven to ``/my/`` who she is."""
    client = Client()
    client.post("/my/enter/", {"phone": person["phone"]})
    client.post("/my/prove/", {"code": code_to(person["phone"]), "name": person["name"], "id_number": person["id_number"]})
    return client

"""The demo's payment page and outbox: there in a demo, absent elsewhere; the callback is real and signed."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from django.test import Client

from tests import life
from tests.web.customer import open_shop
from vermilion.apps.cases.models import Case
from vermilion.apps.cases.transitions import State
from vermilion.apps.payments.models import GatewayCallback, PaymentOrder
from vermilion.cli.demo import content
from vermilion.cli.demo.content import samples
from vermilion.web.sandbox import pay

Drain = Callable[..., int]


@pytest.fixture
def due(transactional_db: None, clean_jobs: None, drain_jobs: Drain) -> Iterator[Case]:
    """Return a case that waits for its premium."""
    life.instance.decide(demo=True)
    with life.running_keeper():
        life.seeded_insurer()
        definition = next(item for item in content.products() if item.code == "critical_illness")
        case = life.start("critical_illness")
        life.sign(life.apply(case, samples.application(definition)).signing_tasks.get())
        drain_jobs()
        yield Case.objects.get(pk=case.pk)


def through(client: Client) -> Callable[..., httpx.Response]:
    """Return a stand-in for the network between the two companies: the bytes and headers arrive as they were sent."""

    def post(url: str, *, content: bytes, headers: dict[str, str], **_options: Any) -> httpx.Response:
        path = url.split("testserver")[1]
        kept = {key: value for key, value in headers.items() if key != "Content-Type"}
        answer = client.post(path, data=content, content_type="application/json", headers=kept)
        return httpx.Response(answer.status_code)

    return post


def test_paying_is_told_by_a_signed_callback(due: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    from vermilion.apps.payments.services import start_payment

    monkeypatch.setattr(httpx, "post", through(Client()))
    monkeypatch.setattr(pay.threading, "Thread", Now)
    path = start_payment(case_id=due.id)
    client = Client()
    assert client.get(path).status_code == 200
    assert client.post(path, {"cancel": "1"})["Location"] == f"/apply/{due.number}/"
    assert Case.objects.get(pk=due.pk).state == State.AWAITING_PAYMENT
    client.post(path)
    assert Case.objects.get(pk=due.pk).state == State.ISSUING
    assert GatewayCallback.objects.get().result == "accepted"
    # Pressed again, or opened again: nothing more happens.
    client.post(path)
    assert GatewayCallback.objects.count() == 1
    assert "已经完成或关闭" in client.get(path).content.decode()
    assert PaymentOrder.objects.get(case=due).state == "paid"


class Now:
    """A thread that has ended before it was started: the test sees what it did."""

    def __init__(self, *, target: Callable[..., None], args: tuple[Any, ...], daemon: bool) -> None:
        self.target, self.args = target, args

    def start(self) -> None:
        self.target(*self.args)


def test_an_unknown_order_is_not_found(db: None) -> None:
    open_shop()
    assert Client().get(f"/sandbox/pay/{uuid.uuid4()}/").status_code == 404


def test_the_outbox_is_open_in_a_demo_only(db: None) -> None:
    client = Client()
    assert client.get("/sandbox/outbox/").status_code == 404
    open_shop()
    client.post("/my/enter/", {"phone": "13700000001"})
    assert "13700000001" in client.get("/sandbox/outbox/").content.decode()
    assert "13700000001" in client.get("/sandbox/outbox/messages/").content.decode()

"""A callback is believed for its signature and its agreement with the order, and for nothing else; one payment makes one policy."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from tests import life
from tests.at_once import at_once
from vermilion.apps.cases import services as cases
from vermilion.apps.cases.models import Case
from vermilion.apps.cases.transitions import State
from vermilion.apps.chronicle.queries import events
from vermilion.apps.notices.models import Notice
from vermilion.apps.payments import gateways, services, tasks
from vermilion.apps.payments.errors import (
    CallbackForged,
    CallbackMismatch,
    CallbackRefused,
    CallbackStale,
    GatewayNotConfigured,
    OrderClosed,
    OrderNotFound,
)
from vermilion.apps.payments.models import GatewayCallback, PaymentOrder
from vermilion.apps.policies.models import Policy
from vermilion.base import clock
from vermilion.base.canonical import canonical

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESS = "/api/payments/callback/sandbox/"


@pytest.fixture
def unpaid(platform, drain_jobs) -> Case:
    """Return an accepted case whose customer was sent to the gateway."""
    case = life.signed("medical", drain_jobs, first=True)
    services.start_payment(case_id=case.id)
    return case


def stamp(seconds: int = 0) -> str:
    return str(int(clock.now().timestamp()) + seconds)


def signature_of(timestamp: str, raw: bytes) -> str:
    return gateways.sign(gateways.SandboxGateway().key(), timestamp, raw)


def call(raw: bytes, *, at: str | None = None, signature: str | None = None, gateway: str = "sandbox") -> str:
    at = stamp() if at is None else at
    return services.take_callback(
        gateway_name=gateway, timestamp=at, signature=signature_of(at, raw) if signature is None else signature, raw=raw
    )


def unpaid_still(case: Case) -> bool:
    case.refresh_from_db()
    return case.state == State.AWAITING_PAYMENT and not PaymentOrder.objects.filter(state="paid").exists()


def test_nothing_but_a_genuine_fitting_callback_is_believed(unpaid, drain_jobs):
    other = life.signed("medical", drain_jobs, seed=42)
    good = canonical(life.paid(unpaid))
    amount = life.paid(unpaid)["amount"]
    attempts: list[tuple[type[Exception], dict]] = [
        (CallbackForged, {"raw": good, "signature": "0" * 64}),
        (CallbackForged, {"raw": good, "signature": ""}),
        (CallbackForged, {"raw": good, "signature": "é" * 64}),
        (CallbackForged, {"raw": good, "at": ""}),
        (CallbackForged, {"raw": good, "at": "soon"}),
        (CallbackForged, {"raw": good, "at": "²"}),
        (CallbackForged, {"raw": good, "at": "9" * 5000}),
        (CallbackForged, {"raw": good + b" ", "signature": signature_of(stamp(), good)}),
        (CallbackForged, {"raw": good, "at": stamp(), "signature": signature_of(stamp(1), good)}),
        (CallbackStale, {"raw": good, "at": stamp(-301)}),
        (CallbackStale, {"raw": good, "at": stamp(3600)}),
        (GatewayNotConfigured, {"raw": good, "gateway": "alipay"}),
        (CallbackRefused, {"raw": b""}),
        (CallbackRefused, {"raw": b"not json"}),
        (CallbackRefused, {"raw": b"\xff\xfe"}),
        (CallbackRefused, {"raw": b"[]"}),
        (CallbackRefused, {"raw": b"[" * 15000}),
        (CallbackRefused, {"raw": b"{}"}),
        (CallbackRefused, {"raw": canonical(life.paid(unpaid, order_id="x"))}),
        (CallbackRefused, {"raw": canonical(life.paid(unpaid, order_id=17))}),
        (CallbackRefused, {"raw": canonical(life.paid(unpaid, amount=str(amount)))}),
        (CallbackRefused, {"raw": canonical(life.paid(unpaid, amount=True))}),
        (CallbackRefused, {"raw": json.dumps(life.paid(unpaid, amount=float(amount))).encode()}),
        (CallbackRefused, {"raw": canonical(life.paid(unpaid, transaction_id=""))}),
        (CallbackRefused, {"raw": canonical(life.paid(unpaid, transaction_id="a\0b"))}),
        (CallbackMismatch, {"raw": canonical(life.paid(unpaid, amount=amount - 1))}),
        (CallbackMismatch, {"raw": canonical(life.paid(unpaid, amount=10**30))}),
        (CallbackMismatch, {"raw": canonical(life.paid(unpaid, currency="USD"))}),
        (CallbackMismatch, {"raw": canonical(life.paid(unpaid, case_number=other.number))}),
        (OrderNotFound, {"raw": canonical(life.paid(unpaid, order_id=str(uuid4())))}),
    ]
    for error, attempt in attempts:
        with pytest.raises(error) as refused:
            call(**attempt)
        assert type(refused.value) is error, attempt
    assert unpaid_still(unpaid)
    # Every arrival is on record with what was made of it.
    assert GatewayCallback.objects.count() == len(attempts)
    assert not GatewayCallback.objects.filter(result__in=["accepted", "repeated"]).exists()

    # Over HTTP: the gateway gets a problem and nothing changes; too much is not even read into a record.
    client = Client()
    refused = client.post(ADDRESS, good, content_type="application/json", headers={"X-Timestamp": stamp(), "X-Signature": "00"})
    assert (refused.status_code, refused.json()["code"]) == (401, "callback_signature_wrong")
    assert refused.json()["title"] == "支付通知未被接受"  # nobody is asked to log in
    huge = client.post(ADDRESS, b"x" * 20000, content_type="application/json", headers={"X-Timestamp": stamp(), "X-Signature": "00"})
    assert (huge.status_code, huge["Content-Type"]) == (413, "application/problem+json")
    assert client.get(ADDRESS).status_code == 405
    assert unpaid_still(unpaid)


def test_strangers_cannot_fill_the_record_of_callbacks(unpaid, monkeypatch, drain_jobs):
    monkeypatch.setattr(services, "STRANGERS_KEPT", 3)
    raw = canonical(life.paid(unpaid))
    for _time in range(5):
        with pytest.raises(CallbackForged):
            call(raw, signature="0" * 64)
        with pytest.raises(GatewayNotConfigured):
            call(raw, gateway="alipay")
    assert GatewayCallback.objects.count() == 3
    # What the gateway itself sent is always kept, refused or not.
    with pytest.raises(CallbackMismatch):
        call(canonical(life.paid(unpaid, currency="USD")))
    assert call(raw) == "accepted"
    assert GatewayCallback.objects.count() == 5
    # After some months nobody asks for a stranger's any more.
    GatewayCallback.objects.update(received_at=clock.now() - timedelta(days=91))
    tasks.forget_strangers()
    assert set(GatewayCallback.objects.values_list("result", flat=True)) == {"callback_mismatch", "accepted"}


def test_a_payment_counts_once(unpaid, drain_jobs):
    other = life.signed("medical", drain_jobs, seed=43)
    services.start_payment(case_id=other.id)
    # Nobody is refused for how the gateway writes a name: half a character and a NUL.
    raw, at = json.dumps(life.paid(unpaid, payer="\ud800李\0")).encode(), stamp()
    headers = {"X-Timestamp": at, "X-Signature": signature_of(at, raw)}
    first = Client().post(ADDRESS, raw, content_type="application/json", headers=headers)
    assert (first.status_code, first.json()) == (200, {"result": "accepted"})
    # The gateway repeats, the same bytes or newly stamped: the same answer, and nothing happens twice.
    assert Client().post(ADDRESS, raw, content_type="application/json", headers=headers).json() == {"result": "repeated"}
    assert call(raw, at=stamp(5)) == "repeated"
    with pytest.raises(OrderClosed):  # another payment for the paid order
        call(json.dumps({**json.loads(raw), "transaction_id": "SB-second"}).encode())
    with pytest.raises(CallbackMismatch):  # the paid transaction for another order
        call(canonical(life.paid(other, transaction_id=json.loads(raw)["transaction_id"])))
    with pytest.raises(OrderClosed):
        services.start_payment(case_id=unpaid.id)
    drain_jobs()
    assert [event.type for event in events("case", unpaid.id)].count("premium.paid") == 1
    assert Notice.objects.filter(case=unpaid, template="payment_received").count() == 1
    assert Policy.objects.filter(case=unpaid).count() == 1
    other.refresh_from_db()
    assert other.state == State.AWAITING_PAYMENT


def test_callbacks_at_once_make_one_policy(unpaid, drain_jobs):
    raw = canonical(life.paid(unpaid))
    results = at_once(*[lambda: call(raw)] * 4)
    assert sorted(results, key=str) == ["accepted", "repeated", "repeated", "repeated"]
    drain_jobs()
    assert Policy.objects.filter(case=unpaid).count() == 1
    unpaid.refresh_from_db()
    assert unpaid.state in (State.DELIVERED, State.ARCHIVED)


def test_money_after_the_end_is_refused_and_on_record(unpaid):
    raw = canonical(life.paid(unpaid))
    Case.objects.filter(pk=unpaid.pk).update(deadline_at=clock.now() - timedelta(seconds=1))
    assert cases.expire_overdue(clock.now()) == 1
    with pytest.raises(OrderClosed):
        call(raw)
    assert GatewayCallback.objects.get().result == "order_closed"
    assert PaymentOrder.objects.get(case=unpaid).state == "void"
    assert not Policy.objects.exists()


def test_a_changed_amount_replaces_the_order(unpaid):
    raw = canonical(life.paid(unpaid))
    amount = life.paid(unpaid)["amount"]
    with life.cases.transaction.atomic():
        case = cases.lock(unpaid.id)
        same = services.create_order(case=case, amount=amount, currency="CNY")
        assert services.create_order(case=case, amount=amount, currency="CNY").pk == same.pk
        new = services.create_order(case=case, amount=amount + 100, currency="CNY")
    with pytest.raises(OrderClosed):
        call(raw)
    assert call(canonical({**json.loads(raw), "order_id": str(new.id), "amount": amount + 100})) == "accepted"

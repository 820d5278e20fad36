"""Use cases of collecting the premium."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from vermilion.apps.cases import services as cases
from vermilion.apps.cases.models import Case
from vermilion.apps.cases.transitions import State
from vermilion.apps.chronicle.services import record
from vermilion.apps.conduct import suspecting
from vermilion.apps.notices.services import send
from vermilion.apps.parties.models import StaffMember
from vermilion.apps.signing import links
from vermilion.apps.signing.applying import named_applicant
from vermilion.base import clock
from vermilion.base.canonical import sha256
from vermilion.base.errors import VermilionError
from vermilion.base.rows import only

from .errors import (
    CallbackForged,
    CallbackMismatch,
    CallbackRefused,
    CallbackStale,
    GatewayNotConfigured,
    OrderClosed,
    OrderNotFound,
    RefundUnknown,
)
from .gateways import Callback, gateway
from .models import GatewayCallback, OrderState, PaymentOrder

#: Anybody can send us something and call it a callback. So many of those that no known gateway signed are kept in an hour.
STRANGERS_KEPT = 100
#: How long they are kept.
KEEP_STRANGERS = timedelta(days=90)
UNSIGNED = (CallbackForged.code, CallbackStale.code, GatewayNotConfigured.code)
TRANSACTION = re.compile(r"[\x21-\x7e]{1,64}")

log = structlog.get_logger("vermilion.payments")
_paid: list[Any] = []


def on_paid(handler: Any) -> None:
    """Register ``handler(case, order)``, called in the transaction that accepts the payment (site/wiring.py)."""
    _paid.append(handler)


def create_order(*, case: Case, amount: int, currency: str) -> PaymentOrder:
    """Ask a locked case's customer for ``amount`` fen; the live order is returned if it asks for the same, replaced if not."""
    live = case.payment_orders.filter(state=OrderState.OPEN).first()
    if live and (live.amount, live.currency) == (amount, currency):
        return live
    if live:
        live.state = OrderState.VOID
        live.save(update_fields=["state"])
    order = PaymentOrder.objects.create(case=case, amount=amount, currency=currency, gateway="", created_at=clock.now())
    record(
        stream="case",
        stream_id=case.id,
        type="payment.requested",
        public={"order": str(order.id)},
        private={"amount": amount, "currency": currency},
    )
    return order


def case_closed(case: Case) -> None:
    """The case ended without a policy, or is applied for anew: nothing is to be paid now. Called by cases, case locked."""
    case.payment_orders.filter(state=OrderState.OPEN).update(state=OrderState.VOID)


def record_refund(*, case: Case, staff: StaffMember, reference: str) -> PaymentOrder:
    """A clerk has had the whole premium of a locked case returned. Raises RefundUnknown without a number to find it by, OrderNotFound."""
    if not TRANSACTION.fullmatch(reference):
        raise RefundUnknown()
    order = case.payment_orders.filter(state=OrderState.PAID).first()
    if order is None:
        raise OrderNotFound()
    order.state, order.refunded_at, order.refunded_by, order.refund_reference = OrderState.REFUNDED, clock.now(), staff, reference
    order.save(update_fields=["state", "refunded_at", "refunded_by", "refund_reference"])
    facts = {"by": staff.name, "amount": order.amount, "currency": order.currency, "reference": reference}
    record(stream="case", stream_id=case.id, type="payment.refunded", public={"order": str(order.id)}, private=facts)
    return order


def start_payment(*, case_id: UUID) -> str:
    """The customer goes to pay: return the gateway's path. Raises OrderNotFound, OrderClosed or GatewayNotConfigured."""
    chosen = gateway()
    with transaction.atomic():
        case = cases.lock(case_id)
        order = case.payment_orders.filter(state=OrderState.OPEN).first()
        if order is None:
            raise OrderClosed() if case.payment_orders.filter(state=OrderState.PAID).exists() else OrderNotFound()
        order.gateway = chosen.name
        order.requested_at = order.requested_at or clock.now()
        order.save(update_fields=["gateway", "requested_at"])
    return chosen.pay_path(order)


def take_callback(*, gateway_name: str, timestamp: str, signature: str, raw: bytes) -> str:
    """Believe or refuse one callback; return ``accepted`` or ``repeated``. Every arrival is kept, strangers' within limits.

    Raises CallbackRefused.

    Signature and age are checked over the raw body before it is parsed; then order, case, amount and currency must all agree.
    """
    try:
        gateway(gateway_name).check(timestamp=timestamp, signature=signature, raw=raw)
        callback = _parse(raw)
        result, order = _settle(callback)
    except VermilionError as error:
        _keep(gateway_name, raw, error.code, None)
        raise
    _keep(gateway_name, raw, result, order)
    return result


def _parse(raw: bytes) -> Callback:
    try:
        said = json.loads(raw)
        amount, transaction = said["amount"], said["transaction_id"]
        if not isinstance(amount, int) or isinstance(amount, bool) or not TRANSACTION.fullmatch(transaction):
            raise TypeError
        return Callback(
            order_id=str(UUID(said["order_id"])),
            case_number=str(said["case_number"]),
            amount=amount,
            currency=str(said["currency"]),
            transaction_id=transaction,
            payer=str(said.get("payer", ""))[:100].encode("utf-8", "replace").decode().replace("\0", ""),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise CallbackRefused() from error


def _settle(callback: Callback) -> tuple[str, PaymentOrder]:
    found = only(PaymentOrder.objects.filter(pk=callback.order_id))
    if found is None:
        raise OrderNotFound()
    with transaction.atomic():
        case = cases.lock(found.case_id)
        order = PaymentOrder.objects.select_for_update(no_key=True).get(pk=found.pk)
        if (callback.case_number, callback.amount, callback.currency) != (case.number, order.amount, order.currency):
            raise CallbackMismatch()
        if order.state in (OrderState.PAID, OrderState.REFUNDED):
            if order.transaction_id == callback.transaction_id:
                return "repeated", order
            raise OrderClosed()
        if order.state != OrderState.OPEN or case.state != State.AWAITING_PAYMENT:
            raise OrderClosed()
        order.state, order.transaction_id, order.paid_at = OrderState.PAID, callback.transaction_id, clock.now()
        try:
            with transaction.atomic():
                order.save(update_fields=["state", "transaction_id", "paid_at"])
        except IntegrityError as error:  # the same gateway transaction was used for another order
            raise CallbackMismatch() from error
        cases.advance(
            case,
            "premium.paid",
            actor="gateway",
            why={
                "order": str(order.id),
                "amount": order.amount,
                "currency": order.currency,
                "transaction": order.transaction_id,
                "payer": callback.payer,
            },
        )
        party = named_applicant(case)
        send(case=case, template="payment_received", channel="sms", to=party.personal["phone"], party=party, data={"case": case.number})
        suspecting.paid(case=case, payer=callback.payer)
        for handler in _paid:
            handler(case, order)
    return "accepted", order


def _keep(gateway_name: str, raw: bytes, result: str, order: PaymentOrder | None) -> None:
    now = clock.now()
    if result in UNSIGNED and strangers().filter(received_at__gt=now - timedelta(hours=1)).count() >= STRANGERS_KEPT:
        log.warning("callback_not_kept", result=result)
        return
    GatewayCallback.objects.create(order=order, gateway=gateway_name[:24], body_digest=sha256(raw), result=result, received_at=now)


def strangers() -> QuerySet[GatewayCallback]:
    """Return what arrived without a known gateway's signature."""
    return GatewayCallback.objects.filter(order=None, result__in=UNSIGNED)


def forget_strangers(*, before: datetime) -> int:
    """Delete those that arrived before a moment; return how many."""
    return strangers().filter(received_at__lt=before).delete()[0]


def ask(case: Case, amount: int) -> None:
    """Ask an accepted case's customer to pay, on the page and by message. Called by underwriting, case locked."""
    create_order(case=case, amount=amount, currency=cases.application(case).currency)
    party = named_applicant(case)
    links.send_link(case=case, party=party, purpose="pay", template="payment_due", deadline=links.day(case.deadline_at))

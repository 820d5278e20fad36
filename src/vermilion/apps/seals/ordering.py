"""Certificates of seals from an outside CA: ordered in a transaction, carried by a job, judged by the keeper, put in place once."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from vermilion.apps.chronicle.services import record
from vermilion.apps.parties.models import StaffMember
from vermilion.base import jobs

from . import authorities, tasks
from .authorities import Issued, Order, Pending
from .authorities.settings import AuthoritiesInvalid
from .errors import AuthorityRefused, AuthorityUnavailable, SealNotUsable
from .keeper import client
from .models import CertificateOrder, Seal

State = CertificateOrder.State


@transaction.atomic
def order_certificate(*, seal_id: UUID, authority: str, by: StaffMember | None = None) -> CertificateOrder:
    """Order a certificate for a seal; an order that is under way is returned instead. Raises SealNotUsable."""
    seal = Seal.objects.select_for_update(no_key=True).filter(pk=seal_id).first()
    if seal is None or not seal.passed:
        raise SealNotUsable()
    order = seal.orders.filter(state__in=[State.OPEN, State.PENDING]).first()
    if order is None:
        order = CertificateOrder.objects.create(authority=authority, seal=seal, renewal=seal.certificate_id is not None, ordered_by=by)
        facts = {"order": str(order.pk), "by": str(by.pk) if by else None}
        record(stream="seal", stream_id=seal.pk, type="certificate.ordered", public={"authority": authority}, private=facts)
    jobs.enqueue(tasks.carry_order_job, queueing_lock=f"certificate order {order.pk}", order_id=order.pk)
    return order


def carry_order(*, order_id: UUID) -> CertificateOrder:
    """Take one order a step further. Idempotent. Raises AuthorityUnavailable and the keeper's errors, after which the job tries again."""
    order = CertificateOrder.objects.select_related("seal__insurer").get(pk=order_id)
    if order.state in (State.ISSUED, State.REFUSED):
        return order
    authority = authorities.named(order.authority)
    if authority is None:
        raise AuthoritiesInvalid()
    evidence = authority.evidence_file.read_bytes() if authority.evidence_file else b""
    seal = order.seal
    if order.request is None:
        order.key_name, order.request = client.request_certificate(seal.pk, seal.insurer.name)
        order.save(update_fields=["key_name", "request"])
    asked = Order(
        id=order.pk,
        profile="organisation",
        request=bytes(order.request),
        common_name=seal.name,
        organisation=seal.insurer.name,
        evidence=evidence,
        reference=order.reference,
        renewal=order.renewal,
    )
    try:
        answer = authorities.adapter(authority).enrol(asked)
        if isinstance(answer, Issued):
            certificate_id = client.accept_certificate(seal.pk, seal.insurer.name, order.key_name, answer.certificates)
    except AuthorityUnavailable as error:
        CertificateOrder.objects.filter(pk=order.pk).update(error=str(error.facts.get("detail", ""))[:400])
        raise
    except AuthorityRefused as error:
        return _refuse(order, str(error.facts.get("detail", "")))
    if isinstance(answer, Pending):
        return _wait(order, answer, asked.evidence_sha256)
    return _put(order, certificate_id, asked.evidence_sha256)


@transaction.atomic
def _wait(order: CertificateOrder, pending: Pending, evidence_sha256: str) -> CertificateOrder:
    order.state, order.reference, order.evidence_sha256, order.error = State.PENDING, pending.reference[:200], evidence_sha256, ""
    order.save(update_fields=["state", "reference", "evidence_sha256", "error"])
    jobs.enqueue(tasks.carry_order_job, queueing_lock=f"certificate order {order.pk}", delay_seconds=pending.seconds, order_id=order.pk)
    return order


@transaction.atomic
def _refuse(order: CertificateOrder, reason: str) -> CertificateOrder:
    order.state, order.error = State.REFUSED, reason[:400]
    order.save(update_fields=["state", "error"])
    facts = {"order": str(order.pk), "reason": reason}
    record(stream="seal", stream_id=order.seal_id, type="certificate.refused", public={"authority": order.authority}, private=facts)
    return order


@transaction.atomic
def _put(order: CertificateOrder, certificate_id: UUID, evidence_sha256: str) -> CertificateOrder:
    seal = Seal.objects.select_for_update(no_key=True).get(pk=order.seal_id)
    if not seal.passed:
        raise SealNotUsable()
    seal.certificate_id = certificate_id
    if seal.state in (Seal.State.REQUESTED, Seal.State.REVIEWED):
        seal.state = Seal.State.ACTIVE
    seal.save(update_fields=["certificate", "state"])
    order.state, order.certificate_id, order.evidence_sha256, order.error = State.ISSUED, certificate_id, evidence_sha256, ""
    order.save(update_fields=["state", "certificate", "evidence_sha256", "error"])
    public = {"authority": order.authority, "evidence_sha256": evidence_sha256}
    facts = {"order": str(order.pk), "certificate": str(certificate_id)}
    record(stream="seal", stream_id=seal.pk, type="certificate.issued", public=public, private=facts)
    return order

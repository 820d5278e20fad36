"""When nothing more is to be signed: the archive takes the case, policies expire, follow-up calls are made, invoices arrive."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from vermilion.apps.cases import documents
from vermilion.apps.cases import services as cases
from vermilion.apps.cases.models import Case
from vermilion.apps.cases.transitions import State
from vermilion.apps.chronicle.services import record
from vermilion.apps.parties.models import StaffMember
from vermilion.apps.signing import services as signing
from vermilion.base import clock, jobs
from vermilion.base.canonical import sha256

from . import events
from .errors import InvoiceConflict, PolicyNotFound
from .giving_up import give_up
from .models import FollowUpCall, Invoice, Policy, PolicyStatus
from .servicing import WITHDRAWABLE, note

# What a policy is after a change that ends it.
ENDS = {"cooling_off_cancel": PolicyStatus.CANCELLED, "surrender": PolicyStatus.SURRENDERED}

_finishers: list[Callable[[UUID], None]] = []


def on_finished(handler: Callable[[UUID], None]) -> None:
    """Register ``handler(case_id)``, called outside a transaction when a sale is complete (site/wiring.py)."""
    _finishers.append(handler)


def finish(*, case_id: UUID) -> None:
    """Hand a complete sale to those who registered."""
    for handler in _finishers:
        handler(case_id)


def unfinished(before: datetime) -> list[UUID]:
    """Return cases that are complete but not archived since ``before``."""
    acknowledged = Case.objects.filter(state=State.ACKNOWLEDGED, state_since__lt=before).values_list("pk", flat=True)
    delivered = Case.objects.filter(state=State.DELIVERED, state_since__lt=before)
    # Nothing more is to be signed: the product asks for no acknowledgement, or the policy ended before there was one.
    complete = delivered.filter(~Q(product__data__acknowledgement=True) | ~Q(policy__status=PolicyStatus.IN_FORCE))
    return [*acknowledged, *complete.values_list("pk", flat=True)[:200]]


def finish_later(case: Case) -> None:
    """Hand a case over soon, in the caller's transaction: the sale is complete, or the archive has to take something new."""
    from .tasks import finished_job

    jobs.enqueue(finished_job, case_id=str(case.id))


def end_by_change(policy: Policy, *, kind: str, moment: datetime) -> None:
    """End a policy of a locked case by a surrender or cancellation, now or, when ``moment`` lies ahead, by the sweep at that time."""
    policy.ended_at, policy.end_reason = moment, kind
    if moment <= clock.now():
        policy.status = ENDS[kind]
        for document in policy.case.documents.filter(kind="policy_acknowledgement", closed_at=None):
            signing.void_tasks(document)
        finish_later(policy.case)
    policy.save(update_fields=["status", "ended_at", "end_reason"])


def end_due(moment: datetime) -> int:
    """End the policies whose surrender has become effective; return how many."""
    count = 0
    for found in Policy.objects.filter(status=PolicyStatus.IN_FORCE, ended_at__lte=moment)[:200]:
        with transaction.atomic():
            case = cases.lock(found.case_id)
            policy = Policy.objects.select_for_update().get(pk=found.pk)
            if policy.status != PolicyStatus.IN_FORCE or policy.ended_at is None:
                continue
            policy.case = case
            end_by_change(policy, kind=policy.end_reason, moment=policy.ended_at)
            record(stream="case", stream_id=case.id, type="policy.ended", public={"policy": str(policy.id), "status": str(policy.status)})
            events.tell(case, "policy.ended", {"status": str(policy.status)})
            count += 1
    return count


def expire_policies(moment: datetime) -> int:
    """End the policies whose period is over, and what was to change them; return how many."""
    count = 0
    for policy in Policy.objects.filter(status=PolicyStatus.IN_FORCE, cover_to__lte=moment).select_related("case")[:200]:
        with transaction.atomic():
            case = cases.lock(policy.case_id)
            changed = Policy.objects.filter(pk=policy.pk, status=PolicyStatus.IN_FORCE).update(
                status=PolicyStatus.EXPIRED, ended_at=policy.cover_to, end_reason="expired"
            )
            if changed:
                for change in policy.endorsements.filter(state__in=WITHDRAWABLE).select_related("policy", "application_document"):
                    change.policy.case = case
                    give_up(change, "policy_ended")
                    note(change, "endorsement.withdrawn", why="policy_ended")
                record(stream="case", stream_id=case.id, type="policy.expired", public={"policy": str(policy.id)})
                events.tell(case, "policy.ended", {"status": PolicyStatus.EXPIRED.value})
                count += 1
    return count


def receive_invoice(*, policy_number: str, insurer_id: UUID, invoice_number: str, file: bytes) -> Invoice:
    """Keep the invoice that the tax system made. The same number with the same file again changes nothing.

    Raises PolicyNotFound, InvoiceConflict when the number is on record with another file or for another policy.
    """
    policy = Policy.objects.select_related("case__data_key").filter(number=policy_number, insurer_id=insurer_id).first()
    if policy is None:
        raise PolicyNotFound()
    with transaction.atomic():
        cases.lock(policy.case_id)
        _refuse_conflict(policy, invoice_number, file)
        document = documents.open_document(case=policy.case, kind="invoice", title=_("电子发票"), subject=f"invoice-{invoice_number}")
    key = documents.store_bytes(policy.case, document.id, file)
    with transaction.atomic():
        case = cases.lock(policy.case_id)
        _refuse_conflict(policy, invoice_number, file)
        invoice = policy.invoices.filter(number=invoice_number).first() or policy.invoices.filter(number="").first()
        if invoice is None:
            invoice = Invoice(policy=policy, amount=0, requested_at=clock.now())
        if invoice.received_at is None:
            documents.add_revision(document=document, kind="received", data=file, blob_key=key, closes=True)
            invoice.number, invoice.document, invoice.received_at = invoice_number, document, clock.now()
            invoice.save()
            record(stream="case", stream_id=case.id, type="invoice.received", private={"number": invoice_number})
            if case.state == State.ARCHIVED:
                finish_later(case)
    return invoice


def _refuse_conflict(policy: Policy, invoice_number: str, file: bytes) -> None:
    found = Invoice.objects.filter(number=invoice_number, policy__insurer_id=policy.insurer_id).select_related("document").first()
    if found is None:
        return
    kept = found.document.revisions.get().sha256 if found.document else ""
    if found.policy_id != policy.id or kept != sha256(file):
        raise InvoiceConflict()


def record_follow_up(*, call_id: UUID, staff: StaffMember, answers: dict[str, str], remark: str) -> FollowUpCall:
    """The service desk made the follow-up call (回访)."""
    with transaction.atomic():
        call = FollowUpCall.objects.select_for_update(of=("self",), no_key=True).select_related("policy__case").get(pk=call_id)
        call.staff, call.done_at = staff, clock.now()
        call.content = {"answers": answers, "remark": remark[:1000]}
        call.save()
        record(stream="case", stream_id=call.policy.case_id, type="follow_up.done", private={"by": staff.name, "answers": answers})
    return call

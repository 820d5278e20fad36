"""Handing a queued notice to its gateway, and what follows. The gateway is called outside any transaction."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from vermilion.apps.cases import documents
from vermilion.apps.cases.models import Revision
from vermilion.apps.cases.services import lock
from vermilion.apps.chronicle.services import record
from vermilion.base import clock, jobs
from vermilion.base.instance import is_demo
from vermilion.base.rows import only

from . import handlers, providers
from .catalogue import TEMPLATES
from .errors import DeliveryError
from .models import Notice, NoticeState

#: Seconds to wait after the first, second … failed try; after the last the notice is listed as 送达失败.
WAITS = (5, 15, 60, 300, 1800, 7200)


def deliver(notice_id: UUID) -> None:
    """Hand a notice over unless that has happened. Failures are recorded on the notice and tried again later by a new job.

    A process that dies between the gateway's answer and our record sends the message twice; nobody is told too little.
    """
    notice = only(Notice.objects.filter(pk=notice_id))
    if notice is None or notice.state != NoticeState.QUEUED:
        return
    content = notice.content
    try:
        provider = providers.for_channel(notice.channel)
        receipt = provider.hand_over(providers.Outgoing(notice.id, content["to"], content["subject"], content["body"], _files(content)))
    except DeliveryError as error:
        _mark_failed_try(notice_id, error)
    else:
        _mark_handed_over(notice_id, provider, receipt)


def _files(content: dict[str, Any]) -> tuple[tuple[str, bytes], ...]:
    """Return the attached documents, read from where they are kept and checked against their digests."""
    return tuple((one["name"], documents.read(Revision.objects.get(pk=one["revision"]))) for one in content.get("files", ()))


def outlived(notice: Notice) -> bool:
    """Tell whether nobody needs this notice any more."""
    return clock.now() - notice.created_at > timedelta(minutes=TEMPLATES[notice.template].useful_minutes)


def mark_received(notice_id: UUID) -> Notice:
    """Record that the gateway saw the message arrive."""
    with transaction.atomic():
        notice = _locked(notice_id)
        if notice.state == NoticeState.SENT:
            notice.state, notice.received_at = NoticeState.RECEIVED, clock.now()
            notice.save(update_fields=["state", "received_at"])
            _record(notice, "notice.received")
            handlers.delivered(notice)
    return notice


def _mark_handed_over(notice_id: UUID, provider: providers.Provider, receipt: providers.Receipt) -> None:
    with transaction.atomic():
        notice = _locked(notice_id)
        if notice.state != NoticeState.QUEUED:
            return
        moment = clock.now()
        notice.state = NoticeState.RECEIVED if receipt.received else NoticeState.SENT
        notice.handed_over_at, notice.received_at = moment, moment if receipt.received else None
        notice.provider, notice.provider_id, notice.sandbox = provider.name, receipt.provider_id, provider.sandbox
        notice.attempts += 1
        notice.last_error = notice.last_error_detail = ""
        notice.next_at = None
        _forget_secret(notice)
        notice.save()
        _record(notice, "notice.handed_over", provider=provider.name, sandbox=provider.sandbox, received=receipt.received)
        handlers.delivered(notice)


def _mark_failed_try(notice_id: UUID, error: DeliveryError) -> None:
    with transaction.atomic():
        notice = _locked(notice_id)
        if notice.state != NoticeState.QUEUED:
            return
        notice.attempts += 1
        notice.last_error, notice.last_error_detail = error.code, error.detail
        if error.temporary and notice.attempts <= len(WAITS) and not outlived(notice):
            wait = WAITS[notice.attempts - 1]
            notice.next_at = clock.now() + timedelta(seconds=wait)
            from . import tasks  # the task's module needs this one

            jobs.enqueue(tasks.deliver, lock=f"notice:{notice.id}", delay_seconds=wait, notice_id=str(notice.id))
        else:
            notice.state, notice.next_at = NoticeState.FAILED, None
            _forget_secret(notice)
            _record(notice, "notice.failed", error=error.code, attempts=notice.attempts)
        notice.save()


def _locked(notice_id: UUID) -> Notice:
    """Return the notice locked, its case first, in the order in which every use case locks."""
    case_id = Notice.objects.values_list("case_id", flat=True).get(pk=notice_id)
    case = lock(case_id) if case_id else None
    notice = Notice.objects.select_for_update(no_key=True).get(pk=notice_id)
    if case is not None:
        notice.case = case
    return notice


def _forget_secret(notice: Notice) -> None:
    """Take the one-time code out of a notice that left or never will: nobody needs to read it here."""
    # The demo's outbox is how its visitors receive their codes.
    if TEMPLATES[notice.template].vanishing and not is_demo():
        notice.content = {**notice.content, "body": notice.content["masked"]}


def _record(notice: Notice, type: str, **public: object) -> None:
    if notice.case_id:
        record(stream="case", stream_id=notice.case_id, type=type, public={"notice": str(notice.id), "template": notice.template, **public})

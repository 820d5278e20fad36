"""Sending notices. ``send`` runs inside the caller's transaction: the message exists if and only if the fact that it tells does."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from vermilion.apps.cases.models import Case, CaseParty, Revision
from vermilion.apps.chronicle.services import record
from vermilion.apps.parties.models import Insurer
from vermilion.base import clock, jobs
from vermilion.base.vault import keyed_hash, new_data_key

from . import delivery, rendering, tasks
from .catalogue import TEMPLATES
from .errors import NoticeNotFound
from .models import Notice, NoticeState

PLATFORM = rendering.Sender("朱印", "朱印 Vermilion", "")


def send(
    *,
    case: Case | None,
    template: str,
    channel: str,
    to: str,
    data: dict[str, str],
    party: CaseParty | None = None,
    language: str | None = None,
    insurer: Insurer | None = None,
    files: Sequence[tuple[str, Revision]] = (),
) -> Notice:
    """Queue one message and return it; must run inside a transaction. Delivery is a job and starts when the transaction commits.

    ``data`` holds exactly the template's variables (``docs/notices.md``), all of them text. ``insurer`` is needed only without a case.
    ``language`` is the case's unless given. ``files`` go along with a mail: name and revision. Raises NoticeDataWrong.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a notice is sent in the transaction of what it tells")
    insurer = insurer or (case.insurer if case else Insurer.objects.order_by("code").first())
    spoken = case.language if case and template in TEMPLATES and not TEMPLATES[template].for_staff else "zh-hans"
    language = language or spoken
    sender = rendering.Sender(insurer.short_name, insurer.name, insurer.hotline) if insurer else PLATFORM
    message = rendering.render(template, channel=channel, language=language, sender=sender, data=data)
    readable = rendering.masked(template, message.body, data)
    attached = {"files": [{"name": name, "revision": str(revision.pk)} for name, revision in files]} if files else {}
    notice = Notice(
        insurer=insurer,
        case=case,
        party=party,
        template=template,
        channel=channel,
        language=language,
        data_key_id=case.data_key_id if case else new_data_key("notice").pk,
        content={"to": to, "subject": message.subject, "body": message.body, "masked": readable, **attached},
        recipient_hash=recipient_hash(to),
        created_at=clock.now(),
    )
    notice.save(force_insert=True)
    if case:
        record(
            stream="case",
            stream_id=case.id,
            type="notice.created",
            public={"notice": str(notice.id), "template": template, "channel": channel},
            private={"to": to, "text": readable},
        )
    jobs.enqueue(tasks.deliver, lock=f"notice:{notice.id}", notice_id=str(notice.id))
    return notice


def recipient_hash(to: str) -> str:
    """Return by what notices to a phone or mail address are found."""
    return keyed_hash("recipient", to.strip().lower())


def resend(*, notice_id: UUID) -> Notice:
    """Queue a failed notice again, from the list 送达失败. A one-time code is not sent again: the person asks for a new one."""
    with transaction.atomic():
        notice = Notice.objects.select_for_update(of=("self",), no_key=True).filter(pk=notice_id).first()
        if notice is None:
            raise NoticeNotFound()
        if notice.state == NoticeState.FAILED and not delivery.outlived(notice):
            notice.state, notice.attempts, notice.next_at = NoticeState.QUEUED, 0, None
            notice.save(update_fields=["state", "attempts", "next_at"])
            jobs.enqueue(tasks.deliver, lock=f"notice:{notice.id}", notice_id=str(notice.id))
    return notice


def confirm_received(*, provider: str, provider_id: str) -> Notice:
    """A gateway's report says that the message arrived. Raises NoticeNotFound; a second report changes nothing."""
    found = Notice.objects.filter(provider=provider, provider_id=provider_id).exclude(provider_id="").first()
    if found is None:
        raise NoticeNotFound()
    return delivery.mark_received(found.pk)

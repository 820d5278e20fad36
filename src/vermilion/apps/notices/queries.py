"""Reading the outbox."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext

from vermilion.apps.cases.models import Case
from vermilion.apps.parties.models import Insurer
from vermilion.base import clock
from vermilion.base.instance import is_demo
from vermilion.base.validation import mask_email, mask_phone

from .catalogue import TEMPLATES
from .errors import OutboxClosed
from .models import Channel, Notice, NoticeState
from .services import recipient_hash


@dataclass(frozen=True)
class NoticeView:
    """One notice as a page shows it. ``to`` is masked except in the demo's outbox."""

    id: UUID
    case_number: str
    template: str
    name: str
    channel: str
    to: str
    subject: str
    body: str
    state: str
    provider: str
    sandbox: bool
    attempts: int
    last_error: str
    last_error_detail: str
    created_at: datetime
    handed_over_at: datetime | None
    received_at: datetime | None


def outbox(
    *, insurer: Insurer | None = None, case: Case | None = None, channel: str = "", to: str = "", limit: int = 100
) -> list[NoticeView]:
    """Return the newest notices as they were sent, codes and all. Raises OutboxClosed outside a demo instance."""
    if not is_demo():
        raise OutboxClosed()
    rows = Notice.objects.select_related("case")
    if insurer:
        rows = rows.filter(insurer=insurer)
    if case:
        rows = rows.filter(case=case)
    if channel:
        rows = rows.filter(channel=channel)
    if to:
        rows = rows.filter(recipient_hash=recipient_hash(to))
    return [_view(row, open_text=True) for row in rows[:limit]]


def of_case(case: Case) -> list[NoticeView]:
    """Return what was sent about a case, newest first, recipients and codes masked."""
    return [_view(row) for row in Notice.objects.filter(case=case).select_related("case")]


def views(rows: Iterable[Notice]) -> list[NoticeView]:
    """Return chosen notices as a page shows them, recipients and codes masked."""
    return [_view(row) for row in rows]


def failing() -> QuerySet[Notice]:
    """Return what somebody must look after (送达失败): given up, or failing and waiting for the next try.

    What nothing can be done about any more is not among it: a code that has run out, or a message whose case and channel have worked
    since, so that the customer was reached.
    """
    since = Notice.objects.filter(
        case=OuterRef("case"),
        channel=OuterRef("channel"),
        created_at__gt=OuterRef("created_at"),
        state__in=[NoticeState.SENT, NoticeState.RECEIVED],
    )
    useless = Q()
    for template in TEMPLATES.values():
        if template.vanishing:
            useless |= Q(template=template.key, created_at__lt=clock.now() - timedelta(minutes=template.useful_minutes))
    rows = Notice.objects.filter(state__in=[NoticeState.FAILED, NoticeState.QUEUED]).exclude(last_error="")
    return rows.exclude(useless).filter(~Exists(since))


def undelivered(insurer: Insurer, *, limit: int = 200) -> list[NoticeView]:
    """Return the list 送达失败 of an insurer."""
    return [_view(row) for row in failing().filter(insurer=insurer).select_related("case")[:limit]]


def _view(row: Notice, *, open_text: bool = False) -> NoticeView:
    content = row.content
    mask = mask_phone if row.channel == Channel.SMS else mask_email
    return NoticeView(
        id=row.id,
        case_number=row.case.number if row.case else "",
        template=row.template,
        name=gettext(TEMPLATES[row.template].name),
        channel=row.channel,
        to=content["to"] if open_text else mask(content["to"]),
        subject=content["subject"],
        body=content["body"] if open_text else content["masked"],
        state=row.state,
        provider=row.provider,
        sandbox=row.sandbox,
        attempts=row.attempts,
        last_error=row.last_error,
        last_error_detail=row.last_error_detail,
        created_at=row.created_at,
        handed_over_at=row.handed_over_at,
        received_at=row.received_at,
    )

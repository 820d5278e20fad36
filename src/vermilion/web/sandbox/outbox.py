"""The demo's outbox: every message as its recipient would see it, on a phone or in a mailbox."""

from __future__ import annotations

from itertools import islice
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from vermilion.apps.notices.queries import NoticeView
from vermilion.apps.notices.queries import outbox as sent_notices

RECIPIENTS = 24
MESSAGES = 200


def _phones() -> list[dict[str, Any]]:
    """Return the recipients with their messages, who got the newest one first."""
    found: dict[tuple[str, str], list[NoticeView]] = {}
    for notice in sent_notices(limit=MESSAGES):
        found.setdefault((notice.channel, notice.to), []).append(notice)
    return [{"channel": channel, "to": to, "messages": messages} for (channel, to), messages in islice(found.items(), RECIPIENTS)]


@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """The page. Outside a demo instance it does not exist (OutboxClosed)."""
    return TemplateResponse(request, "sandbox/outbox.html", {"phones": _phones()})


@require_safe
def messages(request: HttpRequest) -> HttpResponse:
    """The messages alone, asked for again every few seconds."""
    return TemplateResponse(request, "sandbox/messages.html", {"phones": _phones()})


@require_safe
def messages_json(request: HttpRequest) -> HttpResponse:
    """The messages to one recipient (``?to=``) for a program that plays the customer, newest first."""
    found = sent_notices(to=request.GET.get("to", ""), limit=20)
    rows = [{"id": str(notice.id), "template": notice.template, "channel": notice.channel, "body": notice.body} for notice in found]
    return JsonResponse({"messages": rows})

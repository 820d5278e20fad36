"""What pages show of a 用印申请, at the desk and to those who approve it: how far it is, who said what, each document."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse

from vermilion.apps.parties.models import Role, StaffMember
from vermilion.apps.parties.scoping import scope_of
from vermilion.apps.seals import weaker
from vermilion.apps.seals.models import SealRequest, SealRequestDecision, SealRequestItem
from vermilion.apps.seals.requests import making, sealing
from vermilion.apps.templates.services import page_pictures
from vermilion.base import blobs

from . import permissions
from .frame import picture
from .papers import DPI

TONES = {"waiting": "waiting", "approved": "active", "done": "done", "refused": "blocked", "withdrawn": "ended", "expired": "ended"}
ITEM_TONES = {"waiting": "active", "sealed": "done", "failed": "blocked", "dropped": "ended"}


def progress_of(found: SealRequest) -> dict[str, Any]:
    """Return each document's true state, the counts, and what stops the list now."""
    items = list(found.items.order_by("position"))
    stopped, hint = sealing.why_stopped(found)
    counts = {state: sum(item.state == state for item in items) for state in SealRequestItem.State.values}
    return {
        "asked": found,
        "tone": TONES[found.state],
        "rows": [
            {"item": item, "tone": ITEM_TONES[item.state], "error": sealing.in_words(item.error) if item.error else ""} for item in items
        ],
        "counts": counts,
        "total": len(items),
        "share": 100 * (len(items) - counts["waiting"]) // max(len(items), 1),
        "settled": len(items) - counts["waiting"],
        "running": found.state == SealRequest.State.APPROVED,
        "stopped": stopped,
        "stopped_hint": hint,
        "retriable": found.state in (SealRequest.State.APPROVED, SealRequest.State.DONE),
    }


def words_of(found: SealRequest) -> dict[str, Any]:
    """Return who is to decide, who did, and what was said."""
    people = {str(one.pk): one.name for one in StaffMember.objects.filter(pk__in=found.rule["approvers"])}
    said = list(found.decisions.select_related("by"))
    waiting = set(making.open_seats(found)) if found.state == SealRequest.State.WAITING else set()
    decided = {str(one.seat): one for one in said if one.seat}
    return {
        "mode": found.rule["mode"],
        "seats": [
            {"name": people.get(seat, "—"), "said": decided.get(seat), "weaker": _way(decided.get(seat)), "waiting": seat in waiting}
            for seat in found.rule["approvers"]
        ],
        "said": [
            {"it": one, "text": one.content.get("text", ""), "for": people.get(str(one.seat), "") if one.delegation else ""} for one in said
        ],
        "reason": found.content["reason"],
        "ended": found.content.get("ended", ""),
    }


def _way(said: SealRequestDecision | None) -> str:
    """Return how an approval was given where that was weaker than a passkey."""
    weakly = said is not None and said.decision == "approve" and weaker.is_weaker(said.proof)
    return str(weaker.NAMES[(said.proof or {})["method"]]) if weakly and said else ""


def visible(request: HttpRequest) -> QuerySet[SealRequest]:
    """Return the requests that the visitor may see: her own; who keeps or audits seals, all of her branches."""
    staff: Any = request.staff  # type: ignore[attr-defined]
    overseers = (*permissions.SEALS, Role.AUDITOR)
    own = Q(requested_by=staff)
    return SealRequest.objects.filter(own | scope_of(staff, overseers).q() if staff.has(*overseers) else own)


def item_of(found: SealRequest, position: int) -> SealRequestItem:
    """Return a document of a request. Raises Http404."""
    item = found.items.filter(position=position).first()
    if item is None:
        raise Http404
    item.request = found
    return item


def file_of(item: SealRequestItem, *, sealed: bool) -> bytes:
    """Return a document's bytes: what was sent in or, when asked and there, what was sealed."""
    if sealed and item.sealed_key:
        return blobs.get(item.sealed_key, expected_sha256=item.sealed_digest)
    return blobs.get(item.shown_key, expected_sha256=item.shown_digest)


def item_picture(item: SealRequestItem, page: int, *, sealed: bool) -> HttpResponse:
    """Give one page of a document as a picture, drawn in a confined child. Raises Http404."""
    drawn = page_pictures(file_of(item, sealed=sealed), dpi=DPI, pages=(page, page))
    if not drawn:
        raise Http404
    return picture(drawn[0])


def request_among(rows: QuerySet[SealRequest], asked_id: UUID) -> SealRequest:
    """Return one of ``rows``. Raises Http404."""
    found = rows.select_related("insurer", "seal__certificate", "seal__branch", "requested_by", "branch").filter(pk=asked_id).first()
    if found is None:
        raise Http404
    return found

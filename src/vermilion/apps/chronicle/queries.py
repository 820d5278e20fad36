"""Reading and checking chains."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from vermilion.base.canonical import sha256
from vermilion.base.clock import rfc3339

from .errors import ChainBroken
from .models import EvidenceEvent, EvidenceStream
from .services import commitment


@dataclass(frozen=True)
class EventView:
    """One event as a page shows it; ``private`` is empty when its details were erased."""

    seq: int
    type: str
    at: datetime
    digest: str
    prev: str
    public: dict[str, Any]
    private: dict[str, Any]


def events(kind: str, subject: UUID) -> list[EventView]:
    """Return the events of a stream in order, commitments opened.

    Raises ChainBroken when a row does not say what its leaf says, a link or a commitment does not fit, or an event is missing.
    """
    if not EvidenceStream.objects.filter(kind=kind, subject=subject).exists():
        return []
    # One statement reads events and head, so an event that is being added meanwhile is in both or in neither.
    rows = EvidenceEvent.objects.filter(stream__kind=kind, stream__subject=subject).select_related("stream", "detail").order_by("seq")
    views: list[EventView] = []
    prev, head = "", None
    for expected, row in enumerate(rows):
        head = row.stream
        leaf = _leaf(row)
        said = (leaf["seq"], leaf["prev"], leaf["type"], leaf["at"], leaf.get(kind))
        if said != (expected, prev, row.type, rfc3339(row.at), str(subject)) or (row.seq, row.prev) != (expected, prev):
            raise ChainBroken(seq=expected, stream=str(subject))
        views.append(EventView(row.seq, row.type, row.at, row.digest, row.prev, leaf["public"], _opened(row, leaf)))
        prev = row.digest
    if head is None or (head.next_seq, head.head) != (len(views), prev):
        raise ChainBroken(seq=len(views), stream=str(subject))
    return views


def _leaf(row: EvidenceEvent) -> dict[str, Any]:
    data = bytes(row.leaf)
    if sha256(data) != row.digest:
        raise ChainBroken(seq=row.seq, event=str(row.id))
    leaf: dict[str, Any] = json.loads(data)
    return leaf


def _opened(row: EvidenceEvent, leaf: dict[str, Any]) -> dict[str, Any]:
    detail = getattr(row, "detail", None)
    private = {}
    for name, (salt, value) in (detail.content if detail else {}).items():
        if leaf["commit"].get(name) != commitment(salt, name, value):
            raise ChainBroken(seq=row.seq, event=str(row.id), field=name)
        private[name] = value
    return private

"""Reading and checking chains."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from vermilion.base.canonical import sha256

from .errors import ChainBroken
from .models import EvidenceEvent
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
    """Return the events of a stream in order, commitments opened. Raises ChainBroken when a link or a commitment does not fit."""
    rows = EvidenceEvent.objects.filter(stream__kind=kind, stream__subject=subject).select_related("stream", "detail").order_by("seq")
    views, prev = [], ""
    for expected, row in enumerate(rows):
        leaf = json.loads(bytes(row.leaf))
        if (
            row.seq != expected
            or leaf["seq"] != expected
            or row.prev != prev
            or leaf["prev"] != prev
            or sha256(bytes(row.leaf)) != row.digest
        ):
            raise ChainBroken(seq=expected, stream=str(subject))
        detail = getattr(row, "detail", None)
        private = {}
        for name, (salt, value) in (detail.content if detail else {}).items():
            if leaf["commit"].get(name) != commitment(salt, name, value):
                raise ChainBroken(seq=expected, stream=str(subject), field=name)
            private[name] = value
        views.append(EventView(row.seq, row.type, row.at, row.digest, row.prev, leaf["public"], private))
        prev = row.digest
    return views

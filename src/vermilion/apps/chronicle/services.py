"""Recording facts. Called by every service inside the transaction that changes the state."""

from __future__ import annotations

import secrets
from typing import Any
from uuid import UUID

from django.db import connection

from vermilion.base.canonical import canonical, digest, plain, sha256
from vermilion.base.clock import now, rfc3339
from vermilion.base.vault import new_data_key

from .models import EvidenceDetail, EvidenceEvent, EvidenceStream

LEAF_VERSION = 1


def commitment(salt: str, name: str, value: Any) -> str:
    """Return the salted digest of one field, as SD-JWT does it: SHA-256 over ``[salt, name, value]``."""
    return digest([salt, name, value])


def record(
    *,
    stream: str,
    stream_id: UUID,
    type: str,
    private: dict[str, Any] | None = None,
    public: dict[str, Any] | None = None,
    data_key_id: UUID | None = None,
) -> EvidenceEvent:
    """Append one event to a stream and return it. Must run inside a transaction.

    ``private`` goes into the leaf only as one salted commitment a field; ``public`` stands in the leaf in clear and must hold no
    personal datum (digests, states, codes). ``data_key_id`` is the key of a new stream's details (the case's key); without it the
    stream gets a key of its own.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an EvidenceEvent is recorded in the transaction of the fact it states")
    head = _locked_head(stream, stream_id, data_key_id)
    at = now()
    opened = {name: [secrets.token_hex(32), plain(value)] for name, value in (private or {}).items()}
    leaf = canonical(
        {
            "v": LEAF_VERSION,
            head.kind: str(head.subject),
            "seq": head.next_seq,
            "type": type,
            "at": rfc3339(at),
            "prev": head.head,
            "public": public or {},
            "commit": {name: commitment(salt, name, value) for name, (salt, value) in opened.items()},
        }
    )
    event = EvidenceEvent(stream=head, seq=head.next_seq, type=type, at=at, prev=head.head, leaf=leaf, digest=sha256(leaf))
    _append(head, event, opened)
    return event


# Every page, click and step of a case is an event, so these two statements are the ones most often run. The models would make four of them,
# and putting a statement together takes Django longer than running it.
_LOCK = """
    SELECT id, kind, subject, next_seq, head, data_key_id FROM chronicle_evidencestream WHERE kind = %s AND subject = %s FOR NO KEY UPDATE
"""
_APPEND = """
    WITH event AS (
        INSERT INTO chronicle_evidenceevent (id, stream_id, seq, type, at, prev, leaf, digest) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
    ), detail AS (
        INSERT INTO chronicle_evidencedetail (event_id, content) SELECT %s, content FROM (VALUES (%s::bytea)) AS given (content)
        WHERE content IS NOT NULL
    )
    UPDATE chronicle_evidencestream SET next_seq = %s, head = %s WHERE id = %s
"""


def _locked_head(kind: str, subject: UUID, data_key_id: UUID | None) -> EvidenceStream:
    if found := _head(kind, subject):
        return found
    key = data_key_id or new_data_key(f"stream:{kind}").pk
    EvidenceStream.objects.bulk_create([EvidenceStream(kind=kind, subject=subject, data_key_id=key)], ignore_conflicts=True)
    made = _head(kind, subject)
    assert made is not None  # noqa: S101 -- by us or by whoever was quicker
    return made


def _head(kind: str, subject: UUID) -> EvidenceStream | None:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [kind, subject])
        row = cursor.fetchone()
    return EvidenceStream.from_db(None, ["id", "kind", "subject", "next_seq", "head", "data_key_id"], row) if row else None


def _append(head: EvidenceStream, event: EvidenceEvent, opened: dict[str, Any]) -> None:
    """Store an event, what opens it, and the stream's new head."""
    content = EvidenceDetail._meta.get_field("content").pre_save(EvidenceDetail(event=event, content=opened), add=True) if opened else None
    head.next_seq, head.head = event.seq + 1, event.digest
    stored: list[Any] = [event.id, head.id, event.seq, event.type, event.at, event.prev, event.leaf, event.digest]
    with connection.cursor() as cursor:
        cursor.execute(_APPEND, [*stored, event.id, content, head.next_seq, head.head, head.id])
    event._state.adding = False

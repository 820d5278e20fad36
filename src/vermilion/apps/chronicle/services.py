"""Recording facts. Called by every service inside the transaction that changes the state."""

from __future__ import annotations

import secrets
from typing import Any
from uuid import UUID

from django.db import transaction

from vermilion.base.canonical import canonical, digest, plain, sha256
from vermilion.base.clock import now, rfc3339
from vermilion.base.rows import only
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
    if not transaction.get_connection().in_atomic_block:
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
    event = EvidenceEvent.objects.create(stream=head, seq=head.next_seq, type=type, at=at, prev=head.head, leaf=leaf, digest=sha256(leaf))
    if opened:
        EvidenceDetail.objects.create(event=event, content=opened)
    head.next_seq += 1
    head.head = event.digest
    head.save(update_fields=["next_seq", "head"])
    return event


def _locked_head(kind: str, subject: UUID, data_key_id: UUID | None) -> EvidenceStream:
    locked = EvidenceStream.objects.select_for_update(no_key=True)
    found = only(locked.filter(kind=kind, subject=subject))
    if found:
        return found
    key = data_key_id or new_data_key(f"stream:{kind}").pk
    EvidenceStream.objects.bulk_create([EvidenceStream(kind=kind, subject=subject, data_key_id=key)], ignore_conflicts=True)
    return locked.get(kind=kind, subject=subject)

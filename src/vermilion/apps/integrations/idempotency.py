"""``Idempotency-Key``: one key, one request, done once, answered the same for as long as answers are kept (``upkeep.py``).

The work and its stored answer commit in one transaction, so that a crash leaves both or neither. The record itself is committed before, so
that a second request with the same key, while the first works, is told to wait instead of waiting.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

from django.db import OperationalError, transaction

from vermilion.base import clock
from vermilion.base.canonical import sha256
from vermilion.base.rows import only
from vermilion.base.vault import keyed_hash

from .errors import IdempotencyKeyMissing, IdempotencyKeyReused, RequestInProgress
from .models import ApiClient, IdempotencyRecord, IdempotencyState

KEY = re.compile(r"[\x21-\x7e]{1,255}")
#: After so long a request without an answer is taken for dead. Its lock is asked too, so a slow one is never overtaken.
TAKE_OVER = timedelta(seconds=30)
ACCEPTED = 202

Work = Callable[[], tuple[int, Any]]


class Answer(NamedTuple):
    """What is sent to the client; ``replayed`` tells that it was given before."""

    status: int
    body: Any
    replayed: bool


def run_idempotent(*, client: ApiClient, key: str | None, method: str, path: str, body: bytes, work: Work) -> Answer:
    """Return the answer to a request: the stored one, or that of ``work()``, which runs inside a transaction and is stored with it.

    ``work`` returns ``(status, JSON-like body)``. When it raises, or answers 5xx, its effects are rolled back and the key stays free.
    Must not run inside a transaction. Raises IdempotencyKeyMissing, IdempotencyKeyReused, RequestInProgress, and whatever ``work`` raises.
    """
    if not key or not KEY.fullmatch(key):
        raise IdempotencyKeyMissing()
    fingerprint = keyed_hash("idempotency", f"{method} {path} {sha256(body)}")
    attempt = uuid.uuid4()
    stored = _claim(client, key, method, path, fingerprint, attempt)
    if stored:
        return stored
    try:
        with transaction.atomic():
            # Others hold the record for a moment to look at it, so the owner waits.
            row = _lock(client, key, nowait=False)
            if row is None or row.attempt != attempt:
                raise RequestInProgress()  # somebody took over while we slept
            status, content = work()
            if status >= 500:
                transaction.set_rollback(True)
            else:
                row.state, row.status, row.response = IdempotencyState.DONE, status, content
                row.save()
    except BaseException:
        _release(client, key, attempt)
        raise
    if status >= 500:
        _release(client, key, attempt)
    return Answer(status, content, False)


def later_answer(*, client: ApiClient, key: str, status: int, body: Any) -> Answer:
    """Keep a newer answer to a request that was answered 202, with what has been done meanwhile; any other answer is final.

    Whoever brings the final one first decides; the others get that, marked as given before.
    """
    with transaction.atomic():
        row = IdempotencyRecord.objects.select_for_update(of=("self",), no_key=True).select_related("client").get(client=client, key=key)
        if row.status != ACCEPTED:
            return Answer(int(row.status or status), row.response, True)
        row.status, row.response = status, body
        row.save(update_fields=["status", "response"])
    return Answer(status, body, False)


def _claim(client: ApiClient, key: str, method: str, path: str, fingerprint: str, attempt: uuid.UUID) -> Answer | None:
    """Commit the intention to answer this key; or return the stored answer; or raise what forbids both."""
    moment = clock.now()
    with transaction.atomic(durable=True):
        fresh = IdempotencyRecord(
            client=client,
            key=key,
            method=method,
            path=path[:500],
            body_hash=fingerprint,
            attempt=attempt,
            started_at=moment,
            created_at=moment,
        )
        IdempotencyRecord.objects.bulk_create([fresh], ignore_conflicts=True)
        row = _lock(client, key, nowait=True)
        if row is None:
            raise RequestInProgress()  # its owner has just given it up
        if row.attempt == attempt:
            return None
        if row.body_hash != fingerprint:
            raise IdempotencyKeyReused()
        if row.state == IdempotencyState.DONE:
            return Answer(int(row.status or 200), row.response, True)
        if row.started_at > moment - TAKE_OVER:
            raise RequestInProgress()
        row.attempt, row.started_at = attempt, moment
        row.save(update_fields=["attempt", "started_at"])
    return None


def _lock(client: ApiClient, key: str, *, nowait: bool) -> IdempotencyRecord | None:
    """Return the locked record. Raises RequestInProgress while another transaction works on it: at once, or when waiting took too long."""
    rows = IdempotencyRecord.objects.select_for_update(nowait=nowait, of=("self",), no_key=True).select_related("client")
    try:
        with transaction.atomic():  # a refused lock must not spoil the outer transaction
            return only(rows.filter(client=client, key=key))
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") == "55P03":  # lock_not_available
            raise RequestInProgress() from error
        raise


def _release(client: ApiClient, key: str, attempt: uuid.UUID) -> None:
    IdempotencyRecord.objects.filter(client=client, key=key, attempt=attempt, state=IdempotencyState.IN_PROGRESS).delete()

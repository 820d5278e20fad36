"""The signer's visit to a document: her browser opens it, she reads it to the end; and what of that looks odd."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from vermilion.apps.chronicle.services import record
from vermilion.apps.conduct import guarding, traces
from vermilion.base import clock

from . import opening
from .models import Ceremony, InsuredConsent, SigningTask

HEX = re.compile("[0-9a-f]{64}")
# Two browsers that opened a document within so long are told of each other.
AT_ONCE = timedelta(minutes=30)


def open_ceremony(*, task: SigningTask, session_hash: str, ip: str, user_agent: str, device: str = "") -> Ceremony:
    """Record that the signer's browser opened the document for signing. Raises SalespersonDevice, SigningHeld.

    ``device`` is the browser's, as ``conduct.traces`` knows it.
    """
    nearby = traces.nearby_digest(ip=ip, user_agent=user_agent)
    guarding.require_signable(case=task.case, party=task.party, device=device, nearby=nearby)
    with transaction.atomic():
        ceremony = Ceremony.objects.filter(task=task, session_hash=session_hash, finished_at=None).first()
        if ceremony is None:
            used = {"ip": ip, "user_agent": user_agent[:300]}
            ceremony = Ceremony.objects.create(task=task, session_hash=session_hash, device=used, opened_at=clock.now())
            private = {**used, "device_digest": device}
            record(stream="case", stream_id=task.case_id, type="ceremony.opened", public={"task": str(task.id)}, private=private)
            if elsewhere(task, session_hash):
                record(stream="case", stream_id=task.case_id, type="ceremony.second_device", public={"task": str(task.id)})
    return ceremony


def elsewhere(task: SigningTask, session_hash: str) -> Ceremony | None:
    """Return the visit by which another browser has opened the same document lately and not finished."""
    rows = Ceremony.objects.filter(task=task, finished_at=None, opened_at__gt=clock.now() - AT_ONCE).exclude(session_hash=session_hash)
    found = rows.order_by("-opened_at").first()
    if found is not None:
        found.task = task
    return found


def note_outdated(*, case_id: UUID, waiting: SigningTask | InsuredConsent | None, said: str) -> None:
    """Record that a page sent in something about another document than the one that waits, if any does: an old tab, or somebody who tries.

    Of an insured person on a company's list her answer waits.
    """
    if isinstance(waiting, InsuredConsent):
        facts = {"round": str(waiting.round_id), "person": str(waiting.party_id), "shown": waiting.round.shown_digest}
    else:
        facts = {"task": str(waiting.id), "shown": waiting.shown_digest} if waiting else {"task": "", "shown": ""}
    with transaction.atomic():
        public = {**facts, "said": said if HEX.fullmatch(said) else ""}
        record(stream="case", stream_id=case_id, type="signature.other_document", public=public)


def mark_read(*, task_id: UUID, party_id: UUID, shown_digest: str) -> None:
    """The signer confirms having read the pages with this digest to the end."""
    with transaction.atomic():
        task = opening.open_task(task_id, party_id, shown_digest)
        if task.read_at is None:
            task.read_at = clock.now()
            task.save(update_fields=["read_at"])
            record(stream="case", stream_id=task.case_id, type="document.read", public={"task": str(task.id), "shown": shown_digest})

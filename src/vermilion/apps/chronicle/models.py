"""The evidence ledger's rows, in the form they keep for ever (design §3, evidence-ledger §10).

``EvidenceEvent.leaf`` is the canonical JSON that is hashed; it holds no personal datum. What an event says about people lies in
``EvidenceDetail``, one salted commitment a field, so that a field can be shown alone and erased without breaking any proof.
The application's database role may only insert and read these two tables (``base.database`` grants).
"""

from __future__ import annotations

import uuid

from django.db import models

from vermilion.base.vault import EncryptedJSONField


class EvidenceStream(models.Model):
    """The head of one chain: a case, a seal, a member of staff, or the system. Locked while an event is appended."""

    KINDS = [("case", "case"), ("seal", "seal"), ("staff", "staff"), ("system", "system")]

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    kind = models.CharField(max_length=8, choices=KINDS)
    subject = models.UUIDField()
    next_seq = models.PositiveBigIntegerField(default=0)
    head = models.CharField(max_length=64, default="")
    data_key = models.ForeignKey("base.DataKey", on_delete=models.PROTECT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "subject"], name="chronicle_one_stream_per_subject")]


class EvidenceEvent(models.Model):
    """One fact. ``digest`` is SHA-256 of ``leaf``; the next event of the stream names it as ``prev``."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    stream = models.ForeignKey(EvidenceStream, on_delete=models.PROTECT, related_name="events")
    seq = models.PositiveBigIntegerField()
    type = models.CharField(max_length=64)
    at = models.DateTimeField()
    prev = models.CharField(max_length=64, blank=True)
    leaf = models.BinaryField()
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["stream", "seq"]
        constraints = [models.UniqueConstraint(fields=["stream", "seq"], name="chronicle_one_event_per_seq")]
        indexes = [models.Index(fields=["type", "at"])]


class EvidenceDetail(models.Model):
    """What opens the commitments of one event: ``{name: [salt, value]}``, encrypted; deletable when the law says so."""

    event = models.OneToOneField(EvidenceEvent, on_delete=models.PROTECT, primary_key=True, related_name="detail")
    content = EncryptedJSONField(data_key="data_key_id")

    @property
    def data_key_id(self) -> uuid.UUID:
        return self.event.stream.data_key_id

"""AccessLink, SigningTask, Ceremony, Handwriting."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from vermilion.base.vault import EncryptedJSONField

from .company.models import CompanySeal
from .group.models import ConsentRound, InsuredConsent

__all__ = [
    "PENDING",
    "AccessLink",
    "Ceremony",
    "CompanySeal",
    "ConsentRound",
    "Handwriting",
    "InsuredConsent",
    "SigningTask",
    "TaskState",
]


class AccessLink(models.Model):
    """A door for one party to one case. The token and the pick-up code are stored hashed; a GET consumes nothing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="links")
    party = models.ForeignKey("cases.CaseParty", null=True, blank=True, on_delete=models.CASCADE, related_name="links")
    purpose = models.CharField(max_length=24)  # apply | sign | acknowledge | read | resume
    session_hash = models.CharField(max_length=64, blank=True)  # resume: the browser that shows it
    token_hash = models.CharField(max_length=64, unique=True)
    pickup_hash = models.CharField(max_length=64, unique=True, null=True, blank=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked = models.BooleanField(default=False)
    created_at = models.DateTimeField()


class TaskState(models.TextChoices):
    """OPEN → ACCEPTED (all the signer has to do is done) → SIGNED (the revision is stored)."""

    OPEN = "open", _("待签署")
    ACCEPTED = "accepted", _("正在写入签名")
    SIGNED = "signed", _("已签署")
    REFUSED = "refused", _("已拒签")
    VOID = "void", _("已作废")


#: What is not signed yet, and may be.
PENDING = (TaskState.OPEN, TaskState.ACCEPTED)


class SigningTask(models.Model):
    """What one party must sign: one field of one document, bound to the digest of the pages shown."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="signing_tasks")
    party = models.ForeignKey("cases.CaseParty", on_delete=models.PROTECT, related_name="signing_tasks")
    document = models.ForeignKey("cases.Document", on_delete=models.PROTECT, related_name="signing_tasks")
    field = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField(default=0)  # lower ones sign before; equal ones in any order
    shown_digest = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=TaskState.choices, default=TaskState.OPEN)
    read_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    willingness = models.OneToOneField("identity.Willingness", null=True, on_delete=models.PROTECT)
    # Of a company's seal: the task of the agent whose signature set it. It has no proof of the will of its own.
    acted_by = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="acts")
    permission_id = models.UUIDField(null=True)
    refusal = models.CharField(max_length=200, blank=True)
    last_error = models.CharField(max_length=400, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["created_at", "position"]
        constraints = [
            models.UniqueConstraint(fields=["document", "field"], name="signing_one_task_per_field"),
            models.CheckConstraint(condition=models.Q(state__in=TaskState.values), name="signing_known_task_state"),
        ]

    @property
    def waits_for_others(self) -> bool:
        """Tell whether somebody must have signed before her who has not."""
        return SigningTask.objects.filter(document=self.document_id, position__lt=self.position).exclude(state=TaskState.SIGNED).exists()


class Ceremony(models.Model):
    """One signer's visit, from opening the link to the signature: device and address are evidence."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    task = models.ForeignKey(SigningTask, on_delete=models.PROTECT, related_name="ceremonies")
    session_hash = models.CharField(max_length=64)
    device = EncryptedJSONField(data_key="data_key_id")  # {"ip", "user_agent"}
    opened_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    @property
    def data_key_id(self) -> uuid.UUID:
        return self.task.case.data_key_id


class Handwriting(models.Model):
    """The strokes as the pad gave them, kept as evidence; the picture in the document is drawn from them."""

    task = models.OneToOneField(SigningTask, primary_key=True, on_delete=models.PROTECT, related_name="handwriting")
    content = EncryptedJSONField(data_key="data_key_id")  # {"raw": the pad's JSON as text}, because canonical JSON has no floats
    digest = models.CharField(max_length=64)

    @property
    def data_key_id(self) -> uuid.UUID:
        return self.task.case.data_key_id

    def strokes(self) -> list[dict[str, Any]]:
        """Return the strokes: signature_pad's ``toData()``, a list of ``{"points": [{x, y, pressure, time}]}``."""
        return list(json.loads(self.content["raw"]))

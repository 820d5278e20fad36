"""What stands behind a seal's life: its filing with an authority 备案, and its end 停用 or 销毁, asked by one and confirmed by another."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class SealFiling(models.Model):
    """备案: where the seal's picture is on file, with the paper that says so. Final: another filing is another seal."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    seal = models.OneToOneField("seals.Seal", on_delete=models.PROTECT, related_name="filing")
    authority = models.CharField(max_length=80)  # e.g. 上海市公安局黄浦分局
    number = models.CharField(max_length=60)
    filed_on = models.DateField()
    file_key = models.CharField(max_length=200, blank=True)  # of the encrypted blob; empty: recorded without a paper
    file_sha256 = models.CharField(max_length=64, blank=True)
    media_type = models.CharField(max_length=40, blank=True)


class DoubtDraft(models.Model):
    """告知草稿: tells a holder that the certificate of her document was revoked; compliance sends or discards it."""

    class State(models.TextChoices):
        DRAFT = "draft", _("待决定")
        SENT = "sent", _("已发送")
        DISCARDED = "discarded", _("不发送")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    certificate = models.ForeignKey("seals.CertificateRecord", on_delete=models.PROTECT, related_name="drafts")
    seal = models.ForeignKey("seals.Seal", on_delete=models.PROTECT, related_name="drafts")
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")
    documents = models.PositiveIntegerField()  # of the case, sealed since the suspected time
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    drafted_at = models.DateTimeField()
    decided_by = models.ForeignKey("parties.StaffMember", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["certificate", "case"], name="seals_one_draft_for_a_case")]


class SealEnding(models.Model):
    """停用或销毁申请: one asks, another one confirms; only then it happens, for ever."""

    class Kind(models.TextChoices):
        RETIRE = "retire", _("停用")
        DESTROY = "destroy", _("销毁")

    class State(models.TextChoices):
        REQUESTED = "requested", _("待复核")
        DONE = "done", _("已执行")
        REJECTED = "rejected", _("未执行")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    seal = models.ForeignKey("seals.Seal", on_delete=models.PROTECT, related_name="endings")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    state = models.CharField(max_length=12, choices=State.choices, default=State.REQUESTED)
    reason = models.CharField(max_length=200)
    requested_by = models.ForeignKey("parties.StaffMember", on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    decided_by = models.ForeignKey("parties.StaffMember", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seal"], condition=Q(state="requested"), name="seals_one_open_ending"),
            models.CheckConstraint(
                condition=~Q(state="done") | (Q(decided_by__isnull=False) & ~Q(decided_by=F("requested_by"))),
                name="seals_ending_two_people",
            ),
        ]

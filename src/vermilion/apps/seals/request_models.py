"""用印申请: documents that people approve for one seal, the rules that name these people, and what each of them decided."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from vermilion.base.vault import EncryptedJSONField


class RuleMode(models.TextChoices):
    """How many of a rule's people must approve."""

    ANY = "any", _("任一人批准")
    ALL = "all", _("全部批准")
    ORDER = "order", _("依次批准")


class SealRule(models.Model):
    """用印审批规则: who approves the requests of a branch, from an amount on. Proposed by one, put in force by another."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("待复核")
        ACTIVE = "active", _("生效")
        ENDED = "ended", _("停用")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    insurer = models.ForeignKey("parties.Insurer", on_delete=models.PROTECT, related_name="seal_rules")
    branch = models.ForeignKey("parties.Branch", null=True, blank=True, on_delete=models.PROTECT, related_name="+")  # and those below it
    seal = models.ForeignKey("seals.Seal", null=True, blank=True, on_delete=models.PROTECT, related_name="rules")  # empty: all
    min_amount = models.BigIntegerField(default=0)  # fen; the rule holds from this amount on
    mode = models.CharField(max_length=5, choices=RuleMode.choices)
    approvers = ArrayField(models.UUIDField())  # StaffMembers; in this order where the mode says so
    state = models.CharField(max_length=8, choices=State.choices, default=State.PROPOSED)
    proposed_by = models.ForeignKey("parties.StaffMember", on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey("parties.StaffMember", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="active") | (Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by"))), name="seals_rule_two_people"
            ),
            models.CheckConstraint(condition=Q(approvers__len__gte=1), name="seals_rule_names_somebody"),
        ]


class SealRequest(models.Model):
    """用印申请: a list of documents for one seal. ``list_digest`` binds all that is approved; triggers keep it from change."""

    class State(models.TextChoices):
        WAITING = "waiting", _("待审批")
        APPROVED = "approved", _("已批准，用印中")
        DONE = "done", _("已办结")
        REFUSED = "refused", _("未批准")
        WITHDRAWN = "withdrawn", _("已撤回")
        EXPIRED = "expired", _("已过期")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    number = models.CharField(max_length=20, unique=True)
    insurer = models.ForeignKey("parties.Insurer", on_delete=models.PROTECT, related_name="seal_requests")
    branch = models.ForeignKey("parties.Branch", on_delete=models.PROTECT, related_name="+")
    seal = models.ForeignKey("seals.Seal", on_delete=models.PROTECT, related_name="requests")
    document_kind = models.CharField(max_length=40)
    title = models.CharField(max_length=80)
    amount = models.BigIntegerField(default=0)  # fen, the largest of the documents; decides which rule holds
    cross_page = models.BooleanField(default=True)
    rule = models.JSONField()  # {"mode", "approvers": [StaffMember ids]} as it was when the request was made
    reason_digest = models.CharField(max_length=64)
    list_digest = models.CharField(max_length=64)
    content = EncryptedJSONField(data_key="data_key_id")  # {"reason", "ended": why it was withdrawn}
    data_key_id = models.UUIDField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    requested_by = models.ForeignKey("parties.StaffMember", on_delete=models.PROTECT, related_name="seal_requests")
    requested_at = models.DateTimeField()
    decide_until = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    use_until = models.DateTimeField(null=True, blank=True)  # of what was approved; afterwards nothing more is sealed
    trouble = models.CharField(max_length=40, blank=True)  # code of what stops the whole list now; it goes on by itself
    trouble_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "done"]) | Q(decided_at__isnull=False, use_until__isnull=False),
                name="seals_request_decided",
            ),
            models.CheckConstraint(condition=Q(list_digest__regex=r"^[0-9a-f]{64}$"), name="seals_request_list_digest"),
        ]
        indexes = [models.Index(fields=["insurer", "state", "requested_at"])]

    def __str__(self) -> str:
        return self.number


class SealRequestItem(models.Model):
    """One document of a request, as it was sent in. Its id is the permission's ``document``."""

    class State(models.TextChoices):
        WAITING = "waiting", _("待用印")
        SEALED = "sealed", _("已用印")
        FAILED = "failed", _("失败")
        DROPPED = "dropped", _("不再用印")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    request = models.ForeignKey(SealRequest, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField()  # from 1
    content = EncryptedJSONField(data_key="request.data_key_id")  # {"title"}
    shown_digest = models.CharField(max_length=64)
    shown_key = models.CharField(max_length=200)
    size = models.PositiveIntegerField()  # bytes
    pages = models.PositiveSmallIntegerField()
    zone = models.JSONField()  # {"page" from 1, "box": left, bottom, width, height in hundredths of a point}
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    error = models.CharField(max_length=40, blank=True)
    sealed_digest = models.CharField(max_length=64, blank=True)
    sealed_key = models.CharField(max_length=200, blank=True)
    sealed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["request", "position"]
        constraints = [
            models.UniqueConstraint(fields=["request", "position"], name="seals_item_position"),
            models.UniqueConstraint(fields=["request", "shown_digest"], name="seals_item_once"),
            models.CheckConstraint(condition=~Q(state="sealed") | ~Q(sealed_digest=""), name="seals_item_sealed_has_file"),
        ]


class SealRequestDecision(models.Model):
    """What one person said to a request: a decision proven by passkey, or a comment. Added, never changed (grants, trigger)."""

    class Decision(models.TextChoices):
        APPROVE = "approve", _("批准")
        REFUSE = "refuse", _("不批准")
        COMMENT = "comment", _("意见")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    request = models.ForeignKey(SealRequest, on_delete=models.PROTECT, related_name="decisions")
    decision = models.CharField(max_length=7, choices=Decision.choices)
    by = models.ForeignKey("parties.StaffMember", on_delete=models.PROTECT, related_name="+")
    seat = models.UUIDField(null=True, blank=True)  # the rule's person whose approval this is; another one where she delegated
    delegation = models.UUIDField(null=True, blank=True)
    list_digest = models.CharField(max_length=64)
    proof = models.JSONField(null=True, blank=True)  # the passkey's answer, to be checked again (parties.passkeys.evidence)
    content = EncryptedJSONField(data_key="request.data_key_id")  # {"text"}
    at = models.DateTimeField()

    class Meta:
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(fields=["request", "by"], condition=~Q(decision="comment"), name="seals_decides_once"),
            models.UniqueConstraint(fields=["request", "seat"], condition=~Q(decision="comment"), name="seals_seat_decides_once"),
            models.CheckConstraint(
                condition=Q(decision="comment", seat__isnull=True, proof__isnull=True)
                | (~Q(decision="comment") & Q(seat__isnull=False, proof__isnull=False)),
                name="seals_decision_is_proven",
            ),
        ]

"""ConductRule, Trace, StaffTrace, Suspicion, FaceToFace, BadgeReport. Phones, devices and payers are kept as keyed digests only."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from vermilion.apps.cases.models import CaseParty, PartyRole
from vermilion.base.vault import EncryptedJSONField

APPLICANTS = frozenset({PartyRole.POLICYHOLDER, PartyRole.COMPANY_AGENT})


class Kind(models.TextChoices):
    """What two people had in common."""

    PHONE = "phone", _("手机号")
    DEVICE = "device", _("设备")
    PAYER = "payer", _("付款账户")
    # The network address and the browser's words, of a salesperson minutes ago and of a customer now. A hint, never a reason to stop.
    NEARBY = "nearby", _("网络和浏览器")


class SharedWith(models.TextChoices):
    """With whom."""

    SALESPERSON = "salesperson", _("销售人员")
    STAFF = "staff", _("员工")
    CUSTOMERS = "customers", _("其他客户")


class Effect(models.TextChoices):
    """What a suspicion does while nobody has decided it."""

    REPORT = "report", _("只上报合规")
    BLOCK = "block", _("上报并暂停签署")


class ConductRule(models.Model):
    """代签规则 of one insurer. Without a row the defaults below hold."""

    insurer = models.OneToOneField("parties.Insurer", primary_key=True, on_delete=models.PROTECT, related_name="conduct_rule")
    effect = models.CharField(max_length=6, choices=Effect.choices, default=Effect.REPORT)
    # So many customers (a family of one case is one) may share a phone, a device, a payer within ``window_days``.
    phone_customers = models.PositiveSmallIntegerField(default=1)
    device_customers = models.PositiveSmallIntegerField(default=2)
    payer_customers = models.PositiveSmallIntegerField(default=1)
    window_days = models.PositiveSmallIntegerField(default=365)
    # So long after the last time that somebody of the insurer used it a device is still hers.
    device_days = models.PositiveSmallIntegerField(default=180)
    nearby = models.BooleanField(default=False)
    changed_at = models.DateTimeField(null=True)
    changed_by = models.ForeignKey("parties.StaffMember", null=True, on_delete=models.PROTECT, related_name="+")
    agreed_by = models.ForeignKey("parties.StaffMember", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(agreed_by__isnull=True) | ~models.Q(agreed_by=models.F("changed_by")), name="conduct_rule_two_people"
            ),
            models.CheckConstraint(
                condition=models.Q(phone_customers__gte=1, device_customers__gte=1, payer_customers__gte=1, window_days__gte=1),
                name="conduct_rule_counts_from_one",
            ),
        ]


class Trace(models.Model):
    """A phone, device or payer that a customer of a case used. ``person`` tells the same customer in two cases, and no more."""

    id = models.BigAutoField(primary_key=True)
    insurer = models.ForeignKey("parties.Insurer", on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="conduct_traces")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    digest = models.CharField(max_length=64)
    person = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "kind", "digest", "person"], name="conduct_trace_once")]
        indexes = [models.Index(fields=["insurer", "kind", "digest"])]


class StaffTrace(models.Model):
    """A device that one of the insurer's people logged in on, an account of hers, or where she was just now."""

    id = models.BigAutoField(primary_key=True)
    insurer = models.ForeignKey("parties.Insurer", on_delete=models.PROTECT, related_name="+")
    salesperson = models.ForeignKey("parties.Salesperson", null=True, on_delete=models.PROTECT, related_name="conduct_traces")
    staff = models.ForeignKey("parties.StaffMember", null=True, on_delete=models.PROTECT, related_name="conduct_traces")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    digest = models.CharField(max_length=64)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "digest", "salesperson", "staff"], nulls_distinct=False, name="conduct_staff_trace_once"
            ),
            models.CheckConstraint(
                condition=models.Q(salesperson__isnull=True, staff__isnull=False) | models.Q(salesperson__isnull=False, staff__isnull=True),
                name="conduct_staff_trace_of_one_person",
            ),
        ]
        indexes = [models.Index(fields=["insurer", "kind", "digest"])]


class SuspicionState(models.TextChoices):
    """OPEN → CLEARED or CONFIRMED; a decision may be revised, each is on record."""

    OPEN = "open", _("待核查")
    CLEARED = "cleared", _("排除")
    CONFIRMED = "confirmed", _("确认代签")


class Suspicion(models.Model):
    """疑似代签: what a case has in common with somebody it should not, waiting for compliance. One row however often it is met."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    insurer = models.ForeignKey("parties.Insurer", on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="suspicions")
    party = models.ForeignKey("cases.CaseParty", null=True, on_delete=models.SET_NULL, related_name="+")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    shared_with = models.CharField(max_length=12, choices=SharedWith.choices)
    digest = models.CharField(max_length=64)
    signers = models.JSONField(default=list)  # ids of the case's parties who were met with it, ``party`` first
    # The one of the insurer's people to whom it belongs, the newest; each is on the case's record.
    salesperson = models.ForeignKey("parties.Salesperson", null=True, on_delete=models.PROTECT, related_name="suspicions")
    staff = models.ForeignKey("parties.StaffMember", null=True, on_delete=models.PROTECT, related_name="+")
    customers = models.PositiveIntegerField(default=0)  # who shared it, when shared with customers
    met = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, choices=SuspicionState.choices, default=SuspicionState.OPEN)
    raised_at = models.DateTimeField()
    last_at = models.DateTimeField()
    decided_by = models.ForeignKey("parties.StaffMember", null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    content = EncryptedJSONField(data_key="case.data_key_id")  # {"note"} of the decision

    class Meta:
        ordering = ["-raised_at"]
        constraints = [
            models.UniqueConstraint(fields=["case", "kind", "shared_with", "digest"], name="conduct_suspicion_once"),
            models.CheckConstraint(
                condition=models.Q(state="open", decided_by__isnull=True) | (~models.Q(state="open") & models.Q(decided_by__isnull=False)),
                name="conduct_suspicion_decided_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["insurer", "state", "raised_at"])]


class FaceToFace(models.Model):
    """面对面: a salesperson lends a device to one signer. She agrees, and confirms what counts, on her own phone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="meetings")
    # Whose meeting it is; null: the applicant of a case that names nobody yet.
    party = models.ForeignKey("cases.CaseParty", null=True, on_delete=models.PROTECT, related_name="+")
    salesperson = models.ForeignKey("parties.Salesperson", on_delete=models.PROTECT, related_name="meetings")
    device = models.CharField(max_length=64)  # the salesperson's, on which it was begun
    asked_at = models.DateTimeField()
    until = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True)
    agreed_device = models.CharField(max_length=64, blank=True)  # the customer's own
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=models.Q(ended_at__isnull=True), name="conduct_one_meeting_of_a_case"),
            models.CheckConstraint(
                condition=models.Q(agreed_at__isnull=True) | ~models.Q(agreed_device=models.F("device")), name="conduct_meeting_two_devices"
            ),
        ]

    def is_open(self, moment: datetime) -> bool:
        """Tell whether it has not ended."""
        return self.ended_at is None and moment < self.until

    def is_of(self, party: CaseParty | None) -> bool:
        """Tell whether it is the meeting of this signer (None: the applicant of a case that names nobody yet), and of nobody else."""
        if self.party_id is None:
            return party is None or (party.role in APPLICANTS and party.position == 0)
        return party is not None and party.pk == self.party_id


class OwnConfirmation(models.Model):
    """本人手机确认: on her own phone, during a meeting, a signer proved her will to sign exactly these bytes."""

    meeting = models.ForeignKey(FaceToFace, on_delete=models.PROTECT, related_name="confirmations")
    party = models.ForeignKey("cases.CaseParty", on_delete=models.PROTECT, related_name="+")
    document = models.ForeignKey("cases.Document", on_delete=models.PROTECT, related_name="+")
    shown_digest = models.CharField(max_length=64)
    willingness = models.OneToOneField("identity.Willingness", on_delete=models.PROTECT, related_name="own_confirmation")
    device = models.CharField(max_length=64)
    confirmed_at = models.DateTimeField()


class BadgeReport(models.Model):
    """举报: somebody without an account doubts whoever shows this badge."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    insurer = models.ForeignKey("parties.Insurer", on_delete=models.PROTECT, related_name="+")
    salesperson = models.ForeignKey("parties.Salesperson", null=True, on_delete=models.PROTECT, related_name="badge_reports")
    code = models.CharField(max_length=24)  # as it stood in the address
    badge_state = models.CharField(max_length=10)  # what the page said then
    data_key_id = models.UUIDField()
    content = EncryptedJSONField(data_key="data_key_id")  # {"text", "contact", "note"}
    at = models.DateTimeField()
    handled_by = models.ForeignKey("parties.StaffMember", null=True, on_delete=models.PROTECT, related_name="+")
    handled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["insurer", "handled_at", "at"])]

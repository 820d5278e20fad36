"""Policy and PolicyVersion, Endorsement, Acknowledgement, Invoice, FollowUpCall. Versions are immutable and chained."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from vermilion.base import clock
from vermilion.base.vault import EncryptedJSONField


class PolicyStatus(models.TextChoices):
    """What anyone may know about a policy."""

    PREPARING = "preparing", _("出单中")
    IN_FORCE = "in_force", _("有效")
    SURRENDERED = "surrendered", _("已退保")
    CANCELLED = "cancelled", _("犹豫期内已撤销")
    TERMINATED = "terminated", _("已终止")
    EXPIRED = "expired", _("已满期")


class Policy(models.Model):
    """保单: number and status. What it says is in its versions."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.OneToOneField("cases.Case", on_delete=models.PROTECT, related_name="policy")
    insurer = models.ForeignKey("parties.Insurer", on_delete=models.PROTECT, related_name="policies")
    number = models.CharField(max_length=40)
    status = models.CharField(max_length=12, choices=PolicyStatus.choices, default=PolicyStatus.PREPARING)
    cover_from = models.DateTimeField()
    cover_to = models.DateTimeField(null=True)  # null = for life
    concluded_on = models.DateField()
    # Cooling-off: dates in Asia/Shanghai, and which rule started them (lifecycle.md §3, RECEIPTED).
    cooling_off_from = models.DateField(null=True)
    cooling_off_until = models.DateField(null=True)
    cooling_off_rule = models.CharField(max_length=40, blank=True)
    acknowledgement_document = models.OneToOneField("cases.Document", null=True, on_delete=models.PROTECT, related_name="acknowledges")
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["insurer", "number"], name="policies_number_once_per_insurer"),
            models.CheckConstraint(condition=models.Q(status__in=PolicyStatus.values), name="policies_known_status"),
        ]


class PolicyVersion(models.Model):
    """One immutable state of what the policy says. ``fields`` is the data of the policy document; ``previous_digest`` chains versions."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    job = models.CharField(max_length=16)  # submission | change | cancellation
    fields = EncryptedJSONField(data_key="data_key_id")
    fields_digest = models.CharField(max_length=64)
    previous_digest = models.CharField(max_length=64, blank=True)
    document = models.ForeignKey("cases.Document", null=True, on_delete=models.PROTECT, related_name="policy_versions")
    premium_delta = models.BigIntegerField(default=0)  # fen
    effective_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["policy", "number"]
        constraints = [models.UniqueConstraint(fields=["policy", "number"], name="policies_version_number")]

    @property
    def data_key_id(self) -> uuid.UUID:
        return self.policy.case.data_key_id


class Difference(models.Model):
    """A field in which the policy differs from the signed application; sealing waits for its explanation (SPC-2 art. 14)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="differences")
    path = models.CharField(max_length=120)
    content = EncryptedJSONField(data_key="data_key_id")  # {"applied": …, "policy": …, "explanation": …}
    explained_by = models.ForeignKey("parties.StaffMember", null=True, on_delete=models.PROTECT, related_name="+")
    found_at = models.DateTimeField()
    explained_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "path"], name="policies_difference_once")]

    @property
    def data_key_id(self) -> uuid.UUID:
        return self.case.data_key_id


class EndorsementState(models.TextChoices):
    """批单的状态."""

    CONSENTS = "consents", _("待被保险人同意")
    SIGNING = "signing", _("待客户签署申请书")
    APPROVAL = "approval", _("待审批")
    SEALING = "sealing", _("签章中")
    SEALED = "sealed", _("已生效")
    REFUSED = "refused", _("未批准")
    WITHDRAWN = "withdrawn", _("已撤回")


class Endorsement(models.Model):
    """批单: (consents of the added) → application → approval by its shown digest → sealed document → new PolicyVersion."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="endorsements")
    number = models.CharField(max_length=48, unique=True)
    kind = models.CharField(max_length=24)  # change_contact | add_insured | surrender
    state = models.CharField(max_length=12, choices=EndorsementState.choices)
    content = EncryptedJSONField(data_key="data_key_id")  # {"request": …, "changes": […], "fields": …, "text": …, "comment": …}
    from_version = models.PositiveSmallIntegerField()
    premium_delta = models.BigIntegerField(default=0)
    requested_by = models.ForeignKey("parties.StaffMember", null=True, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey("parties.StaffMember", null=True, on_delete=models.PROTECT, related_name="+")
    application_document = models.ForeignKey("cases.Document", null=True, on_delete=models.PROTECT, related_name="+")
    document = models.ForeignKey("cases.Document", null=True, on_delete=models.PROTECT, related_name="+")
    approval_document = models.ForeignKey("cases.Document", null=True, on_delete=models.PROTECT, related_name="+")
    shown_digest = models.CharField(max_length=64, blank=True)
    last_error = models.CharField(max_length=400, blank=True)
    effective_at = models.DateTimeField()
    intent_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True)
    sealed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["policy"],
                condition=models.Q(state__in=["consents", "signing", "approval", "sealing"]),
                name="policies_one_open_endorsement",
            ),
            models.CheckConstraint(condition=models.Q(state__in=EndorsementState.values), name="policies_known_endorsement_state"),
        ]

    @property
    def begins_later(self) -> bool:
        """Whether it is sealed but what it changes is not in effect yet."""
        return self.state == EndorsementState.SEALED and self.effective_at > clock.now()

    @property
    def data_key_id(self) -> uuid.UUID:
        return self.policy.case.data_key_id


class Invoice(models.Model):
    """发票, made by the tax system; here only its reference and file. Without a file it is "being issued"."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="invoices")
    amount = models.BigIntegerField()
    number = models.CharField(max_length=40, blank=True)
    document = models.ForeignKey("cases.Document", null=True, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    received_at = models.DateTimeField(null=True)


class ClaimDecision(models.Model):
    """理赔决定: what the insurer's claims system decided about one claim. Its notice is the case's document whose subject is this row.

    ``version``: what the policy said on the day of the event. ``content``: conclusion (``paid`` or ``refused``), decided_on, and what the
    notice says.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="claim_decisions")
    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="+")
    claim_no = models.CharField(max_length=40)
    client_id = models.CharField(max_length=80)
    content = EncryptedJSONField(data_key="data_key_id")
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["decided_at"]
        constraints = [models.UniqueConstraint(fields=["policy", "claim_no"], name="policies_one_decision_per_claim")]

    @property
    def data_key_id(self) -> uuid.UUID:
        return self.policy.case.data_key_id


class FollowUpCall(models.Model):
    """回访: the insurer's return visit, where the product asks for one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    policy = models.OneToOneField(Policy, on_delete=models.PROTECT, related_name="follow_up_call")
    due_on = models.DateField()
    done_at = models.DateTimeField(null=True)
    staff = models.ForeignKey("parties.StaffMember", null=True, on_delete=models.PROTECT, related_name="+")
    content = EncryptedJSONField(data_key="data_key_id", null=True)  # {"answers": {...}, "remark": …}

    @property
    def data_key_id(self) -> uuid.UUID:
        return self.policy.case.data_key_id

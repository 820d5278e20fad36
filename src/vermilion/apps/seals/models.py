"""Seals and the register of their use. The keeper writes uses; the application only moves one to stored, by a trigger's rules."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vermilion.base.vault import EncryptedJSONField

from .grant_models import GrantIncrease, SealAlert
from .life_models import DoubtDraft, SealEnding, SealFiling
from .proof_models import KnownPasskey, WeakerProof
from .request_models import RuleMode, SealRequest, SealRequestDecision, SealRequestItem, SealRule

__all__ = [
    "CertificateOrder",
    "CertificateRecord",
    "DoubtDraft",
    "GrantIncrease",
    "KnownPasskey",
    "RevocationRequest",
    "RuleMode",
    "Seal",
    "SealAlert",
    "SealEnding",
    "SealFiling",
    "SealGrant",
    "SealPermission",
    "SealRequest",
    "SealRequestDecision",
    "SealRequestItem",
    "SealRule",
    "SealUse",
    "WeakerProof",
]


class CertificateRecord(models.Model):
    """A certificate for a key of the keeper. Of event certificates only facts are kept: the certificate stands in the document."""

    class Reason(models.TextChoices):
        """Why a certificate was revoked, by the names of RFC 5280 §5.3.1."""

        UNSPECIFIED = "unspecified", _("未说明")
        KEY_COMPROMISE = "keyCompromise", _("密钥可能泄露")
        AFFILIATION_CHANGED = "affiliationChanged", _("名称或归属变更")
        SUPERSEDED = "superseded", _("已由新证书取代")
        CESSATION = "cessationOfOperation", _("停止使用")
        WITHDRAWN = "privilegeWithdrawn", _("资格取消")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    profile = models.CharField(max_length=16)
    serial = models.CharField(max_length=40, unique=True)  # hexadecimal
    sha256 = models.CharField(max_length=64)
    subject_id = models.UUIDField(null=True, blank=True)  # seal, member of staff or salesperson
    key_name = models.CharField(max_length=100, blank=True)  # of the key inside the keeper; none for an event's
    authority = models.CharField(max_length=40, blank=True)  # which outside CA issued it; empty: the built-in one
    issuer = models.CharField(max_length=400, blank=True)  # its name (RFC 4514)
    issuer_sha256 = models.CharField(max_length=64, blank=True)  # its certificate; empty: our first issuing CA
    trust_class = models.CharField(max_length=8, blank=True)  # licensed, private or trial, by the operator's trust folder
    certificate = models.BinaryField(null=True)
    not_before = models.DateTimeField()
    not_after = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    suspected_since = models.DateTimeField(null=True, blank=True)  # from when on the key may have been misused
    revocation_code = models.CharField(max_length=24, blank=True, choices=Reason.choices)
    revocation_reason = models.CharField(max_length=200, blank=True)  # in words
    revoked_by = models.ForeignKey("parties.StaffMember", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(suspected_since__isnull=True) | Q(suspected_since__lte=models.F("revoked_at")),
                name="seals_certificate_suspected_before",
            ),
        ]
        indexes = [models.Index(fields=["profile", "subject_id"])]

    def __str__(self) -> str:
        return f"{self.profile} {self.serial}"


class Seal(models.Model):
    """印章: picture and certificate of an insurer or branch. The private key lies in the keeper under ``key_name``."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("待复核")
        REVIEWED = "reviewed", _("待启用")
        ACTIVE = "active", _("启用")
        FROZEN = "frozen", _("冻结")
        RETIRED = "retired", _("停用")
        DESTROYED = "destroyed", _("已销毁")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    insurer = models.ForeignKey("parties.Insurer", on_delete=models.PROTECT, related_name="seals")
    branch = models.ForeignKey("parties.Branch", null=True, blank=True, on_delete=models.PROTECT, related_name="seals")
    kind = models.CharField(max_length=32)  # e.g. policy 保单专用章, endorsement 批单专用章, contract 合同专用章
    name = models.CharField(max_length=60)
    picture = models.TextField()  # SVG
    size_mm = models.PositiveSmallIntegerField(default=42)
    certificate = models.ForeignKey(CertificateRecord, null=True, blank=True, on_delete=models.PROTECT, related_name="seals")
    state = models.CharField(max_length=12, choices=State.choices, default=State.REQUESTED)
    state_reason = models.CharField(max_length=200, blank=True)
    # Who changed the picture while the seal rested: somebody else puts it in use again.
    pictured_by = models.ForeignKey("parties.StaffMember", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # None: the company's custodians keep it.
    custodians = models.ManyToManyField("parties.StaffMember", related_name="+", blank=True)
    # Who asked for it at the desk, so that another one reviews it; empty where the operator entered it at the command line.
    requested_by = models.ForeignKey("parties.StaffMember", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reviewed_by = models.ForeignKey("parties.StaffMember", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    keys_destroyed_at = models.DateTimeField(null=True, blank=True)  # of a destroyed seal: when the keeper had destroyed every key
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(state="active") | Q(certificate__isnull=False), name="seals_active_has_certificate"),
            models.CheckConstraint(
                condition=~Q(state__in=["reviewed", "active", "frozen"])
                | Q(requested_by__isnull=True)
                | (Q(reviewed_by__isnull=False) & ~Q(reviewed_by=models.F("requested_by"))),
                name="seals_seal_two_people",
            ),
            models.CheckConstraint(condition=Q(valid_from__lt=models.F("valid_to")), name="seals_seal_period"),
        ]
        indexes = [models.Index(fields=["insurer", "state"])]

    @property
    def key_name(self) -> str:
        """Return the name of the first private key inside the keeper; a successor's stands in its certificate's record."""
        return f"seal-{self.id}"

    @property
    def ended(self) -> bool:
        """Tell whether the seal is out of use for ever."""
        return self.state in (self.State.RETIRED, self.State.DESTROYED)

    @property
    def passed(self) -> bool:
        """Tell whether it may have a key: another person reviewed it, or the operator entered it; and it has not ended."""
        return not self.ended and (self.state != self.State.REQUESTED or self.requested_by_id is None)

    def __str__(self) -> str:
        return self.name


class CertificateOrder(models.Model):
    """A certificate for a seal that was asked of an outside CA. Its id is what the CA may know a repetition by."""

    class State(models.TextChoices):
        OPEN = "open", _("申请中")
        PENDING = "pending", _("机构审核中")
        ISSUED = "issued", _("已签发")
        REFUSED = "refused", _("未签发")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    authority = models.CharField(max_length=40)
    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, related_name="orders")
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    renewal = models.BooleanField(default=False)
    key_name = models.CharField(max_length=100, blank=True)
    request = models.BinaryField(null=True)  # PKCS#10, DER
    evidence_sha256 = models.CharField(max_length=64, blank=True)  # of what was sent along
    reference = models.CharField(max_length=200, blank=True)  # the CA's word for it
    error = models.CharField(max_length=400, blank=True)
    certificate = models.ForeignKey(CertificateRecord, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ordered_by = models.ForeignKey("parties.StaffMember", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seal"], condition=Q(state__in=["open", "pending"]), name="seals_one_open_order"),
            models.CheckConstraint(condition=~Q(state="issued") | Q(certificate__isnull=False), name="seals_issued_order"),
        ]


class RevocationRequest(models.Model):
    """吊销申请: one asks that a seal's certificate be revoked, another one revokes it. What they say is final only then."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("待复核")
        DONE = "done", _("已吊销")
        REJECTED = "rejected", _("不吊销")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    certificate = models.ForeignKey(CertificateRecord, on_delete=models.PROTECT, related_name="revocation_requests")
    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, related_name="revocation_requests")
    state = models.CharField(max_length=12, choices=State.choices, default=State.REQUESTED)
    code = models.CharField(max_length=24, choices=CertificateRecord.Reason.choices)
    reason = models.CharField(max_length=200)
    suspected_since = models.DateTimeField(null=True, blank=True)
    requested_by = models.ForeignKey("parties.StaffMember", on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    decided_by = models.ForeignKey("parties.StaffMember", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["certificate"], condition=Q(state="requested"), name="seals_one_open_revocation"),
            models.CheckConstraint(
                condition=~Q(state="done") | (Q(decided_by__isnull=False) & ~Q(decided_by=models.F("requested_by"))),
                name="seals_revocation_two_people",
            ),
        ]


class SealGrant(models.Model):
    """用印授权: a standing permission to set a seal without a person, within limits. Asked by one, approved by two others."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("待审批")
        ACTIVE = "active", _("生效")
        REJECTED = "rejected", _("驳回")
        REVOKED = "revoked", _("撤销")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, related_name="grants")
    document_kinds = ArrayField(models.CharField(max_length=40))
    products = ArrayField(models.CharField(max_length=40), default=list)  # empty: all
    max_amount = models.BigIntegerField(null=True, blank=True)  # fen, of the sum insured; empty: no limit
    daily_limit = models.PositiveIntegerField()
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.REQUESTED)
    reason = models.CharField(max_length=400, blank=True)
    end_reason = models.CharField(max_length=400, blank=True)  # why it was turned down or revoked
    terms_digest = models.CharField(max_length=64, default="", blank=True)  # of all that is approved (granting.terms_digest)
    requested_by = models.ForeignKey("parties.StaffMember", on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    first_approver = models.ForeignKey("parties.StaffMember", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    first_approved_at = models.DateTimeField(null=True, blank=True)
    first_proof = models.JSONField(null=True, blank=True)  # {"method", "shown"} and the passkey's answer, to be checked again
    second_approver = models.ForeignKey("parties.StaffMember", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    second_approved_at = models.DateTimeField(null=True, blank=True)
    second_proof = models.JSONField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="active")
                | Q(first_approver__isnull=False, second_approver__isnull=False, first_proof__isnull=False, second_proof__isnull=False),
                name="seals_grant_two_approvers",
            ),
            models.CheckConstraint(
                condition=(Q(first_approver__isnull=True) | ~Q(first_approver=models.F("requested_by")))
                & (Q(second_approver__isnull=True) | ~Q(second_approver=models.F("requested_by")))
                & (Q(second_approver__isnull=True) | ~Q(second_approver=models.F("first_approver"))),
                name="seals_grant_different_people",
            ),
            models.CheckConstraint(condition=Q(valid_from__lt=models.F("valid_to")), name="seals_grant_period"),
        ]

    def covers(self, document_kind: str, product: str) -> bool:
        """Tell whether this grant is meant for such a document."""
        return document_kind in self.document_kinds and (not self.products or product in self.products)


class SealPermission(models.Model):
    """The right to make one signature on one document. Made by the application, judged and used by the keeper alone."""

    class Kind(models.TextChoices):
        GRANT = "grant", _("授权用印")
        APPROVAL = "approval", _("审批用印")
        REQUEST = "request", _("申请用印")
        EVENT = "event", _("本人签署")
        STAFF = "staff", _("员工证书签署")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    seal = models.ForeignKey(Seal, null=True, blank=True, on_delete=models.PROTECT, related_name="permissions")
    grant = models.ForeignKey(SealGrant, null=True, blank=True, on_delete=models.PROTECT, related_name="permissions")
    request = models.ForeignKey(SealRequest, null=True, blank=True, on_delete=models.PROTECT, related_name="permissions")
    case = models.UUIDField(null=True, blank=True, db_index=True)
    document = models.UUIDField(db_index=True)  # of a request: its item
    document_kind = models.CharField(max_length=40)
    product = models.CharField(max_length=40, blank=True)
    amount = models.BigIntegerField(null=True, blank=True)  # fen
    basis = models.UUIDField(null=True, blank=True)  # the Willingness or approval that this rests on
    approved_by = models.UUIDField(null=True, blank=True)  # StaffMember of an approval, or who signs
    proof = models.JSONField(null=True, blank=True)  # of an approval: its method and the passkey's answer, to be checked again
    shown_digest = models.CharField(max_length=64)
    template_digest = models.CharField(max_length=64, blank=True)
    data_digest = models.CharField(max_length=64, blank=True)
    # Name for the event certificate: {"name", "organisation"}; under the case's key.
    subject = EncryptedJSONField(null=True)
    data_key = models.ForeignKey("base.DataKey", null=True, blank=True, on_delete=models.PROTECT)
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(kind="grant", seal__isnull=False, grant__isnull=False) & ~Q(template_digest="") & ~Q(data_digest=""))
                | Q(kind="approval", seal__isnull=False, grant__isnull=True, basis__isnull=False, approved_by__isnull=False)
                | Q(kind="request", seal__isnull=False, grant__isnull=True, request__isnull=False, approved_by__isnull=False)
                | Q(kind="staff", seal__isnull=True, grant__isnull=True, basis__isnull=False, approved_by__isnull=False)
                | Q(kind="event", seal__isnull=True, grant__isnull=True, basis__isnull=False, subject__isnull=False),
                name="seals_permission_complete",
            ),
            models.CheckConstraint(condition=Q(shown_digest__regex=r"^[0-9a-f]{64}$"), name="seals_permission_shown_digest"),
        ]


class SealUse(models.Model):
    """用印记录: one attempt of the keeper to sign. intent → signed → stored; or failed, or abandoned for a newer attempt."""

    class State(models.TextChoices):
        INTENT = "intent", _("签章中")
        SIGNED = "signed", _("已签章待入库")
        STORED = "stored", _("已入库")
        FAILED = "failed", _("失败")
        ABANDONED = "abandoned", _("已作废")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    permission = models.ForeignKey(SealPermission, on_delete=models.PROTECT, related_name="uses")
    seal = models.ForeignKey(Seal, null=True, blank=True, on_delete=models.PROTECT, related_name="uses")
    grant = models.ForeignKey(SealGrant, null=True, blank=True, on_delete=models.PROTECT, related_name="uses")
    state = models.CharField(max_length=10, choices=State.choices)
    shown_digest = models.CharField(max_length=64)
    range_digest = models.CharField(max_length=64, blank=True)  # what the signature covers
    certificate_serial = models.CharField(max_length=40, blank=True)
    certificate_sha256 = models.CharField(max_length=64, blank=True)
    key_id = models.CharField(max_length=64, blank=True)  # SHA-256 of the public key
    level = models.CharField(max_length=8, blank=True)
    revision_digest = models.CharField(max_length=64, blank=True)  # SHA-256 of the signed revision
    error = models.CharField(max_length=40, blank=True)
    error_detail = models.CharField(max_length=400, blank=True)
    started_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True, blank=True)  # the timestamp's time
    stored_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["permission"], condition=Q(state="stored"), name="seals_permission_stored_once"),
            models.UniqueConstraint(
                fields=["permission"], condition=Q(state__in=["intent", "signed"]), name="seals_permission_one_current"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["signed", "stored"]) | (Q(signed_at__isnull=False) & ~Q(certificate_serial="")),
                name="seals_signed_use_has_facts",
            ),
        ]
        indexes = [
            models.Index(fields=["grant", "started_at"]),
            models.Index(fields=["seal", "started_at"]),
            models.Index(fields=["revision_digest"]),
        ]

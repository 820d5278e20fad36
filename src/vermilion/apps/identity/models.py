"""OneTimeCode, Willingness, IdentityCheck with what belongs to it: pictures, callbacks, the review by two people."""

from __future__ import annotations

import uuid
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from vermilion.base.vault import EncryptedJSONField

from .passkey_models import CustomerPasskey, PasskeyQuestion

__all__ = ["CustomerPasskey", "PasskeyQuestion"]


class OneTimeCode(models.Model):
    """Six digits sent to a phone for one purpose. Only keyed hashes of code, phone and address are kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    purpose = models.CharField(max_length=24)
    case = models.ForeignKey("cases.Case", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    party = models.ForeignKey("cases.CaseParty", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    phone_hash = models.CharField(max_length=64)
    address_hash = models.CharField(max_length=64)  # of the network address that asked for it
    code_hash = models.CharField(max_length=64)
    # The shown digest that the code approves; empty for codes that only prove a phone.
    bound_digest = models.CharField(max_length=64, blank=True)
    wording_digest = models.CharField(max_length=64, blank=True)
    notice = models.ForeignKey("notices.Notice", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(tries__lte=5), name="identity_code_five_tries")]
        indexes = [models.Index(fields=["phone_hash", "created_at"]), models.Index(fields=["address_hash", "created_at"])]


class WillingnessState(models.TextChoices):
    """``consumed``: the transaction that stored the signed revision used it up."""

    VERIFIED = "verified", _("已验证")
    CONSUMED = "consumed", _("已使用")


class WillingnessMethod(models.TextChoices):
    SMS = "sms", _("短信验证码")
    FACE = "face", _("人脸识别")
    COPIED = "copied", _("抄录声明")
    PASSKEY = "passkey", _("通行密钥")


class Willingness(models.Model):
    """意愿认证: the fresh proof that a party wants exactly the document of ``shown_digest``. Serves one signature."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="willingness")
    # A party may leave the case when the application is reopened; what she once wanted stays on record.
    party = models.ForeignKey("cases.CaseParty", null=True, on_delete=models.SET_NULL, related_name="willingness")
    signer_role = models.CharField(max_length=16)
    document = models.ForeignKey("cases.Document", on_delete=models.PROTECT, related_name="willingness")
    shown_digest = models.CharField(max_length=64)
    method = models.CharField(max_length=12, default=WillingnessMethod.SMS)
    code = models.OneToOneField(OneTimeCode, null=True, on_delete=models.PROTECT, related_name="willingness")
    check_made = models.OneToOneField("identity.IdentityCheck", null=True, on_delete=models.PROTECT, related_name="willingness")
    passkey_answer = models.OneToOneField("identity.PasskeyQuestion", null=True, on_delete=models.PROTECT, related_name="willingness")
    proof_digest = models.CharField(max_length=64, blank=True)  # of what was copied: no drawing serves twice
    details = EncryptedJSONField(data_key="data_key_id")  # wording, ip, device; copied: {"statement", "strokes"}
    verified_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=WillingnessState.choices, default=WillingnessState.VERIFIED)
    consumed_at = models.DateTimeField(null=True, blank=True)
    revision = models.OneToOneField("cases.Revision", null=True, blank=True, on_delete=models.PROTECT, related_name="willingness")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="verified", revision__isnull=True, consumed_at__isnull=True)
                | models.Q(state="consumed", revision__isnull=False, consumed_at__isnull=False),
                name="identity_willingness_consumed_by_a_revision",
            ),
            models.CheckConstraint(
                condition=models.Q(method="sms", code__isnull=False, check_made__isnull=True, passkey_answer__isnull=True)
                | models.Q(method="face", code__isnull=True, check_made__isnull=False, passkey_answer__isnull=True)
                | models.Q(method="copied", code__isnull=True, check_made__isnull=True, passkey_answer__isnull=True)
                | models.Q(method="passkey", code__isnull=True, check_made__isnull=True, passkey_answer__isnull=False),
                name="identity_willingness_has_its_proof",
            ),
            models.UniqueConstraint(fields=["proof_digest"], condition=~models.Q(proof_digest=""), name="identity_drawing_once"),
        ]

    @property
    def data_key_id(self) -> UUID:
        return self.case.data_key_id


class CheckMethod(models.TextChoices):
    """What is compared with the authority's records, or done."""

    TWO_ELEMENT = "two_element", _("姓名与证件号码")
    THREE_ELEMENT = "three_element", _("姓名、证件号码与手机号")
    FOUR_ELEMENT = "four_element", _("姓名、证件号码、手机号与银行卡")
    PASSPORT = "passport", _("护照")
    FACE = "face", _("人脸识别")
    COMPANY = "company", _("企业信息与法定代表人")
    AUTHORISATION = "authorisation", _("企业授权书")
    GUARDIAN = "guardian", _("监护关系")
    MANUAL = "manual", _("人工审核")


class CheckResult(models.TextChoices):
    """``running`` is written before the authority is asked, so that two at once cannot pass the limit; ``waiting``: the customer is at the
    provider's page, or two members of staff have not both looked."""

    RUNNING = "running", _("核验中")
    WAITING = "waiting", _("等待结果")
    PASSED = "passed", _("一致")
    FAILED = "failed", _("不一致")
    UNAVAILABLE = "unavailable", _("暂时无法核验")


class IdentityCheck(models.Model):
    """实名认证: one question to identity providers and its answer. ``provider`` is who answered, or the first who was asked."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="identity_checks")
    party = models.ForeignKey("cases.CaseParty", null=True, on_delete=models.SET_NULL, related_name="identity_checks")
    method = models.CharField(max_length=16, choices=CheckMethod.choices)
    instead_of = models.CharField(max_length=16, blank=True, choices=CheckMethod.choices)  # the method that could not decide
    purpose = models.CharField(max_length=12, default="identity")  # identity | willingness
    bound_digest = models.CharField(max_length=64, blank=True)  # willingness: the shown digest
    provider = models.CharField(max_length=40)
    sandbox = models.BooleanField(default=False)
    result = models.CharField(max_length=12, choices=CheckResult.choices, default=CheckResult.RUNNING)
    reason = models.CharField(max_length=40, blank=True)  # stable code
    assurance = models.CharField(max_length=16, blank=True)  # sandbox | basic | substantial | high
    lowered = models.BooleanField(default=False)  # answered by a provider that proves less than the first one
    attempts = models.JSONField(default=list)  # [{"provider", "outcome", "cost"}] in the order of asking
    cost = models.PositiveIntegerField(default=0)  # fen
    # Keyed: who was asked about. A check counts only while the party still has these data.
    subject_hash = models.CharField(max_length=64)
    request_hash = models.CharField(max_length=64)
    response_hash = models.CharField(max_length=64, blank=True)
    reference_hash = models.CharField(max_length=64, blank=True)  # keyed, of the provider's number of a visit
    picture_digest = models.CharField(max_length=64, blank=True)
    rule = models.JSONField(default=dict)  # what the product said: {"valid_days", "keep_faces_days"}
    details = EncryptedJSONField(data_key="data_key_id")  # request, response, ip, reference, redirect, wording
    started_at = models.DateTimeField()
    waits_until = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-started_at"]
        constraints = [
            models.CheckConstraint(condition=models.Q(result__in=CheckResult.values), name="identity_known_result"),
            models.UniqueConstraint(
                fields=["provider", "reference_hash"], condition=~models.Q(reference_hash=""), name="identity_reference_once"
            ),
            models.CheckConstraint(
                condition=models.Q(purpose="identity", bound_digest="") | (models.Q(purpose="willingness") & ~models.Q(bound_digest="")),
                name="identity_willingness_is_bound",
            ),
        ]

    @property
    def data_key_id(self) -> UUID:
        return self.case.data_key_id


class Picture(models.Model):
    """A face or a paper that somebody must look at, encrypted; the row goes when it is decided, unless a rule keeps it for a while."""

    class Kind(models.TextChoices):
        FACE = "face", _("人脸照片")
        FRONT = "front", _("证件正面")
        BACK = "back", _("证件反面")
        RELATION = "relation", _("关系证明")
        AUTHORITY = "authority", _("授权书")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    made_for = models.ForeignKey(IdentityCheck, on_delete=models.PROTECT, related_name="pictures")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    media_type = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)
    content = models.BinaryField()  # base.vault
    keep_until = models.DateTimeField(null=True)  # empty: until the decision

    class Meta:
        constraints = [models.UniqueConstraint(fields=["made_for", "kind"], name="identity_one_picture_of_a_kind")]


class ProviderCallback(models.Model):
    """What arrived at our door in a provider's name, and what came of it. Of the body only the digest is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    made_for = models.ForeignKey(IdentityCheck, null=True, on_delete=models.PROTECT, related_name="callbacks")
    provider = models.CharField(max_length=40)
    body_digest = models.CharField(max_length=64)
    outcome = models.CharField(max_length=24)  # accepted | repeated | late | contradictory | forged | stale | unknown | unreadable
    received_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["received_at"])]


class Review(models.Model):
    """人工审核: two members of staff look at the papers, one after the other. A pass needs both; either one may refuse."""

    made_for = models.OneToOneField(IdentityCheck, primary_key=True, on_delete=models.PROTECT, related_name="review")
    first_by = models.ForeignKey("parties.StaffMember", null=True, on_delete=models.PROTECT, related_name="+")
    first_at = models.DateTimeField(null=True)
    second_by = models.ForeignKey("parties.StaffMember", null=True, on_delete=models.PROTECT, related_name="+")
    second_at = models.DateTimeField(null=True)
    refused_by = models.ForeignKey("parties.StaffMember", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(second_by__isnull=True) | (models.Q(first_by__isnull=False) & ~models.Q(second_by=models.F("first_by"))),
                name="identity_review_four_eyes",
            )
        ]

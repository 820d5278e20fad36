"""OneTimeCode, Willingness, IdentityCheck, and the tries of somebody looking for her policies."""

from __future__ import annotations

import uuid
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from vermilion.base.vault import EncryptedJSONField


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


class Willingness(models.Model):
    """意愿认证: the fresh proof that a party wants exactly the document of ``shown_digest``. Serves one signature."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="willingness")
    # A party may leave the case when the application is reopened; what she once wanted stays on record.
    party = models.ForeignKey("cases.CaseParty", null=True, on_delete=models.SET_NULL, related_name="willingness")
    signer_role = models.CharField(max_length=16)
    document = models.ForeignKey("cases.Document", on_delete=models.PROTECT, related_name="willingness")
    shown_digest = models.CharField(max_length=64)
    method = models.CharField(max_length=12, default="sms")
    code = models.OneToOneField(OneTimeCode, on_delete=models.PROTECT, related_name="willingness")
    details = EncryptedJSONField(data_key="data_key_id")  # wording, ip, device
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
            )
        ]

    @property
    def data_key_id(self) -> UUID:
        return self.case.data_key_id


class CheckMethod(models.TextChoices):
    """What is compared with the authority's records."""

    TWO_ELEMENT = "two_element", _("姓名与证件号码")
    THREE_ELEMENT = "three_element", _("姓名、证件号码与手机号")
    COMPANY = "company", _("企业信息与法定代表人")


class CheckResult(models.TextChoices):
    """``running`` is written before the authority is asked, so that two at once cannot pass the limit."""

    RUNNING = "running", _("核验中")
    PASSED = "passed", _("一致")
    FAILED = "failed", _("不一致")
    UNAVAILABLE = "unavailable", _("暂时无法核验")


class IdentityCheck(models.Model):
    """实名认证: one question to an identity provider and its answer."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="identity_checks")
    party = models.ForeignKey("cases.CaseParty", null=True, on_delete=models.SET_NULL, related_name="identity_checks")
    method = models.CharField(max_length=16, choices=CheckMethod.choices)
    provider = models.CharField(max_length=40)
    sandbox = models.BooleanField(default=False)
    result = models.CharField(max_length=12, choices=CheckResult.choices, default=CheckResult.RUNNING)
    reason = models.CharField(max_length=40, blank=True)  # stable code
    assurance = models.CharField(max_length=16, blank=True)  # sandbox | basic | substantial | high
    # Keyed: who was asked about. A check counts only while the party still has these data.
    subject_hash = models.CharField(max_length=64)
    request_hash = models.CharField(max_length=64)
    response_hash = models.CharField(max_length=64, blank=True)
    details = EncryptedJSONField(data_key="data_key_id")  # request, response, ip
    started_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-started_at"]
        constraints = [models.CheckConstraint(condition=models.Q(result__in=CheckResult.values), name="identity_known_result")]

    @property
    def data_key_id(self) -> UUID:
        return self.case.data_key_id

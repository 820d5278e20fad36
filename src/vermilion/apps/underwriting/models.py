"""Every conclusion about a case, by rule or by a person, and every question asked of the customer."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from vermilion.base.vault import EncryptedJSONField


class Conclusion(models.TextChoices):
    """核保结论."""

    ACCEPT = "accept", _("标准承保")
    MODIFY = "modify", _("加费/除外承保")
    POSTPONE = "postpone", _("延期承保")
    DECLINE = "decline", _("不予承保")
    ASK = "ask", _("补充资料")
    REFER = "refer", _("转人工核保")
    ESCALATE = "escalate", _("上报更高权限")


class UnderwritingDecision(models.Model):
    """One conclusion. ``terms``: reasons, loadings (per cent of the premium), exclusions, hits of rules; only the last one counts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="underwriting_decisions")
    application_version = models.PositiveSmallIntegerField()
    conclusion = models.CharField(max_length=8, choices=Conclusion.choices)
    staff = models.ForeignKey("parties.StaffMember", null=True, on_delete=models.PROTECT, related_name="underwriting_decisions")
    authority_needed = models.PositiveSmallIntegerField(default=0)  # level; who has a lower one can only escalate
    terms = EncryptedJSONField(data_key="data_key_id")
    premium_after = models.BigIntegerField(null=True)  # fen, for modified terms
    valid_until = models.DateField(null=True)
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["decided_at"]

    @property
    def data_key_id(self) -> uuid.UUID:
        return self.case.data_key_id

    @property
    def new_premium(self) -> int:
        """The premium in fen of modified terms."""
        if self.premium_after is None:
            raise RuntimeError(f"decision {self.id} modifies nothing")
        return self.premium_after


class InformationRequest(models.Model):
    """补充资料: what the underwriter asks and what the customer answers."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="information_requests")
    staff = models.ForeignKey("parties.StaffMember", on_delete=models.PROTECT, related_name="+")
    content = EncryptedJSONField(data_key="data_key_id")  # {"question": …, "answer": …}
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["asked_at"]

    @property
    def data_key_id(self) -> uuid.UUID:
        return self.case.data_key_id

"""Templates and their immutable versions. A version is known by its digest, which every document records."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """The documents that the platform makes."""

    APPLICATION = "application", _("投保单")
    APPLICATION_NOTICE = "application_notice", _("投保提示书")
    EXEMPTION_EXPLANATION = "exemption_explanation", _("免除保险人责任条款说明")
    CLAUSES = "clauses", _("保险条款")
    CONFIRMATION = "confirmation", _("投保确认书")
    POLICY = "policy", _("电子保单")
    INSURED_CERTIFICATE = "insured_certificate", _("保险凭证")
    POLICY_ACKNOWLEDGEMENT = "policy_acknowledgement", _("保单签收回执")
    SERVICING_APPLICATION = "servicing_application", _("批改申请书")
    ENDORSEMENT = "endorsement", _("批单")
    APPROVAL_SHEET = "approval_sheet", _("批改审批单")
    UNDERWRITING_NOTICE = "underwriting_notice", _("核保通知书")
    TERMS_CONSENT = "terms_consent", _("加费、除外同意书")
    DECISION_NOTICE = "decision_notice", _("核保决定通知书")
    SURRENDER_APPLICATION = "surrender_application", _("退保申请书")
    SURRENDER_ENDORSEMENT = "surrender_endorsement", _("退保批单")
    CLAIM_DECISION = "claim_decision", _("理赔决定通知书")
    CLAIM_REFUSAL = "claim_refusal", _("拒绝给付保险金通知书")
    AUTHORISATION = "authorisation", _("授权委托书")
    EVIDENCE_REPORT = "evidence_report", _("存证报告")
    VERIFICATION_REPORT = "verification_report", _("验签报告")


class Template(models.Model):
    """What documents of one kind are made from."""

    kind = models.CharField(max_length=32, choices=Kind.choices, unique=True)

    def __str__(self) -> str:
        return self.get_kind_display()


class TemplateVersion(models.Model):
    """One version of a template: its files with their digests, the schema of its data, the fonts and the typesetter. Never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    template = models.ForeignKey(Template, on_delete=models.PROTECT, related_name="versions")
    language = models.CharField(max_length=8)
    digest = models.CharField(max_length=64, unique=True)
    content = models.JSONField()  # what the digest is made of: file → SHA-256, engine
    json_schema = models.JSONField()
    registered_at = models.DateTimeField()

    class Meta:
        ordering = ["template", "registered_at"]

    def __str__(self) -> str:
        return f"{self.template} {self.language} {self.digest[:12]}"

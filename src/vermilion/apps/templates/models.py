"""Templates and their immutable versions. A version is known by its digest, which every document records."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
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
    INSURED_CONSENT = "insured_consent", _("被保险人同意书")
    EVIDENCE_REPORT = "evidence_report", _("存证报告")
    VERIFICATION_REPORT = "verification_report", _("验签报告")


class Template(models.Model):
    """What documents of one kind are made from. Without an insurer: what ships with the platform. With a product: for that product only."""

    insurer = models.ForeignKey("parties.Insurer", null=True, blank=True, on_delete=models.PROTECT, related_name="templates")
    kind = models.CharField(max_length=32, choices=Kind.choices)
    product = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["insurer", "kind", "product"], nulls_distinct=False, name="templates_one_per_kind_and_product"),
            models.CheckConstraint(condition=models.Q(insurer__isnull=False) | models.Q(product=""), name="templates_library_is_general"),
        ]

    def __str__(self) -> str:
        return self.name or self.get_kind_display()


class TemplateFile(models.Model):
    """The bytes of a file of templates, once for all versions that hold it. Never changed; removed when no version holds it."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    data = models.BinaryField()
    size = models.PositiveIntegerField()


class TemplateVersion(models.Model):
    """One version of a template in one language. From its submission on what it is made of is final, and its digest stands for that.

    ``content`` is what the digest is made of: files by path with their SHA-256, settings, samples, typesetter, fonts. A version of the
    library has no number and no people: it came with the release.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        REVIEW = "review", _("待复核")
        PUBLISHED = "published", _("使用中")
        RETIRED = "retired", _("已停用")

    class Standard(models.TextChoices):
        A_3B = "a-3b", "PDF/A-3b"
        A_3A = "a-3a", "PDF/A-3a"
        UA_1 = "a-3a ua-1", "PDF/A-3a + UA-1"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    template = models.ForeignKey(Template, on_delete=models.PROTECT, related_name="versions")
    language = models.CharField(max_length=8)
    number = models.PositiveIntegerField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PUBLISHED)
    digest = models.CharField(max_length=64, unique=True, null=True, blank=True)
    content = models.JSONField(default=dict)
    json_schema = models.JSONField()
    files = models.JSONField(default=dict)  # path → SHA-256 of a TemplateFile
    settings = models.JSONField(default=dict)  # shape: settings.schema.json
    samples = models.JSONField(default=dict)  # name → data
    standard = models.CharField(max_length=12, choices=Standard.choices, default=Standard.A_3B)
    note = models.CharField(max_length=400, blank=True)
    base = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="successors")
    authors = ArrayField(models.UUIDField(), default=list)  # everybody who wrote on it: none of them reviews it
    checks = models.JSONField(default=list)  # what was found so far, of the content whose digest is ``checked``
    checked = models.CharField(max_length=64, blank=True)
    checking_since = models.DateTimeField(null=True, blank=True)  # None: the checks came to their end
    submitted_by = models.ForeignKey("parties.StaffMember", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey("parties.StaffMember", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    review_comment = models.CharField(max_length=400, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    registered_at = models.DateTimeField()

    class Meta:
        ordering = ["template", "registered_at"]
        constraints = [
            models.UniqueConstraint(fields=["template", "language"], condition=models.Q(state="published"), name="templates_one_published"),
            models.UniqueConstraint(fields=["template", "language", "number"], name="templates_version_number_once"),
            models.CheckConstraint(condition=models.Q(state="draft") | ~models.Q(digest=None), name="templates_final_has_digest"),
            models.CheckConstraint(
                condition=models.Q(number=None) | models.Q(state__in=["draft", "review"]) | models.Q(reviewed_by__isnull=False),
                name="templates_published_is_reviewed",
            ),
        ]

    @property
    def of_library(self) -> bool:
        """Tell whether this version came with the platform."""
        return self.number is None

    def __str__(self) -> str:
        return f"{self.template} {self.language} {self.digest[:12] if self.digest else self.state}"


class Clause(models.Model):
    """A text that an insurer keeps for its templates: 条款库."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    insurer = models.ForeignKey("parties.Insurer", on_delete=models.PROTECT, related_name="clauses")
    code = models.CharField(max_length=40)

    class Meta:
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["insurer", "code"], name="templates_clause_code_once")]

    def __str__(self) -> str:
        return self.code


class ClauseVersion(models.Model):
    """One wording of a clause, for ever; ``digest`` is the SHA-256 of its text."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    text = models.TextField(max_length=8000)
    digest = models.CharField(max_length=64)
    written_by = models.ForeignKey("parties.StaffMember", on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["clause", "-number"]
        constraints = [models.UniqueConstraint(fields=["clause", "number"], name="templates_clause_version_once")]

    def __str__(self) -> str:
        return f"{self.clause} {self.number}"

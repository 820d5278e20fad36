"""Case and what belongs to it. Each Case has a data key of its own; deleting that key erases its personal data, backups included."""

from __future__ import annotations

import secrets
import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from vermilion.base.vault import EncryptedJSONField

from .transitions import State

# Crockford's base 32: no I, L, O, U, so that a code can be read out on the telephone.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def random_code(length: int) -> str:
    """Return ``length`` unguessable characters (5 bits each) for codes that people read."""
    return "".join(secrets.choice(ALPHABET) for _unused in range(length))


def new_case_number() -> str:
    return f"T{random_code(9)}"


def new_verification_code() -> str:
    # 16 characters = 80 bits: printed on the policy, guessed by nobody.
    return random_code(16)


class Case(models.Model):
    """投保业务: one application and all that comes of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    number = models.CharField(max_length=12, unique=True, default=new_case_number)
    insurer = models.ForeignKey("parties.Insurer", on_delete=models.PROTECT, related_name="cases")
    branch = models.ForeignKey("parties.Branch", on_delete=models.PROTECT, related_name="cases")
    salesperson = models.ForeignKey("parties.Salesperson", null=True, blank=True, on_delete=models.PROTECT, related_name="cases")
    product = models.ForeignKey("products.ProductVersion", on_delete=models.PROTECT, related_name="cases")
    data_key = models.ForeignKey("base.DataKey", on_delete=models.PROTECT)
    state = models.CharField(max_length=24, choices=State.choices, default=State.APPLYING)
    state_since = models.DateTimeField()
    channel = models.CharField(max_length=16, default="portal")  # portal | salesperson | api
    language = models.CharField(max_length=8, default="zh-hans")
    client_id = models.CharField(max_length=100, blank=True)
    external_id = models.CharField(max_length=100, blank=True)
    owner = models.ForeignKey("parties.StaffMember", null=True, blank=True, on_delete=models.PROTECT, related_name="owned_cases")
    # Deadlines are columns; the sweep acts on them.
    deadline_at = models.DateTimeField(null=True, blank=True, db_index=True)
    blocked_by = models.CharField(max_length=64, blank=True)  # code of the error that stops the machine part
    blocked_reason = models.CharField(max_length=400, blank=True)
    # The dates that law and dispute ask for are separate (lifecycle.md §4).
    applied_at = models.DateTimeField()
    application_signed_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    premium_paid_at = models.DateTimeField(null=True, blank=True)
    issued_at = models.DateTimeField(null=True, blank=True)
    sealed_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    receipt_signed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=State.values), name="cases_known_state"),
            models.UniqueConstraint(
                fields=["client_id", "external_id"], condition=~models.Q(external_id=""), name="cases_external_id_once_per_client"
            ),
        ]
        indexes = [models.Index(fields=["insurer", "state", "state_since"])]

    def __str__(self) -> str:
        return self.number


class PartyRole(models.TextChoices):
    """What somebody is to the contract."""

    POLICYHOLDER = "policyholder", _("投保人")
    INSURED = "insured", _("被保险人")
    GUARDIAN = "guardian", _("监护人")
    COMPANY_AGENT = "company_agent", _("经办人")
    COMPANY = "company", _("投保单位")  # itself: its seal, set by what its agent does
    REPRESENTATIVE = "representative", _("法定代表人")
    # One of many insured by a company: she consents to it, and is no party to anything else.
    MEMBER = "member", _("团体被保险人")


class CurrentParties(models.Manager["CaseParty"]):
    """The people of a case as it is now; who was replaced stays reachable from her own signing tasks and consents only."""

    def get_queryset(self) -> models.QuerySet[CaseParty]:
        return super().get_queryset().filter(former=False)


class CaseParty(models.Model):
    """A person of the case who may have to sign or be told.

    ``personal``: name, id_type, id_number, birth_date, sex, phone, email, address.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="parties")
    role = models.CharField(max_length=16, choices=PartyRole.choices)
    position = models.PositiveSmallIntegerField(default=0)
    personal = EncryptedJSONField(data_key="data_key_id")
    name_hash = models.CharField(max_length=64, db_index=True)
    id_hash = models.CharField(max_length=64, db_index=True)
    phone_hash = models.CharField(max_length=64, db_index=True)
    # Named in an earlier version of the application and replaced since; kept because evidence names her.
    former = models.BooleanField(default=False)

    objects = CurrentParties()

    class Meta:
        ordering = ["case", "role", "position"]
        constraints = [
            models.UniqueConstraint(fields=["case", "role", "position"], condition=models.Q(former=False), name="cases_one_party_per_place")
        ]

    @property
    def data_key_id(self) -> uuid.UUID:
        return self.case.data_key_id


class Application(models.Model):
    """投保单 as data: one row a version. A presented version never changes; a correction makes the next."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="applications")
    version = models.PositiveSmallIntegerField(default=1)
    data = EncryptedJSONField(data_key="data_key_id")
    digest = models.CharField(max_length=64, blank=True)
    sum_insured = models.BigIntegerField(null=True)  # fen
    premium = models.BigIntegerField(null=True)  # fen, of the first payment
    currency = models.CharField(max_length=3, default="CNY")
    presented_at = models.DateTimeField(null=True)  # from then on immutable
    prefilled_by_staff = models.BooleanField(default=False)
    # What a salesperson filled in: dotted path → "open", then "confirmed" by the customer, or "changed". Paths only, no values.
    prefilled = models.JSONField(default=dict)

    class Meta:
        ordering = ["case", "version"]
        constraints = [models.UniqueConstraint(fields=["case", "version"], name="cases_application_version")]

    @property
    def data_key_id(self) -> uuid.UUID:
        return self.case.data_key_id


class CaseStep(models.Model):
    """One step that a party completed, in the order that the product declares. ``digest`` names what was confirmed."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="steps")
    party = models.ForeignKey(CaseParty, null=True, blank=True, on_delete=models.PROTECT, related_name="steps")
    round = models.PositiveSmallIntegerField(default=1)  # a reopened application walks its steps again
    name = models.CharField(max_length=24)
    digest = models.CharField(max_length=64, blank=True)
    done_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "party", "round", "name"], nulls_distinct=False, name="cases_step_once"),
        ]


class Consent(models.Model):
    """One consent for one purpose, given by a tick that was empty before. Never bundled (PIPL 23, 29)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="consents")
    party = models.ForeignKey(CaseParty, null=True, blank=True, on_delete=models.PROTECT, related_name="consents")
    signer_role = models.CharField(max_length=16)
    key = models.CharField(max_length=40)
    version = models.CharField(max_length=16)
    text_digest = models.CharField(max_length=64)
    # {"seconds": between page and answer, by our clock; by the browser's word "seen": seconds this text was in sight, "deepest": per cent
    # of the page, "long": whether it was longer than the screen}; empty when nobody measured.
    reading = models.JSONField(default=dict)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "signer_role", "party", "key", "version"], nulls_distinct=False, name="cases_consent_once"
            )
        ]


class Document(models.Model):
    """单证: a file of a Case. Its bytes are Revisions; its code opens ``/v/<code>`` and never changes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=32)
    title = models.CharField(max_length=120)
    code = models.CharField(max_length=20, unique=True, default=new_verification_code)
    # Which thing the file is of (application version, policy version, endorsement …): makes retries find their own file.
    subject = models.CharField(max_length=64)
    language = models.CharField(max_length=8, default="zh-hans")
    template_digest = models.CharField(max_length=64, blank=True)
    data_digest = models.CharField(max_length=64, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)  # the last signature or the seal closed the file
    void = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["created_at"]
        constraints = [models.UniqueConstraint(fields=["case", "kind", "subject"], name="cases_document_once_per_subject")]


class Revision(models.Model):
    """One immutable state of a Document's bytes, stored encrypted and write-once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12)  # shown | signed | sealed | received
    signed_by = models.CharField(max_length=16, blank=True)  # role of the signer
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveIntegerField()
    blob_key = models.CharField(max_length=200, unique=True)
    pages = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["document", "number"]
        constraints = [models.UniqueConstraint(fields=["document", "number"], name="cases_revision_number")]

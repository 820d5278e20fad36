"""CustomerPasskey, PasskeyQuestion: a customer's own phone as the proof of her will."""

from __future__ import annotations

import uuid

from django.db import models


class CustomerPasskey(models.Model):
    """通行密钥 of a customer: a key of her phone. Found by whom it belongs to; never deleted, since what it proved is checked with it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    insurer = models.ForeignKey("parties.Insurer", on_delete=models.PROTECT, related_name="+")
    subject_hash = models.CharField(max_length=64)  # keyed, of name, ID number and phone as they were: with another phone it is not hers
    credential_hash = models.CharField(max_length=64, unique=True)
    data = models.BinaryField()  # WebAuthn's attested credential data
    sign_count = models.BigIntegerField(default=0)
    synced = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)  # by herself: the phone is lost, or another's by now

    class Meta:
        indexes = [models.Index(fields=["insurer", "subject_hash"])]


class PasskeyQuestion(models.Model):
    """What a customer's passkey was asked to sign, once, and its answer."""

    class Purpose(models.TextChoices):
        REGISTER = "register"
        WILLINGNESS = "willingness"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")
    party = models.ForeignKey("cases.CaseParty", null=True, on_delete=models.SET_NULL, related_name="+")
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    subject = models.CharField(max_length=36, blank=True)  # the document's id
    shown_digest = models.CharField(max_length=64, blank=True)
    wording_digest = models.CharField(max_length=64, blank=True)
    nonce = models.CharField(max_length=64, unique=True)
    rp_id = models.CharField(max_length=255)
    origin = models.CharField(max_length=300)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    refusal = models.CharField(max_length=20, blank=True)
    passkey = models.ForeignKey(CustomerPasskey, null=True, on_delete=models.PROTECT, related_name="answers")
    client_data = models.BinaryField(null=True)
    authenticator_data = models.BinaryField(null=True)
    signature = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(purpose="register") | (~models.Q(subject="") & ~models.Q(shown_digest="")),
                name="identity_question_is_bound",
            )
        ]

    #: With what a question is bound, as ``parties.passkeys`` reads it of its own.
    decision = "sign"

    @property
    def detail_digest(self) -> str:
        """Return the digest of the words that are agreed to."""
        return self.wording_digest

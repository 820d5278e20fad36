"""What the keeper itself knows of people's approvals: whose a passkey is, and which codes were entered.

The application's database role only reads these rows, so whoever has it proves nothing to the keeper by writing.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class KnownPasskey(models.Model):
    """已登记通行密钥: a passkey that the keeper was told of when its owner added it. Only these approve what the keeper seals."""

    passkey = models.OneToOneField("parties.Passkey", primary_key=True, on_delete=models.PROTECT, related_name="known")
    staff = models.ForeignKey("parties.StaffMember", on_delete=models.PROTECT, related_name="+")
    data_sha256 = models.CharField(max_length=64)
    known_at = models.DateTimeField()


class WeakerProof(models.Model):
    """较弱认证: one person's word about one thing shown to her, which no passkey gave.

    ``proven_at`` empty: a code went out, and nobody has entered it (yet). The keeper writes rows of ``password+sms``, a migration those of
    ``session``; triggers keep them from change.
    """

    class Method(models.TextChoices):
        SMS = "password+sms", _("短信验证码")
        SESSION = "session", _("登录后确认")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    method = models.CharField(max_length=16, choices=Method.choices)
    subject = models.UUIDField()  # the grant, request or endorsement
    by = models.ForeignKey("parties.StaffMember", on_delete=models.PROTECT, related_name="+")
    shown_digest = models.CharField(max_length=64)
    code_hash = models.CharField(max_length=64, blank=True)  # under a key that dies with the keeper's process
    tries = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)  # of a code
    proven_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(tries__lte=5), name="seals_weaker_five_tries"),
            models.CheckConstraint(
                condition=Q(method="session", code_hash="", proven_at__isnull=False)
                | (Q(method="password+sms", expires_at__isnull=False) & ~Q(code_hash=""))
                | Q(method="password+sms", code_hash="", proven_at__isnull=False),
                name="seals_weaker_is_a_code_or_proven",
            ),
        ]
        indexes = [models.Index(fields=["subject", "by"])]

"""ConsentRound, InsuredConsent: asking a list of people, and what each of them answered."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vermilion.base.vault import EncryptedJSONField


class ConsentRound(models.Model):
    """同意征集: one asking of a group's list by one paper. A changed list goes on with it; a changed plan makes it void.

    ``change``: the endorsement that adds these people to a policy; none: the list of the application.
    """

    class State(models.TextChoices):
        OPEN = "open", _("征集中")
        CLOSED = "closed", _("已截止")
        VOID = "void", _("已作废")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="consent_rounds")
    change = models.UUIDField(null=True, blank=True)
    document = models.OneToOneField("cases.Document", on_delete=models.PROTECT, related_name="consent_round")
    shown_digest = models.CharField(max_length=64)
    terms_digest = models.CharField(max_length=64)  # of what the consents are about: company, plan, sum, period
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField()  # nobody answers after it
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-opened_at"]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=~Q(state="void") & Q(change=None), name="signing_one_round_of_consents"),
            models.UniqueConstraint(fields=["change"], condition=~Q(state="void"), name="signing_one_round_of_a_change"),
            models.CheckConstraint(condition=Q(state__in=["open", "closed", "void"]), name="signing_known_round_state"),
        ]


class InsuredConsent(models.Model):
    """被保险人同意: the answer of one insured person of a group. Only who consented is covered."""

    class State(models.TextChoices):
        WAITING = "waiting", _("未答复")
        CONSENTED = "consented", _("已同意")
        REFUSED = "refused", _("不同意")
        WITHDRAWN = "withdrawn", _("已撤回")
        REMOVED = "removed", _("已移出名单")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    round = models.ForeignKey(ConsentRound, on_delete=models.PROTECT, related_name="answers")
    party = models.OneToOneField("cases.CaseParty", on_delete=models.PROTECT, related_name="insured_consent")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    wanted_at = models.DateTimeField(null=True, blank=True)  # a message is to go out
    asked_at = models.DateTimeField(null=True, blank=True)  # the newest went out
    times_asked = models.PositiveSmallIntegerField(default=0)
    read_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    willingness = models.OneToOneField("identity.Willingness", null=True, blank=True, on_delete=models.PROTECT, related_name="consent")
    details = EncryptedJSONField(data_key="data_key_id", null=True)  # {"reason", "ip", "device"} of the answer
    withdrawal = models.OneToOneField("identity.Willingness", null=True, blank=True, on_delete=models.PROTECT, related_name="withdrawal")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    # She is on a policy, or will be: her cover is to be ended by an endorsement, and the service desk says when that is done.
    ending_wanted = models.BooleanField(default=False)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey("parties.StaffMember", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="consented") | Q(willingness__isnull=False, answered_at__isnull=False, read_at__isnull=False),
                name="signing_consent_is_proven",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "consented", "refused", "withdrawn", "removed"]), name="signing_known_consent_state"
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | Q(withdrawal__isnull=False, withdrawn_at__isnull=False),
                name="signing_withdrawal_is_proven",
            ),
        ]
        indexes = [models.Index(fields=["round", "state"])]

    @property
    def data_key_id(self) -> uuid.UUID:
        return self.round.case.data_key_id

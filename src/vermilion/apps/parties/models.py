"""Insurer, Branch, StaffMember, Salesperson; what proves these people, and what they lend each other."""

from __future__ import annotations

import secrets
import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from vermilion.base.vault import EncryptedJSONField


class Role(models.TextChoices):
    """What a member of staff may do; one person may hold several, but who asks never approves."""

    ADMINISTRATOR = "administrator", _("管理员")
    CLERK = "clerk", _("保全专员")
    UNDERWRITER = "underwriter", _("核保员")
    CUSTODIAN = "custodian", _("印章保管人")
    APPROVER = "approver", _("审批人")
    SERVICE_DESK = "service_desk", _("客服")
    COMPLIANCE = "compliance", _("合规")
    TEMPLATE_EDITOR = "template_editor", _("模板编辑")
    CLAIMS_CLERK = "claims_clerk", _("理赔专员")
    AUDITOR = "auditor", _("审计")
    OPERATOR = "operator", _("运维")


#: Whoever holds one of these holds no other role: who makes accounts or runs machines must not use what they open; auditors only read.
ALONE = (Role.ADMINISTRATOR, Role.AUDITOR, Role.OPERATOR)


class Insurer(models.Model):
    """保险公司: a licensed company; its data are separated from any other's on the platform."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    code = models.SlugField(max_length=32, unique=True)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160)
    short_name = models.CharField(max_length=40)
    uscc = models.CharField(_("统一社会信用代码"), max_length=18, unique=True)
    address = models.CharField(max_length=200)
    hotline = models.CharField(max_length=32)
    website = models.URLField(blank=True)
    # Approvers and custodians then come and decide by passkey only.
    passkeys_required = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class InsurerAuthentication(models.Model):
    """企业认证: who checked when, by which documents, that this is a licensed insurer, and what came of it. The latest one counts."""

    class Result(models.TextChoices):
        PASSED = "passed", _("通过")
        REFUSED = "refused", _("未通过")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    insurer = models.ForeignKey(Insurer, on_delete=models.PROTECT, related_name="authentications")
    result = models.CharField(max_length=8, choices=Result.choices)
    checked_by = models.CharField(max_length=60)
    uscc = models.CharField(max_length=18)  # as it was checked
    documents = models.JSONField(default=list)  # [{"name", "sha256", "key", "size"}], the files lie in the store
    valid_until = models.DateField(null=True, blank=True)  # of the licence; empty: as long as nothing else is recorded
    note = models.CharField(max_length=200, blank=True)
    checked_at = models.DateTimeField()

    class Meta:
        ordering = ["-checked_at"]


class Branch(models.Model):
    """分支机构."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    insurer = models.ForeignKey(Insurer, on_delete=models.PROTECT, related_name="branches")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    code = models.CharField(max_length=16)
    name = models.CharField(max_length=120)
    address = models.CharField(max_length=200)

    class Meta:
        # A trigger sees to it that the tree is one insurer's and has no ring.
        constraints = [models.UniqueConstraint(fields=["insurer", "code"], name="parties_branch_code")]

    def __str__(self) -> str:
        return self.name


class StaffMember(models.Model):
    """A person of the insurer who logs in to the console."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="staff_member")
    insurer = models.ForeignKey(Insurer, on_delete=models.PROTECT, related_name="staff")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="staff")
    name = models.CharField(max_length=60)
    phone = models.CharField(max_length=20)
    roles = ArrayField(models.CharField(max_length=20, choices=Role.choices), default=list)
    # Level of underwriting authority; what a level may do is declared by each product. 0 = none.
    underwriting_level = models.PositiveSmallIntegerField(default=0)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(roles__overlap=[str(role) for role in ALONE]) | models.Q(roles__len=1), name="parties_roles_held_alone"
            )
        ]

    def has(self, *roles: str) -> bool:
        """Tell whether this person is active and holds one of ``roles``."""
        return self.active and bool(set(roles) & set(self.roles))

    def __str__(self) -> str:
        return self.name


class RoleBinding(models.Model):
    """Where a role holds: in this branch and all below it. A role without a binding holds in the whole company."""

    id = models.BigAutoField(primary_key=True)
    staff = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="bindings")
    role = models.CharField(max_length=20, choices=Role.choices)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff", "role"], name="parties_one_place_of_a_role")]


def new_badge_code() -> str:
    """Return an unguessable code for the public badge page."""
    return secrets.token_urlsafe(9)


class Salesperson(models.Model):
    """销售人员: starts cases and shares links; never signs for a customer, never sees health answers."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="salesperson")
    insurer = models.ForeignKey(Insurer, on_delete=models.PROTECT, related_name="salespeople")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="salespeople")
    name = models.CharField(max_length=60)
    licence_no = models.CharField(_("执业证编号"), max_length=32, unique=True)
    phone = models.CharField(max_length=20)
    valid_from = models.DateField()
    valid_to = models.DateField()
    products = ArrayField(models.CharField(max_length=40), default=list)
    active = models.BooleanField(default=True)
    badge_code = models.CharField(max_length=24, unique=True, default=new_badge_code)
    photo_key = models.CharField(max_length=200, blank=True)  # of the encrypted WebP that the badge page shows
    photo_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(valid_from__lte=models.F("valid_to")), name="parties_registration_period")]

    def __str__(self) -> str:
        return self.name


class Passkey(models.Model):
    """通行密钥: a key of somebody's phone or computer. Never deleted, since what it proved is checked years later with it."""

    class End(models.TextChoices):
        REMOVED = "removed", _("本人移除")
        RESET = "reset", _("重设验证方式")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="passkeys")
    name = models.CharField(max_length=40)
    credential_hash = models.CharField(max_length=64, unique=True)  # SHA-256 of the credential's id
    data = models.BinaryField()  # WebAuthn's attested credential data: model, id, public key (COSE)
    sign_count = models.BigIntegerField(default=0)
    synced = models.BooleanField(default=False)  # lies in a cloud account too, by its own word
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=8, blank=True, choices=End.choices)

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return self.name


class PasskeyChallenge(models.Model):
    """What a passkey was asked to sign, once, and what it answered. Whoever has the row can check the answer again."""

    class Purpose(models.TextChoices):
        REGISTER = "register", _("添加通行密钥")
        LOG_IN = "log_in", _("登录")
        APPROVAL = "approval", _("审批批单")

    class Outcome(models.TextChoices):
        VERIFIED = "verified", _("通过")
        REFUSED = "refused", _("未通过")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    # Whose passkey must answer; none at a log-in, where the passkey itself says who comes.
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=36, blank=True)
    shown_digest = models.CharField(max_length=64, blank=True)
    decision = models.CharField(max_length=12, blank=True)
    detail_digest = models.CharField(max_length=64, blank=True)  # of the reason of a refusal
    nonce = models.CharField(max_length=64, unique=True)
    rp_id = models.CharField(max_length=255)
    origin = models.CharField(max_length=300)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=8, blank=True, choices=Outcome.choices)
    refusal = models.CharField(max_length=20, blank=True)  # stable word
    passkey = models.ForeignKey(Passkey, null=True, blank=True, on_delete=models.PROTECT, related_name="challenges")
    client_data = models.BinaryField(null=True, blank=True)
    authenticator_data = models.BinaryField(null=True, blank=True)
    signature = models.BinaryField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(outcome="", used_at__isnull=True) | (~models.Q(outcome="") & models.Q(used_at__isnull=False)),
                name="parties_challenge_used_has_outcome",
            ),
            models.CheckConstraint(
                condition=~models.Q(outcome="verified") | models.Q(passkey__isnull=False), name="parties_challenge_verified_by_a_passkey"
            ),
            models.CheckConstraint(
                condition=~models.Q(purpose="approval") | (~models.Q(subject="") & ~models.Q(shown_digest="") & ~models.Q(decision="")),
                name="parties_challenge_approval_is_bound",
            ),
        ]
        indexes = [models.Index(fields=["used_at", "expires_at"])]


class WrittenName(models.Model):
    """手写签名: somebody's written name cut out of a photograph; a trial until she confirms it, in use until she or a newer one ends it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="written_names")
    data_key_id = models.UUIDField()
    content = EncryptedJSONField(data_key="data_key_id")  # {"picture": SVG}, and of a trial {"photo": base64}
    photo_key = models.CharField(max_length=200, blank=True)  # of the encrypted photograph, once confirmed
    photo_digest = models.CharField(max_length=64)
    picture_digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(confirmed_at__isnull=False, ended_at__isnull=True), name="parties_one_written_name"
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_at__isnull=True) | ~models.Q(photo_key=""), name="parties_written_name_has_its_photo"
            ),
        ]


class SignOnLink(models.Model):
    """Which account of the OpenID provider is whose. ``subject`` is empty until the first log-in ties it."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="sign_on_link")
    issuer = models.CharField(max_length=300)
    account = models.CharField(max_length=200)
    subject = models.CharField(max_length=255, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "account"], name="parties_sign_on_account_once"),
            models.UniqueConstraint(fields=["issuer", "subject"], condition=~models.Q(subject=""), name="parties_sign_on_subject_once"),
        ]


class Delegation(models.Model):
    """委托: an authority that somebody lends to a colleague for a period. Never lent on; withdrawn at once; otherwise it never changes."""

    class Authority(models.TextChoices):
        APPROVER = Role.APPROVER.value, _("审批")
        CUSTODIAN = Role.CUSTODIAN.value, _("印章保管")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    authority = models.CharField(max_length=12, choices=Authority.choices)
    giver = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="delegations_given")
    receiver = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="delegations_received")
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()
    reason = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-valid_from", "-created_at"]
        constraints = [
            models.CheckConstraint(condition=models.Q(authority__in=["approver", "custodian"]), name="parties_delegation_authority"),
            models.CheckConstraint(condition=~models.Q(giver=models.F("receiver")), name="parties_delegation_two_people"),
            models.CheckConstraint(condition=models.Q(valid_from__lt=models.F("valid_to")), name="parties_delegation_period"),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | models.Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="parties_delegation_withdrawn_by_somebody",
            ),
        ]


class FirstPassword(models.Model):
    """初始密码: an administrator saw this account's password. Its owner chooses another one before anything else; then the row goes."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="+")
    given_at = models.DateTimeField()


class AccountRequest(models.Model):
    """账户复核: an administrator asks for what gives power over seals or cases, another person agrees, and only then it is done."""

    class Kind(models.TextChoices):
        CREATE = "create", _("新建账户")
        ROLES = "roles", _("增加权限")
        RESET = "reset", _("重置账户")
        PASSKEYS = "passkeys", _("不再要求通行密钥")
        CONDUCT = "conduct", _("代签规则")

    class State(models.TextChoices):
        REQUESTED = "requested", _("待复核")
        CONFIRMED = "confirmed", _("已同意")
        DONE = "done", _("已办理")
        REJECTED = "rejected", _("未同意")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.REQUESTED)
    insurer = models.ForeignKey(Insurer, on_delete=models.PROTECT, related_name="+")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="account_requests")
    data_key_id = models.UUIDField()
    # What the account is to be: {"username", "name", "phone", "roles", "places", "underwriting_level"}; of a reset only who.
    # Of a rule {"before", "after"}.
    content = EncryptedJSONField(data_key="data_key_id")
    requested_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    decided_by = models.ForeignKey(StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-requested_at"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state__in=["confirmed", "done"])
                | (models.Q(decided_by__isnull=False) & ~models.Q(decided_by=models.F("requested_by"))),
                name="parties_account_request_two_people",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["create", "passkeys", "conduct"], person__isnull=True)
                | models.Q(kind="create", state="done")
                | (~models.Q(kind__in=["create", "passkeys", "conduct"]) & models.Q(person__isnull=False)),
                name="parties_account_request_has_its_person",
            ),
            models.UniqueConstraint(
                fields=["insurer", "kind"],
                condition=models.Q(kind__in=["passkeys", "conduct"], state__in=["requested", "confirmed"]),
                name="parties_one_open_request_of_a_rule",
            ),
            models.UniqueConstraint(
                fields=["person", "kind"], condition=models.Q(state__in=["requested", "confirmed"]), name="parties_one_open_account_request"
            ),
        ]

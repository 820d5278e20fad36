"""What the keeper knows of approvals becomes rows that the application's role only reads; what was approved before is written down there."""

import hashlib
import uuid
from typing import Any

import django.db.models.deletion
from django.db import migrations, models

GUARDED = (
    "seals_use_guard", "seals_permission_guard", "seals_certificate_guard", "seals_request_guard", "seals_item_guard",
    "seals_decision_guard", "seals_rule_guard", "seals_permission_of_request", "seals_seal_guard", "seals_grant_guard",
    "seals_grant_of_approver",
)  # fmt: skip
PATH = "public, pg_temp"
"""A trigger looks nothing up among temporary tables, which anybody may name like a real one."""
FORWARD = f"""
CREATE FUNCTION seals_weaker_stands(proof jsonb, person uuid, subject uuid, shown text) RETURNS boolean LANGUAGE sql STABLE
SET search_path = {PATH} AS $$
    SELECT CASE
        WHEN proof ->> 'method' IN ('operator', 'password+totp') THEN EXISTS (
            SELECT 1 FROM base_instancefact fact WHERE fact.name = 'demo' AND fact.value = 'true'::jsonb)
        WHEN proof ->> 'method' IN ('password+sms', 'session') THEN EXISTS (
            SELECT 1 FROM seals_weakerproof known WHERE known.method = proof ->> 'method' AND known.subject = $3 AND known.by_id = $2
            AND known.shown_digest = $4 AND known.proven_at IS NOT NULL)
        ELSE true END
$$;

CREATE FUNCTION seals_grant_is_proven() RETURNS trigger LANGUAGE plpgsql SET search_path = {PATH} AS $$
BEGIN
    IF NOT (seals_weaker_stands(NEW.first_proof, NEW.first_approver_id, NEW.id, NEW.terms_digest)
        AND seals_weaker_stands(NEW.second_proof, NEW.second_approver_id, NEW.id, NEW.terms_digest)) THEN
        RAISE EXCEPTION 'no code that the keeper made approves this grant' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER seals_grant_is_proven_new BEFORE INSERT ON seals_sealgrant FOR EACH ROW
    WHEN (NEW.first_proof IS NOT NULL OR NEW.second_proof IS NOT NULL) EXECUTE FUNCTION seals_grant_is_proven();
CREATE TRIGGER seals_grant_is_proven BEFORE UPDATE ON seals_sealgrant FOR EACH ROW
    WHEN (NEW.first_proof IS DISTINCT FROM OLD.first_proof OR NEW.second_proof IS DISTINCT FROM OLD.second_proof)
    EXECUTE FUNCTION seals_grant_is_proven();

CREATE FUNCTION seals_decision_is_proven() RETURNS trigger LANGUAGE plpgsql SET search_path = {PATH} AS $$
BEGIN
    IF NOT seals_weaker_stands(NEW.proof, NEW.by_id, NEW.request_id, NEW.list_digest) THEN
        RAISE EXCEPTION 'no code that the keeper made approves this request' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER seals_decision_is_proven BEFORE INSERT ON seals_sealrequestdecision FOR EACH ROW
    WHEN (NEW.decision = 'approve') EXECUTE FUNCTION seals_decision_is_proven();

CREATE FUNCTION seals_approval_is_proven() RETURNS trigger LANGUAGE plpgsql SET search_path = {PATH} AS $$
BEGIN
    IF NEW.proof IS NULL OR NOT seals_weaker_stands(NEW.proof, NEW.approved_by, NEW.basis, NEW.shown_digest) THEN
        RAISE EXCEPTION 'no code that the keeper made stands behind this approval' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER seals_approval_is_proven BEFORE INSERT ON seals_sealpermission FOR EACH ROW
    WHEN (NEW.kind = 'approval') EXECUTE FUNCTION seals_approval_is_proven();

CREATE FUNCTION seals_proof_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = {PATH} AS $$
BEGIN
    IF TG_OP = 'DELETE' OR TG_TABLE_NAME = 'seals_knownpasskey' THEN
        RAISE EXCEPTION 'what the keeper knows of an approval stays' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.proven_at IS NOT NULL OR NEW.tries < OLD.tries
        OR (NEW.id, NEW.method, NEW.subject, NEW.by_id, NEW.shown_digest, NEW.code_hash, NEW.made_at, NEW.expires_at)
        IS DISTINCT FROM (OLD.id, OLD.method, OLD.subject, OLD.by_id, OLD.shown_digest, OLD.code_hash, OLD.made_at, OLD.expires_at) THEN
        RAISE EXCEPTION 'a code is entered once and else never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER seals_proof_guard BEFORE UPDATE OR DELETE ON seals_weakerproof FOR EACH ROW EXECUTE FUNCTION seals_proof_guard();
CREATE TRIGGER seals_passkey_guard BEFORE UPDATE OR DELETE ON seals_knownpasskey FOR EACH ROW EXECUTE FUNCTION seals_proof_guard();

CREATE FUNCTION seals_seal_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = {PATH} AS $$
BEGIN
    RAISE EXCEPTION 'a seal is its insurer''s for ever' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER seals_seal_stays BEFORE UPDATE ON seals_seal FOR EACH ROW
    WHEN (NEW.insurer_id <> OLD.insurer_id) EXECUTE FUNCTION seals_seal_stays();
""" + "".join(f"ALTER FUNCTION {name}() SET search_path = {PATH};\n" for name in GUARDED)
BACK = """
DROP TRIGGER seals_seal_stays ON seals_seal;
DROP TRIGGER seals_passkey_guard ON seals_knownpasskey;
DROP TRIGGER seals_proof_guard ON seals_weakerproof;
DROP TRIGGER seals_approval_is_proven ON seals_sealpermission;
DROP TRIGGER seals_decision_is_proven ON seals_sealrequestdecision;
DROP TRIGGER seals_grant_is_proven ON seals_sealgrant;
DROP TRIGGER seals_grant_is_proven_new ON seals_sealgrant;
DROP FUNCTION seals_seal_stays();
DROP FUNCTION seals_proof_guard();
DROP FUNCTION seals_approval_is_proven();
DROP FUNCTION seals_decision_is_proven();
DROP FUNCTION seals_grant_is_proven();
DROP FUNCTION seals_weaker_stands(jsonb, uuid, uuid, text);
""" + "".join(f"ALTER FUNCTION {name}() RESET search_path;\n" for name in GUARDED)


def keep(apps: Any, schema_editor: Any) -> None:
    """Write down what there is: every passkey of the staff, and what was approved of grants by a button or a code."""
    staff = dict(apps.get_model("parties", "StaffMember").objects.values_list("user_id", "pk"))
    known = apps.get_model("seals", "KnownPasskey")
    for passkey in apps.get_model("parties", "Passkey").objects.filter(user__in=staff):
        facts = {"staff_id": staff[passkey.user_id], "data_sha256": hashlib.sha256(bytes(passkey.data)).hexdigest()}
        known.objects.create(passkey_id=passkey.pk, known_at=passkey.created_at, **facts)
    proof = apps.get_model("seals", "WeakerProof")
    for grant in apps.get_model("seals", "SealGrant").objects.all():
        for which in ("first", "second"):
            said, at = getattr(grant, f"{which}_proof") or {}, getattr(grant, f"{which}_approved_at")
            if said.get("method") in ("session", "password+sms"):
                about = {"subject": grant.pk, "by_id": getattr(grant, f"{which}_approver_id"), "shown_digest": said["shown"]}
                proof.objects.create(method=said["method"], made_at=at, proven_at=at, **about)


class Migration(migrations.Migration):

    dependencies = [
        ('parties', '0009_first_passwords'),
        ('seals', '0014_grants_of_approvers'),
    ]

    operations = [
        migrations.AddField(
            model_name='sealpermission',
            name='proof',
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name='KnownPasskey',
            fields=[
                ('passkey', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='known', serialize=False, to='parties.passkey')),
                ('data_sha256', models.CharField(max_length=64)),
                ('known_at', models.DateTimeField()),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.staffmember')),
            ],
        ),
        migrations.CreateModel(
            name='WeakerProof',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('method', models.CharField(choices=[('password+sms', '短信验证码'), ('session', '登录后确认')], max_length=16)),
                ('subject', models.UUIDField()),
                ('shown_digest', models.CharField(max_length=64)),
                ('code_hash', models.CharField(blank=True, max_length=64)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('made_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField(blank=True, null=True)),
                ('proven_at', models.DateTimeField(blank=True, null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.staffmember')),
            ],
            options={
                'indexes': [models.Index(fields=['subject', 'by'], name='seals_weake_subject_cca412_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('tries__lte', 5)), name='seals_weaker_five_tries'), models.CheckConstraint(condition=models.Q(models.Q(('code_hash', ''), ('method', 'session'), ('proven_at__isnull', False)), models.Q(('expires_at__isnull', False), ('method', 'password+sms'), models.Q(('code_hash', ''), _negated=True)), models.Q(('code_hash', ''), ('method', 'password+sms'), ('proven_at__isnull', False)), _connector='OR'), name='seals_weaker_is_a_code_or_proven')],
            },
        ),
        migrations.RunSQL(FORWARD, BACK),
        migrations.RunPython(keep, migrations.RunPython.noop),
    ]

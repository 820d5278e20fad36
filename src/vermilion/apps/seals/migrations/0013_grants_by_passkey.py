"""What two people approved of a grant is bound by digest and never changes; what was approved before stands as the weaker way it was."""

from typing import Any

from django.db import migrations, models

from vermilion.base.canonical import digest

TERMS = ("document_kinds", "products", "max_amount", "daily_limit", "valid_from", "valid_to", "reason")
FORWARD = """
CREATE FUNCTION seals_grant_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a grant is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.id, NEW.seal_id, NEW.document_kinds, NEW.products, NEW.max_amount, NEW.daily_limit, NEW.valid_from, NEW.valid_to, NEW.reason,
        NEW.terms_digest, NEW.requested_by_id, NEW.requested_at)
        IS DISTINCT FROM (OLD.id, OLD.seal_id, OLD.document_kinds, OLD.products, OLD.max_amount, OLD.daily_limit, OLD.valid_from,
        OLD.valid_to, OLD.reason, OLD.terms_digest, OLD.requested_by_id, OLD.requested_at)
        OR (OLD.first_approver_id IS NOT NULL AND (NEW.first_approver_id, NEW.first_approved_at, NEW.first_proof)
        IS DISTINCT FROM (OLD.first_approver_id, OLD.first_approved_at, OLD.first_proof))
        OR (OLD.second_approver_id IS NOT NULL AND (NEW.second_approver_id, NEW.second_approved_at, NEW.second_proof)
        IS DISTINCT FROM (OLD.second_approver_id, OLD.second_approved_at, OLD.second_proof)) THEN
        RAISE EXCEPTION 'what was asked and approved of a grant never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state <> NEW.state AND NOT ((OLD.state, NEW.state) IN (('requested', 'active'), ('requested', 'rejected'), ('active', 'revoked')))
        THEN
        RAISE EXCEPTION 'a grant does not go from % to %', OLD.state, NEW.state USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER seals_grant_guard BEFORE UPDATE OR DELETE ON seals_sealgrant FOR EACH ROW EXECUTE FUNCTION seals_grant_guard();
"""
BACK = """
DROP TRIGGER seals_grant_guard ON seals_sealgrant;
DROP FUNCTION seals_grant_guard();
"""


def keep(apps: Any, schema_editor: Any) -> None:
    """Give what was asked for so far its digest, and what was approved so far the name of its way: a button behind the log-in."""
    for grant in apps.get_model("seals", "SealGrant").objects.filter(state__in=["requested", "active"]):
        facts = {"form": "vermilion-seal-grant-1", "grant": grant.pk, "seal": grant.seal_id, "requested_by": grant.requested_by_id}
        grant.terms_digest = digest({**facts, **{name: getattr(grant, name) for name in TERMS}})
        said = {"method": "session", "shown": grant.terms_digest}
        grant.first_proof = said if grant.first_approver_id else None
        grant.second_proof = said if grant.second_approver_id else None
        grant.save()


class Migration(migrations.Migration):

    dependencies = [
        ('parties', '0008_second_person'),
        ('seals', '0012_notices_in_doubt'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='sealgrant',
            name='seals_grant_two_approvers',
        ),
        migrations.AddField(
            model_name='sealgrant',
            name='end_reason',
            field=models.CharField(blank=True, max_length=400),
        ),
        migrations.AddField(
            model_name='sealgrant',
            name='first_proof',
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='sealgrant',
            name='second_proof',
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='sealgrant',
            name='terms_digest',
            field=models.CharField(blank=True, default='', max_length=64),
        ),
        migrations.RunPython(keep, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='sealgrant',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'active'), _negated=True), models.Q(('first_approver__isnull', False), ('first_proof__isnull', False), ('second_approver__isnull', False), ('second_proof__isnull', False)), _connector='OR'), name='seals_grant_two_approvers'),
        ),
        migrations.RunSQL(FORWARD, BACK),
    ]

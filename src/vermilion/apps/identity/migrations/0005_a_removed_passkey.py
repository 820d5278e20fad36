"""A customer may remove a passkey; what is removed stays so."""

from django.db import migrations, models

GUARD = """
CREATE OR REPLACE FUNCTION identity_passkey_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (NEW.id, NEW.insurer_id, NEW.subject_hash, NEW.credential_hash, NEW.data, NEW.created_at)
        IS DISTINCT FROM (OLD.id, OLD.insurer_id, OLD.subject_hash, OLD.credential_hash, OLD.data, OLD.created_at) THEN
        RAISE EXCEPTION 'a passkey never changes' USING ERRCODE = 'restrict_violation';
    END IF;{removed}
    RETURN NEW;
END $$;
"""
REMOVED = """
    IF OLD.removed_at IS NOT NULL AND NEW.removed_at IS DISTINCT FROM OLD.removed_at THEN
        RAISE EXCEPTION 'a removed passkey stays removed' USING ERRCODE = 'restrict_violation';
    END IF;"""


class Migration(migrations.Migration):
    dependencies = [("identity", "0004_customer_passkeys")]

    operations = [
        migrations.AddField(model_name="customerpasskey", name="removed_at", field=models.DateTimeField(null=True)),
        migrations.RunSQL(GUARD.replace("{removed}", REMOVED), GUARD.replace("{removed}", "")),
    ]

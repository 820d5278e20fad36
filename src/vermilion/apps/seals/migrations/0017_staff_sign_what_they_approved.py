"""A person's own certificate signs only on the strength of an approval of hers: the database asks for its proof, the keeper checks it."""

from django.db import migrations

PROVEN = """
CREATE OR REPLACE FUNCTION seals_approval_is_proven() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.proof IS NULL OR NOT seals_weaker_stands(NEW.proof, NEW.approved_by, NEW.basis, {shown}) THEN
        RAISE EXCEPTION 'no code that the keeper made stands behind this approval' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER seals_approval_is_proven ON seals_sealpermission;
CREATE TRIGGER seals_approval_is_proven BEFORE INSERT ON seals_sealpermission FOR EACH ROW
    WHEN (NEW.kind {kinds}) EXECUTE FUNCTION seals_approval_is_proven();
"""
# A sheet is another document than the one that was approved.
SHOWN = "CASE NEW.kind WHEN 'staff' THEN NEW.proof ->> 'shown' ELSE NEW.shown_digest END"


class Migration(migrations.Migration):

    dependencies = [
        ("seals", "0016_ended_passkeys_approve_nothing"),
    ]

    operations = [
        migrations.RunSQL(
            PROVEN.format(shown=SHOWN, kinds="IN ('approval', 'staff')"),
            PROVEN.format(shown="NEW.shown_digest", kinds="= 'approval'"),
        )
    ]

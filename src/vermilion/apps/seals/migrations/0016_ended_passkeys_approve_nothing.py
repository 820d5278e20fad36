"""An approval by passkey is written only while that passkey is the person's and has not ended, whoever writes it."""

from django.db import migrations

PATH = "public, pg_temp"
STANDS = """
CREATE OR REPLACE FUNCTION seals_weaker_stands(proof jsonb, person uuid, subject uuid, shown text) RETURNS boolean LANGUAGE sql STABLE
SET search_path = {path} AS $$
    SELECT CASE
        WHEN proof ->> 'method' IN ('operator', 'password+totp') THEN EXISTS (
            SELECT 1 FROM base_instancefact fact WHERE fact.name = 'demo' AND fact.value = 'true'::jsonb)
        WHEN proof ->> 'method' IN ('password+sms', 'session') THEN EXISTS (
            SELECT 1 FROM seals_weakerproof known WHERE known.method = proof ->> 'method' AND known.subject = $3 AND known.by_id = $2
            AND known.shown_digest = $4 AND known.proven_at IS NOT NULL)
        {passkey}ELSE true END
$$;
"""
PASSKEY = """WHEN proof ? 'passkey' THEN EXISTS (
            SELECT 1 FROM seals_knownpasskey known JOIN parties_passkey key ON key.id = known.passkey_id
            WHERE known.passkey_id = (proof ->> 'passkey')::uuid AND known.staff_id = $2 AND key.ended_at IS NULL)
        """
INCREASE = f"""
CREATE FUNCTION seals_increase_is_proven() RETURNS trigger LANGUAGE plpgsql SET search_path = {PATH} AS $$
BEGIN
    IF NOT seals_weaker_stands(NEW.proof, NEW.decided_by_id, NEW.id, NEW.digest) THEN
        RAISE EXCEPTION 'no passkey that the keeper knows approves this increase' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER seals_increase_is_proven BEFORE INSERT OR UPDATE ON seals_grantincrease FOR EACH ROW
    WHEN (NEW.state = 'approved') EXECUTE FUNCTION seals_increase_is_proven();
"""
BACK = "DROP TRIGGER seals_increase_is_proven ON seals_grantincrease;\nDROP FUNCTION seals_increase_is_proven();\n"


class Migration(migrations.Migration):

    dependencies = [
        ("parties", "0009_first_passwords"),
        ("seals", "0015_approvals_known_to_the_keeper"),
    ]

    operations = [
        migrations.RunSQL(
            STANDS.format(path=PATH, passkey=PASSKEY) + INCREASE,
            BACK + STANDS.format(path=PATH, passkey=""),
        )
    ]

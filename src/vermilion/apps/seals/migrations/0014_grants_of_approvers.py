"""A grant comes into force only when one of the two who approved it is an approver at that moment: the database asks, whoever writes."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION seals_grant_of_approver() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM parties_staffmember person JOIN seals_seal seal ON seal.insurer_id = person.insurer_id
        WHERE seal.id = NEW.seal_id AND person.id IN (NEW.first_approver_id, NEW.second_approver_id)
        AND person.active AND 'approver' = ANY (person.roles)) THEN
        RAISE EXCEPTION 'one of the two who approve a grant is an approver' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER seals_grant_begins_of_approver BEFORE INSERT ON seals_sealgrant
    FOR EACH ROW WHEN (NEW.state = 'active') EXECUTE FUNCTION seals_grant_of_approver();
CREATE TRIGGER seals_grant_becomes_of_approver BEFORE UPDATE ON seals_sealgrant
    FOR EACH ROW WHEN (NEW.state = 'active' AND OLD.state <> 'active') EXECUTE FUNCTION seals_grant_of_approver();
"""
BACK = """
DROP TRIGGER seals_grant_becomes_of_approver ON seals_sealgrant;
DROP TRIGGER seals_grant_begins_of_approver ON seals_sealgrant;
DROP FUNCTION seals_grant_of_approver();
"""


class Migration(migrations.Migration):

    dependencies = [
        ("parties", "0007_organisation"),
        ("seals", "0013_grants_by_passkey"),
    ]

    operations = [migrations.RunSQL(FORWARD, BACK)]

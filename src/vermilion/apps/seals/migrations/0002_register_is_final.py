"""The register of seals can't be rewritten: triggers hold the transition table of a use and freeze what was permitted and certified."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION seals_use_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a use of a seal is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.id, NEW.permission_id, NEW.seal_id, NEW.grant_id, NEW.shown_digest, NEW.range_digest, NEW.started_at)
        IS DISTINCT FROM (OLD.id, OLD.permission_id, OLD.seal_id, OLD.grant_id, OLD.shown_digest, OLD.range_digest, OLD.started_at) THEN
        RAISE EXCEPTION 'what a use of a seal was meant for never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT ((OLD.state, NEW.state) IN (('intent', 'signed'), ('intent', 'failed'), ('intent', 'abandoned'), ('signed', 'stored'), ('signed', 'abandoned'))) THEN
        RAISE EXCEPTION 'a use of a seal does not go from % to %', OLD.state, NEW.state USING ERRCODE = 'restrict_violation';
    END IF;
    -- Who may not write a use (the application) may only close a signed one.
    IF NEW.state <> 'stored' AND NOT has_table_privilege(current_user, TG_RELID, 'INSERT') THEN
        RAISE EXCEPTION 'only the keeper moves a use to %', NEW.state USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NEW.state <> 'signed' AND (NEW.certificate_serial, NEW.certificate_sha256, NEW.key_id, NEW.level, NEW.signed_at)
        IS DISTINCT FROM (OLD.certificate_serial, OLD.certificate_sha256, OLD.key_id, OLD.level, OLD.signed_at) THEN
        RAISE EXCEPTION 'the facts of a signature never change' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state <> 'stored' AND (NEW.revision_digest, NEW.stored_at) IS DISTINCT FROM (OLD.revision_digest, OLD.stored_at) THEN
        RAISE EXCEPTION 'only a stored use has a revision' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER seals_use_guard BEFORE UPDATE OR DELETE ON seals_sealuse FOR EACH ROW EXECUTE FUNCTION seals_use_guard();

CREATE FUNCTION seals_permission_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a permission to sign is never changed or deleted' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER seals_permission_guard BEFORE UPDATE OR DELETE ON seals_sealpermission
    FOR EACH ROW EXECUTE FUNCTION seals_permission_guard();

CREATE FUNCTION seals_certificate_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.revoked_at IS NOT NULL
        OR (NEW.id, NEW.profile, NEW.serial, NEW.sha256, NEW.subject_id, NEW.certificate, NEW.not_before, NEW.not_after)
        IS DISTINCT FROM (OLD.id, OLD.profile, OLD.serial, OLD.sha256, OLD.subject_id, OLD.certificate, OLD.not_before, OLD.not_after) THEN
        RAISE EXCEPTION 'a certificate is revoked once and else never changed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER seals_certificate_guard BEFORE UPDATE OR DELETE ON seals_certificaterecord
    FOR EACH ROW EXECUTE FUNCTION seals_certificate_guard();
"""

BACKWARD = """
DROP TRIGGER seals_use_guard ON seals_sealuse;
DROP FUNCTION seals_use_guard();
DROP TRIGGER seals_permission_guard ON seals_sealpermission;
DROP FUNCTION seals_permission_guard();
DROP TRIGGER seals_certificate_guard ON seals_certificaterecord;
DROP FUNCTION seals_certificate_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("seals", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]

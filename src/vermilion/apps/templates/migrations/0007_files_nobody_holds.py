"""A template's file goes when no version holds it, and never while one does."""

from django.db import migrations

# Whoever names files and whoever removes them wait for each other, to the end of the transaction: else a version could name a file that
# its author still saw and somebody else just removed. The lock is taken before the evidence stream's (apps/templates/files.py).
CREATE = """
CREATE FUNCTION templates_file_may_go() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    RAISE EXCEPTION 'a template''s file is never changed' USING ERRCODE = 'check_violation';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('templates files', 0));
  IF EXISTS (SELECT 1 FROM templates_templateversion v, jsonb_each_text(v.files) f WHERE f.value = OLD.sha256) THEN
    RAISE EXCEPTION 'a version of a template holds this file' USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN OLD;
END $$;
CREATE FUNCTION templates_files_are_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(hashtextextended('templates files', 0));
  IF EXISTS (SELECT 1 FROM jsonb_each_text(NEW.files) f WHERE NOT EXISTS
      (SELECT 1 FROM templates_templatefile t WHERE t.sha256 = f.value)) THEN
    RAISE EXCEPTION 'a version of a template names a file that is not kept' USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NEW;
END $$;
DROP TRIGGER templates_file_final ON templates_templatefile;
CREATE TRIGGER templates_file_held BEFORE UPDATE OR DELETE ON templates_templatefile
  FOR EACH ROW EXECUTE FUNCTION templates_file_may_go();
CREATE TRIGGER templates_version_files_new BEFORE INSERT ON templates_templateversion
  FOR EACH ROW WHEN (NEW.files <> '{}'::jsonb) EXECUTE FUNCTION templates_files_are_kept();
CREATE TRIGGER templates_version_files_changed BEFORE UPDATE ON templates_templateversion
  FOR EACH ROW WHEN (NEW.files IS DISTINCT FROM OLD.files) EXECUTE FUNCTION templates_files_are_kept();
"""
DROP = """
DROP TRIGGER templates_version_files_new ON templates_templateversion;
DROP TRIGGER templates_version_files_changed ON templates_templateversion;
DROP TRIGGER templates_file_held ON templates_templatefile;
DROP FUNCTION templates_files_are_kept();
DROP FUNCTION templates_file_may_go();
CREATE TRIGGER templates_file_final BEFORE UPDATE OR DELETE ON templates_templatefile FOR EACH ROW EXECUTE FUNCTION templates_is_final();
"""


class Migration(migrations.Migration):
    dependencies = [("templates", "0006_checks_as_a_job")]

    operations = [migrations.RunSQL(CREATE, DROP)]

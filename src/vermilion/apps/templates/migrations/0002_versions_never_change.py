"""The database refuses to change or delete a template version: documents name it by its digest for ever."""

from django.db import migrations

CREATE = """
CREATE FUNCTION templates_version_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a template version is never changed' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER templates_version_final BEFORE UPDATE OR DELETE ON templates_templateversion
  FOR EACH ROW EXECUTE FUNCTION templates_version_is_final();
"""

DROP = "DROP TRIGGER templates_version_final ON templates_templateversion; DROP FUNCTION templates_version_is_final();"


class Migration(migrations.Migration):
    dependencies = [("templates", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, DROP)]

"""A Case begins in APPLYING: the table of moves would be worth little if a row could be born behind it."""

from django.db import migrations

CREATE = """
CREATE FUNCTION cases_check_beginning() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state <> 'applying' THEN
    RAISE EXCEPTION 'a case cannot begin as %', NEW.state USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER cases_case_beginning BEFORE INSERT ON cases_case FOR EACH ROW EXECUTE FUNCTION cases_check_beginning();
"""

DROP = "DROP TRIGGER cases_case_beginning ON cases_case; DROP FUNCTION cases_check_beginning();"


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_former_parties")]
    operations = [migrations.RunSQL(CREATE, DROP)]

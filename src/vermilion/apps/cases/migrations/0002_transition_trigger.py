"""The database refuses any move of a Case that transitions.py does not permit, whoever asks.

``PERMITTED`` is ``transitions.permitted_pairs()`` as of this migration; a changed table needs the next migration (a test compares them).
"""

from django.db import migrations

PERMITTED = [
    "acknowledged>archived",
    "applying>expired",
    "applying>issuing",
    "applying>signing",
    "applying>withdrawn",
    "awaiting_payment>expired",
    "awaiting_payment>issuing",
    "awaiting_payment>withdrawn",
    "delivered>acknowledged",
    "delivered>archived",
    "different>issuing",
    "information_requested>applying",
    "information_requested>expired",
    "information_requested>underwriting",
    "information_requested>withdrawn",
    "issuing>different",
    "issuing>sealed",
    "offered>awaiting_payment",
    "offered>declined",
    "offered>expired",
    "offered>withdrawn",
    "sealed>delivered",
    "signing>applying",
    "signing>expired",
    "signing>underwriting",
    "signing>withdrawn",
    "underwriting>awaiting_payment",
    "underwriting>declined",
    "underwriting>information_requested",
    "underwriting>offered",
    "underwriting>postponed",
    "underwriting>withdrawn",
]

CREATE = f"""
CREATE FUNCTION cases_check_transition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state <> OLD.state AND NOT (OLD.state || '>' || NEW.state = ANY (ARRAY{PERMITTED!r})) THEN
    RAISE EXCEPTION 'a case cannot go from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER cases_case_transition BEFORE UPDATE OF state ON cases_case FOR EACH ROW EXECUTE FUNCTION cases_check_transition();
"""

DROP = "DROP TRIGGER cases_case_transition ON cases_case; DROP FUNCTION cases_check_transition();"


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, DROP)]

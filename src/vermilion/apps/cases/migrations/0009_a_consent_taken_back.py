"""An application goes back to its applicant from every step before the premium is paid, when an insured person takes her consent back.

``PERMITTED`` is ``transitions.permitted_pairs()`` as of this migration; a changed table needs the next migration (a test compares them).
"""

from importlib import import_module

from django.db import migrations

PERMITTED = [
    "acknowledged>archived",
    "applying>expired",
    "applying>issuing",
    "applying>signing",
    "applying>withdrawn",
    "awaiting_payment>applying",
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
    "offered>applying",
    "offered>awaiting_payment",
    "offered>declined",
    "offered>expired",
    "offered>withdrawn",
    "sealed>delivered",
    "signing>applying",
    "signing>expired",
    "signing>underwriting",
    "signing>withdrawn",
    "underwriting>applying",
    "underwriting>awaiting_payment",
    "underwriting>declined",
    "underwriting>information_requested",
    "underwriting>offered",
    "underwriting>postponed",
    "underwriting>withdrawn",
]
BEFORE = import_module("vermilion.apps.cases.migrations.0002_transition_trigger").PERMITTED


def function(permitted: list[str]) -> str:
    return f"""
CREATE OR REPLACE FUNCTION cases_check_transition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state <> OLD.state AND NOT (OLD.state || '>' || NEW.state = ANY (ARRAY{permitted!r})) THEN
    RAISE EXCEPTION 'a case cannot go from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0008_prefilled_fields")]
    operations = [migrations.RunSQL(function(PERMITTED), function(BEFORE))]

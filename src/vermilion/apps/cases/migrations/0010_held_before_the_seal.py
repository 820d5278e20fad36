"""A paid policy is held before it is sealed, when an insured person takes her consent back, until the premium was returned.

``PERMITTED`` is ``transitions.permitted_pairs()`` as of this migration; a changed table needs the next migration (a test compares them).
"""

from importlib import import_module

from django.db import migrations, models

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
    "different>held",
    "different>issuing",
    "held>applying",
    "information_requested>applying",
    "information_requested>expired",
    "information_requested>underwriting",
    "information_requested>withdrawn",
    "issuing>different",
    "issuing>held",
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
BEFORE = import_module("vermilion.apps.cases.migrations.0009_a_consent_taken_back").PERMITTED


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
    dependencies = [("cases", "0009_a_consent_taken_back")]
    operations = [
        migrations.AlterField(
            model_name="case",
            name="state",
            field=models.CharField(
                choices=[('applying', '投保填写'), ('signing', '待签署'), ('underwriting', '核保中'), ('information_requested', '待补充资料'), ('offered', '待客户确认新条件'), ('awaiting_payment', '待缴费'), ('issuing', '出单中'), ('different', '与投保单不一致，待说明'), ('held', '撤回同意，暂缓出单'), ('sealed', '已签章'), ('delivered', '已送达'), ('acknowledged', '已签收'), ('archived', '已归档'), ('postponed', '延期承保'), ('declined', '不予承保'), ('withdrawn', '已撤回'), ('expired', '已过期')],
                default="applying",
                max_length=24,
            ),
        ),
        migrations.RemoveConstraint(model_name="case", name="cases_known_state"),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    state__in=['applying', 'signing', 'underwriting', 'information_requested', 'offered', 'awaiting_payment', 'issuing', 'different', 'held', 'sealed', 'delivered', 'acknowledged', 'archived', 'postponed', 'declined', 'withdrawn', 'expired']
                ),
                name="cases_known_state",
            ),
        ),
        migrations.RunSQL(function(PERMITTED), function(BEFORE)),
    ]

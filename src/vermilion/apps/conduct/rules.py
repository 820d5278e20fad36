"""代签规则: what an insurer lets customers share, and what happens while compliance has not decided."""

from __future__ import annotations

from django.db import transaction

from vermilion.apps.chronicle.services import record
from vermilion.apps.parties.models import Insurer, StaffMember
from vermilion.base import clock

from .models import ConductRule, Kind

FIELDS = ("effect", "phone_customers", "device_customers", "payer_customers", "window_days", "device_days", "nearby")


def rule_of(insurer: Insurer) -> ConductRule:
    """Return the insurer's rule, the defaults where none was set."""
    return ConductRule.objects.filter(insurer=insurer).first() or ConductRule(insurer=insurer)


def most_customers(rule: ConductRule, kind: str) -> int:
    """Return how many customers may share a phone, a device or a payer."""
    return {Kind.PHONE: rule.phone_customers, Kind.DEVICE: rule.device_customers}.get(Kind(kind), rule.payer_customers)


@transaction.atomic
def set_rule(*, insurer: Insurer, by: StaffMember, **values: object) -> ConductRule:
    """Change the insurer's rule (see :data:`FIELDS`); before and after stand in its record."""
    insurer = Insurer.objects.select_for_update(no_key=True).get(pk=insurer.pk)
    rule = rule_of(insurer)
    before = {name: getattr(rule, name) for name in FIELDS}
    for name in FIELDS:
        setattr(rule, name, values[name])
    rule.changed_at, rule.changed_by = clock.now(), by
    rule.save()
    after = {name: getattr(rule, name) for name in FIELDS}
    record(
        stream="system",
        stream_id=insurer.pk,
        type="conduct.rule_changed",
        public={"before": before, "after": after, "by": str(by.pk)},
        private={"name": by.name},
    )
    return rule

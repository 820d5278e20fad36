"""代签规则: what an insurer lets customers share, and what happens while compliance has not decided. Changed by two people."""

from __future__ import annotations

from django.db import transaction

from vermilion.apps.chronicle.services import record
from vermilion.apps.parties import second_person
from vermilion.apps.parties.errors import SecondPersonRefused
from vermilion.apps.parties.models import AccountRequest, Insurer, StaffMember
from vermilion.base import clock

from .models import ConductRule, Kind

FIELDS = ("effect", "phone_customers", "device_customers", "payer_customers", "window_days", "device_days", "nearby")


def rule_of(insurer: Insurer) -> ConductRule:
    """Return the insurer's rule, the defaults where none was set."""
    return ConductRule.objects.filter(insurer=insurer).first() or ConductRule(insurer=insurer)


def most_customers(rule: ConductRule, kind: str) -> int:
    """Return how many customers may share a phone, a device or a payer."""
    return {Kind.PHONE: rule.phone_customers, Kind.DEVICE: rule.device_customers}.get(Kind(kind), rule.payer_customers)


def ask_change(*, by: StaffMember, **values: object) -> AccountRequest | None:
    """Ask for another rule (see :data:`FIELDS`), to which a second person must agree; None when nothing would change."""
    rule = rule_of(by.insurer)
    before, after = _values(rule), {name: values[name] for name in FIELDS}
    if before == after:
        return None
    return second_person.ask_rule(kind=AccountRequest.Kind.CONDUCT, by=by, content={"before": before, "after": after})


def agreed(asked: AccountRequest, second: StaffMember) -> None:
    """Change the rule as it was asked for. Called by parties in the transaction in which the second person agrees."""
    set_rule(insurer=asked.insurer, by=asked.requested_by, second=second, **asked.content["after"])


@transaction.atomic
def set_rule(*, insurer: Insurer, by: StaffMember, second: StaffMember, **values: object) -> ConductRule:
    """Change the insurer's rule (see :data:`FIELDS`); before and after stand in its record. Raises SecondPersonRefused."""
    if second.pk == by.pk:
        raise SecondPersonRefused("asker")
    insurer = Insurer.objects.select_for_update(no_key=True).get(pk=insurer.pk)
    rule = rule_of(insurer)
    before = _values(rule)
    for name in FIELDS:
        setattr(rule, name, values[name])
    rule.changed_at, rule.changed_by, rule.agreed_by = clock.now(), by, second
    rule.save()
    after = _values(rule)
    record(
        stream="system",
        stream_id=insurer.pk,
        type="conduct.rule_changed",
        public={"before": before, "after": after, "by": str(by.pk), "second": str(second.pk)},
        private={"name": by.name, "second": second.name},
    )
    return rule


def _values(rule: ConductRule) -> dict[str, object]:
    return {name: getattr(rule, name) for name in FIELDS}

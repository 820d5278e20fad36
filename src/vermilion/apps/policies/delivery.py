"""Delivering a sealed policy, and what follows from it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from vermilion.apps.cases import services as cases
from vermilion.apps.cases.models import Case, CaseParty
from vermilion.apps.cases.transitions import State
from vermilion.apps.signing import links
from vermilion.apps.signing.applying import applicant
from vermilion.base import clock

from . import events
from .finishing import finish_later
from .models import FollowUpCall, Policy

NOTICE = "policy_delivered"
# The follow-up call is due within the cooling-off period, so that a misled customer can still step back.
FOLLOW_UP_DAYS = 10


def recipient(case: Case) -> CaseParty:
    """Return who is told about the policy: the policyholder, or the person who acts for a company."""
    party = applicant(case)
    if party is None:
        raise RuntimeError(f"case {case.number} has a policy but nobody who applied")
    return party


def deliver(*, case_id: UUID) -> None:
    """Send the customer the way to the sealed policy, once. The notice's arrival moves the case on (:func:`notice_arrived`)."""
    with transaction.atomic():
        case = cases.lock(case_id)
        if case.state != State.SEALED or case.notices.filter(template=NOTICE).exists():
            return
        links.send_link(case=case, party=recipient(case), purpose="acknowledge", template=NOTICE, channels=("sms", "mail"))


def notice_arrived(notice: Any) -> None:
    """A gateway took or confirmed a notice: the first one for a sealed policy makes it delivered (handler of notices)."""
    if notice.template != NOTICE or notice.case_id is None:
        return
    case = cases.lock(notice.case_id)
    if case.state != State.SEALED:
        return
    cases.advance(case, "policy.delivered", actor="gateway", why={"channel": notice.channel, "notice": str(notice.id)})
    policy = case.policy
    definition = case.product.definition
    if definition.follow_up_call:
        FollowUpCall.objects.get_or_create(policy=policy, defaults={"due_on": clock.today() + timedelta(days=FOLLOW_UP_DAYS)})
    if not definition.acknowledgement:
        start_cooling_off(policy, received_on=clock.today(), rule="delivery")
        finish_later(case)
    events.tell(case, "policy.delivered", {"channel": notice.channel})


def start_cooling_off(policy: Policy, *, received_on: date, rule: str) -> None:
    """Start 犹豫期 on the day after ``received_on`` and note by which rule (``acknowledgement`` or ``delivery``)."""
    days = policy.case.product.definition.times.cooling_off_days
    if days:
        policy.cooling_off_from = received_on + timedelta(days=1)
        policy.cooling_off_until = received_on + timedelta(days=days)
    policy.cooling_off_rule = rule
    policy.save(update_fields=["cooling_off_from", "cooling_off_until", "cooling_off_rule"])

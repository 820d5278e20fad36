"""Reminding a customer of what waits for her: a fresh pick-up code to the phone on record, not more often than is decent."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from vermilion.apps.cases import services as cases
from vermilion.apps.cases.models import Case, CaseParty
from vermilion.apps.cases.transitions import State
from vermilion.apps.chronicle.services import record
from vermilion.apps.notices.models import Notice
from vermilion.apps.signing import links
from vermilion.apps.signing.applying import applicant
from vermilion.apps.signing.models import TaskState
from vermilion.base import clock

from .errors import NothingToRemind, RemindedJustNow

#: Nobody is told the same thing twice within this time, whoever presses the button.
PAUSE = timedelta(minutes=10)


def remind(*, case_id: UUID, by: str) -> list[CaseParty]:
    """Send a fresh way in to everybody whom the case waits for, and return them. ``by`` is who asked, for the record.

    Raises NothingToRemind when the case waits for no customer or knows no phone yet, RemindedJustNow within ten minutes of the last.
    """
    with transaction.atomic():
        case = cases.lock(case_id)
        waiting = _waiting(case)
        if not waiting:
            raise NothingToRemind()
        templates = {template for _party, _purpose, template, _data in waiting}
        recent = (
            Notice.objects.filter(case=case, template__in=templates, created_at__gt=clock.now() - PAUSE).order_by("-created_at").first()
        )
        if recent:
            raise RemindedJustNow(retry_after=int((recent.created_at + PAUSE - clock.now()).total_seconds()) + 1)
        for party, purpose, template, data in waiting:
            links.send_link(case=case, party=party, purpose=purpose, template=template, channels=("sms",), **data)
        record(
            stream="case",
            stream_id=case.id,
            type="customer.reminded",
            public={"roles": sorted(party.role for party, *_rest in waiting), "templates": sorted(templates)},
            private={"by": by},
        )
    return [party for party, *_rest in waiting]


def _waiting(case: Case) -> list[tuple[CaseParty, str, str, dict[str, str]]]:
    """Return (party, purpose of the link, template, its data) of everybody whom the case waits for."""
    first = applicant(case)
    if first is None or not first.personal.get("phone"):
        return []
    deadline = {"deadline": links.day(case.deadline_at)}
    by_state: dict[str, tuple[str, str, dict[str, str]]] = {
        State.APPLYING: ("apply", "application_reminder", {}),
        State.INFORMATION_REQUESTED: ("inform", "information_requested", deadline),
        State.AWAITING_PAYMENT: ("pay", "payment_due", deadline),
        State.DELIVERED: ("acknowledge", "acknowledgement_reminder", {}),
    }
    open_tasks = case.signing_tasks.filter(state=TaskState.OPEN).select_related("party", "document")
    called = [task for task in open_tasks if task.document.kind != "policy_acknowledgement" and not task.waits_for_others]
    signers = {task.party_id: task.party for task in called}
    signing: list[tuple[CaseParty, str, str, dict[str, str]]] = [(party, "sign", "sign_link", {}) for party in signers.values()]
    if case.state == State.DELIVERED and signing:
        return signing  # a change of the policy: the acknowledgement is on the same page
    if case.state in by_state and (case.state != State.DELIVERED or case.product.definition.acknowledgement):
        return [(first, *by_state[case.state])]
    return signing

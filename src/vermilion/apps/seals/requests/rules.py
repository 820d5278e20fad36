"""Who must approve a request: rules by branch, seal and amount, proposed by one person and put in force by another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from vermilion.apps.chronicle.services import record
from vermilion.apps.parties import scoping
from vermilion.apps.parties.models import Branch, Insurer, Role, StaffMember
from vermilion.apps.seals.errors import NobodyApproves, RuleRefused
from vermilion.apps.seals.models import RuleMode, Seal, SealRule
from vermilion.base.clock import now

State = SealRule.State
PROPOSERS = (Role.CUSTODIAN, Role.COMPLIANCE)
CONFIRMERS = (Role.COMPLIANCE, Role.APPROVER)
MOST_APPROVERS = 8


def lineage(branch: Branch) -> list[UUID]:
    """Return a branch and those above it, itself first."""
    found: list[UUID] = []
    current: Branch | None = branch
    while current is not None and current.pk not in found:
        found.append(current.pk)
        current = current.parent
    return found


@transaction.atomic
def propose(
    *, by: StaffMember, branch_id: UUID | None, seal_id: UUID | None, min_amount: int, mode: str, approvers: Sequence[UUID]
) -> SealRule:
    """Propose a rule for the proposer's insurer. ``min_amount`` in fen. Raises RuleRefused."""
    people = {row.pk: row for row in StaffMember.objects.filter(pk__in=approvers, insurer=by.insurer_id)}
    if not 1 <= len(approvers) <= MOST_APPROVERS or len(set(approvers)) != len(approvers) or len(people) != len(approvers):
        raise RuleRefused()
    if not all(_may_approve(person, branch_id) for person in people.values()) or mode not in RuleMode.values or min_amount < 0:
        raise RuleRefused()
    if branch_id is not None and not Branch.objects.filter(pk=branch_id, insurer=by.insurer_id).exists():
        raise RuleRefused()
    if seal_id is not None and not Seal.objects.filter(pk=seal_id, insurer=by.insurer_id).exists():
        raise RuleRefused()
    rule = SealRule.objects.create(
        insurer_id=by.insurer_id,
        branch_id=branch_id,
        seal_id=seal_id,
        min_amount=min_amount,
        mode=mode,
        approvers=list(approvers),
        proposed_by=by,
        created_at=now(),
    )
    _note(rule, "seal_rule.proposed", by)
    return rule


@transaction.atomic
def decide(*, rule_id: UUID, by: StaffMember, confirm: bool) -> SealRule:
    """Put a proposed rule in force, or drop it. Raises RuleRefused for the one who proposed it (who may drop it) and when it is settled."""
    rule = _locked(rule_id, by)
    if rule.state != State.PROPOSED or (confirm and (by.pk == rule.proposed_by_id or not by.has(*CONFIRMERS))):
        raise RuleRefused()
    rule.state, rule.decided_by = (State.ACTIVE, by) if confirm else (State.ENDED, by)
    rule.save(update_fields=["state", "decided_by"])
    _note(rule, "seal_rule.confirmed" if confirm else "seal_rule.dropped", by)
    return rule


@transaction.atomic
def end(*, rule_id: UUID, by: StaffMember) -> SealRule:
    """End a rule for requests made from now on. Raises RuleRefused: ending one that asks for more than the default takes compliance."""
    rule = _locked(rule_id, by)
    if rule.state != State.ACTIVE or not by.has(Role.COMPLIANCE):
        raise RuleRefused()
    rule.state = State.ENDED
    rule.save(update_fields=["state"])
    _note(rule, "seal_rule.ended", by)
    return rule


def rule_for(*, insurer: Insurer, branch: Branch, seal: Seal, amount: int, asked_by: StaffMember) -> dict[str, Any]:
    """Return {"mode", "approvers"} of the nearest rule: named for the seal, then the nearest branch, then the highest amount.

    Without a rule any one approver of the insurer does. Who asks is nobody's approver: of "any" she is left out, a rule that needs her
    can't be met by her request. Raises NobodyApproves.
    """
    above = lineage(branch)
    rows = SealRule.objects.filter(Q(seal=None) | Q(seal=seal), insurer=insurer, state=State.ACTIVE, min_amount__lte=amount)
    fitting = [rule for rule in rows if rule.branch_id is None or rule.branch_id in above]

    def nearness(rule: SealRule) -> tuple[bool, int, int, Any]:
        depth = len(above) - above.index(rule.branch_id) if rule.branch_id is not None else 0
        return rule.seal_id is not None, depth, rule.min_amount, rule.created_at

    if fitting:
        found = max(fitting, key=nearness)
        mode, approvers = found.mode, list(found.approvers)
    else:
        people = StaffMember.objects.filter(insurer=insurer, active=True, roles__contains=[Role.APPROVER]).select_related("insurer")
        mode, approvers = RuleMode.ANY.value, [one.pk for one in people.order_by("pk") if _may_approve(one, branch.pk)]
    if asked_by.pk in approvers and mode != RuleMode.ANY:
        raise NobodyApproves()
    approvers = [one for one in approvers if one != asked_by.pk]
    if not approvers:
        raise NobodyApproves()
    return {"mode": str(mode), "approvers": [str(one) for one in approvers]}


def _may_approve(person: StaffMember, branch_id: UUID | None) -> bool:
    """Tell whether somebody is an approver for a branch (None: everywhere)."""
    reach = scoping.reach(person, Role.APPROVER)
    return person.has(Role.APPROVER) and (reach is None or branch_id in reach)


def _locked(rule_id: UUID, by: StaffMember) -> SealRule:
    rule = SealRule.objects.select_for_update(no_key=True).filter(pk=rule_id, insurer=by.insurer_id).first()
    if rule is None:
        raise RuleRefused()
    return rule


def _note(rule: SealRule, type: str, by: StaffMember) -> None:
    facts = {"rule": str(rule.pk), "mode": str(rule.mode), "min_amount": rule.min_amount, "by": str(by.pk)}
    people = {"approvers": [str(one) for one in rule.approvers]}
    subject = rule.seal_id or rule.insurer_id
    record(stream="seal", stream_id=subject, type=type, public=facts, private=people)

"""What the underwriter's desk shows: the queue, the answers, which rules were hit, whose authority is needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from vermilion.apps.cases import queries as cases
from vermilion.apps.cases import services
from vermilion.apps.cases.models import Application, Case
from vermilion.apps.cases.transitions import State
from vermilion.apps.parties.models import StaffMember
from vermilion.apps.parties.scoping import Scope
from vermilion.apps.products import underwriting as rules
from vermilion.apps.products.rules import Authority
from vermilion.base import clock

from .models import Conclusion, UnderwritingDecision
from .services import offer_in_work

#: The conclusions that an authority limits, in the product's words.
LIMITED: dict[str, Any] = {
    Conclusion.ACCEPT: "accept",
    Conclusion.MODIFY: "modified_terms",
    Conclusion.POSTPONE: "postpone",
    Conclusion.DECLINE: "decline",
}


@dataclass(frozen=True)
class Answered:
    """One question of the disclosure with its answer; ``notable``: a rule was hit by it, or it was answered yes."""

    question: Any  # products.wording.Text
    answer: str
    detail: str
    unit: str
    notable: bool


@dataclass(frozen=True)
class Desk:
    """Everything for one decision. ``may``: conclusions this underwriter may give; ``needed``: who may accept this sum."""

    sum_insured: int
    premium: int
    answers: list[Answered]
    hits: list[rules.RuleHit]
    suggested: str
    above_automatic_limit: bool
    suggested_loading: int
    needed: Authority
    own: Authority | None
    may: frozenset[str]
    offer_in_work: bool


def waiting(scope: Scope) -> QuerySet[Case]:
    """Return the cases that wait for a person's conclusion, the longest waiting first.

    ``escalated`` marks those handed up, ``sum_insured`` is what each asks for.
    """
    handed_up = UnderwritingDecision.objects.filter(case=OuterRef("pk"), conclusion=Conclusion.ESCALATE)
    asked = Application.objects.filter(case=OuterRef("pk")).order_by("-version")
    return (
        cases.within(scope)
        .filter(state=State.UNDERWRITING)
        .annotate(escalated=Exists(handed_up), sum_insured=Subquery(asked.values("sum_insured")[:1]))
    )


def decisions(case: Case) -> list[UnderwritingDecision]:
    """Return every conclusion about the case, newest first."""
    return list(case.underwriting_decisions.select_related("staff").order_by("-decided_at"))


def desk(case: Case, staff: StaffMember) -> Desk:
    """Return what the underwriter must know to decide; the rules are run again on the present application."""
    definition, row = case.product.definition, services.application(case)
    outcome = rules.underwrite(definition, row.data, today=clock.today())
    sum_insured = int(row.data["plan"]["sum_insured"])
    level = staff.underwriting_level
    allowed = {
        str(own)
        for own, wording in LIMITED.items()
        if rules.may_conclude(definition, level=level, sum_insured=sum_insured, conclusion=wording)
    }
    return Desk(
        sum_insured=sum_insured,
        premium=row.premium or 0,
        answers=_answers(case, row.data, outcome.hits),
        hits=list(outcome.hits),
        suggested=outcome.suggested,
        above_automatic_limit=outcome.above_automatic_limit,
        suggested_loading=outcome.loading_per_mille,
        needed=rules.needed_authority(definition, sum_insured),
        own=_own_authority(definition.underwriting.authorities, level),
        may=frozenset(allowed),
        offer_in_work=offer_in_work(case),
    )


def _own_authority(authorities: list[Authority], level: int) -> Authority | None:
    reached = [authority for authority in authorities if authority.level <= level]
    return max(reached, key=lambda authority: authority.level, default=None)


def _answers(case: Case, data: dict[str, Any], hits: tuple[rules.RuleHit, ...]) -> list[Answered]:
    hit_rules = {hit.rule_id for hit in hits}
    definition = case.product.definition
    facts = {condition.fact for rule in definition.underwriting.rules if rule.id in hit_rules for condition in rule.when}
    given = {item["id"]: item for item in data.get("disclosure") or []}
    return [
        Answered(
            question=question.wording,
            answer=str(given[question.id].get("answer", "")),
            detail=str(given[question.id].get("detail", "") or ""),
            unit=getattr(question, "unit", None) or "",
            notable=f"answer.{question.id}" in facts or given[question.id].get("answer") == "yes",
        )
        for question in definition.disclosure.questions
        if question.id in given
    ]

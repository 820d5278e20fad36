"""Judging an application by the product's own rules. A rule suggests; only rules marked automatic conclude without a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from .definition import ProductDefinition
from .facts import application_facts, insured_facts
from .rules import Authority, Conclusion, UnderwritingRule
from .wording import Text

#: From mild to severe: the worst hit decides.
SEVERITY: tuple[Conclusion, ...] = ("accept", "modified_terms", "ask_more", "refer", "postpone", "decline")


@dataclass(frozen=True)
class RuleHit:
    """One rule that holds for one insured person."""

    rule_id: str
    insured: int
    conclusion: Conclusion
    reason: Text
    loading_per_mille: int
    exclusion: Text | None
    ask: Text | None


@dataclass(frozen=True)
class RuleOutcome:
    """``conclusion`` accept, decline, postpone … when the rules may conclude; ``refer`` when a person must, with what is ``suggested``.

    ``authority`` is the lowest level of underwriter whose limit covers the sum; None for an automatic acceptance.
    """

    conclusion: Conclusion
    suggested: Conclusion
    hits: tuple[RuleHit, ...]
    authority: int | None
    loading_per_mille: int
    above_automatic_limit: bool

    def as_data(self) -> dict[str, Any]:
        """Return the outcome as JSON types, with the wording of every hit."""
        return {
            "conclusion": self.conclusion,
            "suggested": self.suggested,
            "authority": self.authority,
            "loading_per_mille": self.loading_per_mille,
            "above_automatic_limit": self.above_automatic_limit,
            "hits": [
                {
                    "rule_id": hit.rule_id,
                    "insured": hit.insured,
                    "conclusion": hit.conclusion,
                    "reason": hit.reason.model_dump(),
                    "loading_per_mille": hit.loading_per_mille,
                    "exclusion": hit.exclusion.model_dump() if hit.exclusion else None,
                    "ask": hit.ask.model_dump() if hit.ask else None,
                }
                for hit in self.hits
            ],
        }


def underwrite(
    definition: ProductDefinition, application: dict[str, Any], answers: list[dict[str, Any]] | None = None, *, today: date
) -> RuleOutcome:
    """Judge a canonical application; ``answers`` replaces its disclosure when given (answers that came later)."""
    judged = {**application, "disclosure": answers} if answers is not None else application
    common = application_facts(judged, today=today)
    hits: list[RuleHit] = []
    automatic: list[UnderwritingRule] = []
    for index, person in enumerate(judged["insured"]):
        facts = insured_facts(definition, person, common, today=today)
        for rule in definition.underwriting.rules:
            if all(condition.holds(facts) for condition in rule.when):
                hits.append(RuleHit(rule.id, index, rule.conclusion, rule.reason, rule.loading_per_mille, rule.exclusion, rule.ask))
                if rule.automatic:
                    automatic.append(rule)
    suggested: Conclusion = max((hit.conclusion for hit in hits), key=SEVERITY.index, default="accept")
    sum_insured = int(judged["plan"]["sum_insured"])
    above = sum_insured > definition.underwriting.automatic_limit
    if suggested == "accept" and not above:
        conclusion: Conclusion = "accept"
    elif any(rule.conclusion == suggested for rule in automatic):
        conclusion = suggested
    else:
        conclusion = "refer"
    return RuleOutcome(
        conclusion=conclusion,
        suggested=suggested,
        hits=tuple(hits),
        authority=needed_authority(definition, sum_insured).level if conclusion == "refer" else None,
        loading_per_mille=min(sum(hit.loading_per_mille for hit in hits if hit.insured == 0), 3000),
        above_automatic_limit=above,
    )


def needed_authority(definition: ProductDefinition, sum_insured: int, conclusion: Conclusion = "accept") -> Authority:
    """Return the lowest authority that may give ``conclusion`` for this sum; the highest one when the sum is above every limit."""
    levels = sorted(definition.underwriting.authorities, key=lambda authority: authority.level)
    for authority in levels:
        if sum_insured <= authority.sum_limit and conclusion in authority.may:
            return authority
    return levels[-1]


def may_conclude(definition: ProductDefinition, *, level: int, sum_insured: int, conclusion: Conclusion) -> bool:
    """Return whether an underwriter of ``level`` may give ``conclusion`` for a sum insured of so many fen a person."""
    return any(
        authority.level <= level and sum_insured <= authority.sum_limit and conclusion in authority.may
        for authority in definition.underwriting.authorities
    )

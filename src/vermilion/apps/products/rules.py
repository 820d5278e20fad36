"""Rules of a product as data: who signs, how risks are judged, which changes are allowed. No code inside a product."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from .application import SignerRole
from .wording import Model, Text

Conclusion = Literal["accept", "modified_terms", "ask_more", "refer", "postpone", "decline"]


class SignerRule(Model):
    """Who must sign the confirmation. The first matching conditions in the list decide the order of signing.

    ``company``: the policyholder's own seal and certificate, last, by what its agent does.
    """

    role: SignerRole
    when: Literal["always", "insured_is_other_adult", "guardian_needed"] = "always"


class SigningRule(Model):
    """When those who sign the confirmation are called, and what a later one sees before it is her turn."""

    order: Literal["in_order", "parallel"] = Field(default="in_order", description="one after the other, or all at once")
    hidden: bool = Field(default=False, description="who is not called yet sees nothing but that it is not her turn")

    @model_validator(mode="after")
    def _has_turns(self) -> SigningRule:
        if self.hidden and self.order == "parallel":
            raise ValueError("where everybody signs at once, nobody's turn is to be hidden until it comes")
        return self


class Condition(Model):
    """One comparison on a fact of the application (facts are listed in :mod:`.facts`)."""

    fact: str
    op: Literal["eq", "ne", "lt", "le", "gt", "ge", "in"]
    value: int | str | list[int | str]

    def holds(self, facts: dict[str, int | str]) -> bool:
        """Return whether the condition is true; a fact that is not known makes it false."""
        if self.fact not in facts:
            return False
        actual = facts[self.fact]
        if self.op == "in":
            return isinstance(self.value, list) and actual in self.value
        if self.op in {"eq", "ne"}:
            return (actual == self.value) == (self.op == "eq")
        if not isinstance(actual, int) or not isinstance(self.value, int):
            return False
        return {"lt": actual < self.value, "le": actual <= self.value, "gt": actual > self.value, "ge": actual >= self.value}[self.op]


class UnderwritingRule(Model):
    """All conditions hold → the rule is hit. ``automatic`` conclusions need no person; the others go to the desk as a suggestion."""

    id: str
    when: list[Condition] = Field(min_length=1)
    conclusion: Literal["modified_terms", "ask_more", "refer", "postpone", "decline"]
    automatic: bool = False
    reason: Text
    loading_per_mille: int = Field(default=0, ge=0, le=3000, description="extra premium suggested, in thousandths of the standard premium")
    exclusion: Text | None = None
    ask: Text | None = Field(default=None, description="papers to ask for")


class Authority(Model):
    """Up to which sum insured per person an underwriter of this level may conclude, and what."""

    level: int = Field(ge=1)
    name: Text
    sum_limit: int = Field(description="fen, per insured person")
    may: list[Conclusion]


class Underwriting(Model):
    automatic_limit: int = Field(description="fen per insured person: above it a person decides even without a hit")
    authorities: list[Authority] = Field(min_length=1)
    rules: list[UnderwritingRule]


class ServicingRule(Model):
    """One kind of change after issue: who may ask, who signs, who approves, what it does to premium and policy."""

    kind: Literal["change_contact", "change_beneficiary", "add_insured", "remove_insured", "cooling_off_cancel", "surrender"]
    name: Text
    explanation: Text
    requested_by: list[Literal["policyholder", "clerk"]]
    fields: list[str] = Field(default=[], description="paths that this change may touch; a trailing .* means everything below")
    signers: list[SignerRole] = Field(default=[], description="who signs the application for the change; empty: proven by sign-in and code")
    approval: bool = Field(default=True, description="an authorised leader approves before the endorsement is sealed")
    premium: Literal["none", "pro_rata", "refund_full", "refund_cash_value", "refund_unearned"] = "none"
    effective: Literal["at_once", "next_day", "chosen"] = "next_day"
    ends_policy: bool = False

    @model_validator(mode="after")
    def _returns_what_can_be_reckoned(self) -> Self:
        if self.kind == "remove_insured" and self.premium not in ("none", "refund_unearned"):
            raise ValueError("taking people off returns the unearned premium or nothing")
        return self

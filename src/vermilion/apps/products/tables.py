"""Tables of a product: premium rates, cash values, occupations. Integers only: fen, per mille, years."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from .wording import Model, Text


class RateTable(Model):
    """Annual rates in fen. The values of the facts in ``keys``, joined by ``|``, find a rate; ``per`` is the sum it buys."""

    key: str
    title: Text
    keys: list[str] = Field(min_length=1)
    per: int = Field(ge=0, description="0: the rate is the premium itself")
    rates: dict[str, int]

    def rate(self, facts: dict[str, int | str]) -> int | None:
        """Return the rate for these facts, or None when the table has no such entry (the person cannot be insured)."""
        return self.rates.get("|".join(str(facts.get(key, "")) for key in self.keys))


class CashValues(Model):
    """What the insurer pays back when the policyholder ends the contract after the cooling-off period.

    ``schedule``: thousandths of the premiums due so far, per payment term and policy year. ``unearned``: the premium less
    ``retained_per_mille`` of it, in proportion to the days left.
    """

    kind: Literal["schedule", "unearned"]
    schedule: dict[str, list[int]] = {}
    retained_per_mille: int = Field(default=0, ge=0, le=1000)
    explanation: Text


class Occupation(Model):
    code: str
    name: Text
    risk_class: int = Field(ge=1, le=7, description="1 is the safest; 7 means not insurable")

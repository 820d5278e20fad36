"""How a product wants people proven: who they are (by role and risk) and that they mean it. Data of the product; no code inside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from .rules import Condition
from .wording import Model, Text

#: What is compared or done. ``guardian``: that somebody is a minor's guardian; ``authorisation``: a company's signed authority for its
#: agent; ``manual``: two members of staff look at the papers.
IdentityMethod = Literal[
    "two_element", "three_element", "four_element", "passport", "face", "company", "authorisation", "guardian", "manual"
]
#: A fresh proof of the will to sign. ``copied``: a sentence of the product written out by hand.
WillingnessMethod = Literal["sms", "face", "passkey", "copied"]


class IdentityRule(Model):
    """The first rule whose conditions hold decides. Facts: ``role``, ``id_type``, ``minor`` (the insured, 1/0), ``sum_insured`` (fen)."""

    when: list[Condition] = []
    methods: list[IdentityMethod] = Field(min_length=1, description="each of them must pass, in this order")
    instead: Literal["none", "manual"] = Field(
        default="none", description="what may take the place of a method that cannot decide; told and recorded"
    )
    lower: Literal["refuse", "tell"] = Field(
        default="refuse", description="a provider that proves less than the first one: refused, or told and recorded"
    )
    valid_days: dict[IdentityMethod, int] = Field(default={}, description="how long a pass holds; 30 days where a method is not named")
    keep_faces_days: int = Field(default=0, ge=0, description="0: pictures of faces and papers are deleted with the decision")


class WillingnessRule(Model):
    """Which proofs of the will this product accepts; the signer chooses where there are several."""

    methods: list[WillingnessMethod] = Field(default=["sms"], min_length=1, description="for the confirmation")
    statement: Text | None = Field(default=None, description="what is copied by hand; needed for ``copied``")
    others: list[Literal["sms", "face", "passkey"]] = Field(
        default=["sms"], min_length=1, description="for the acknowledgement, changed terms and changes to the policy"
    )
    acknowledgement_by_hand: bool = Field(default=False, description="the acknowledgement needs a written name too")

    @model_serializer(mode="wrap")
    def _without_defaults(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # As in ProductDefinition: what was published before these two existed keeps its digest.
        data: dict[str, Any] = handler(self)
        for name in ("others", "acknowledgement_by_hand"):
            if getattr(self, name) == type(self).model_fields[name].default:
                data.pop(name, None)
        return data


DEFAULT_RULE = IdentityRule(methods=["three_element"])


def rule_for(rules: list[IdentityRule], facts: Mapping[str, int | str]) -> IdentityRule:
    """Return the rule that decides for these facts; three elements where the product says nothing."""
    return next((rule for rule in rules if all(condition.holds(dict(facts)) for condition in rule.when)), DEFAULT_RULE)

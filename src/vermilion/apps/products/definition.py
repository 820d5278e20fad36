"""``ProductDefinition``: all that the platform must know to sell, sign, issue and service one product. Frozen data."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from .application import PaymentMode, Relation
from .form import Form
from .proving import IdentityRule, WillingnessRule
from .rules import ServicingRule, SignerRule, SigningRule, Underwriting
from .tables import CashValues, Occupation, RateTable
from .wording import Clauses, Consent, Disclosure, Exemption, Model, Notice, Prompts, Text

Line = Literal["long_term_health", "individual_medical", "group_accident"]
#: The customer's steps. ``application_notice`` is the 投保提示书.
Step = Literal[
    "notice",
    "consents",
    "application",
    "disclosure",
    "application_notice",
    "exemption",
    "identity",
    "authority",
    "insured_consents",
    "confirmation",
    "willingness",
    "signature",
]
STEPS: tuple[Step, ...] = Step.__args__  # type: ignore[attr-defined]


class Times(Model):
    """Waiting times and limits of a product."""

    cooling_off_days: int = Field(ge=0, description="犹豫期; 0: the product has none")
    waiting_period_days: int = Field(ge=0, description="等待期; 0: none")
    grace_days: int = Field(ge=0, description="宽限期; 0: none")
    link_hours: int = Field(ge=1, description="how long a signing link opens")
    payment_hours: int = Field(ge=1, description="how long a payment request stays open")
    offer_days: int = Field(ge=1, description="how long changed terms can be accepted")


class ModeFactor(Model):
    """One way of paying: each instalment is ``per_mille`` thousandths of the annual premium."""

    mode: PaymentMode
    name: Text
    per_mille: int = Field(ge=1, le=1000)
    instalments_a_year: int = Field(ge=1, le=12)


class Payment(Model):
    timing: Literal["after_acceptance", "before_acceptance"]
    currency: Literal["CNY"] = "CNY"
    modes: list[ModeFactor] = Field(min_length=1)
    terms: list[str] = Field(min_length=1, description="years of payment as text")
    last_payment_age: int = Field(default=0, description="the insured's greatest age in the last year of payment; 0: no limit")


class Ages(Model):
    insured_min_days: int = Field(default=0, description="days after birth, for products that take infants")
    insured_min: int
    insured_max: int
    policyholder_min: int = 18
    policyholder_max: int = 100


class Coverage(Model):
    """One benefit of a plan. The sum is ``per_mille`` of the sum insured, or ``amount``; ``rate_table`` gives its premium."""

    key: str
    name: Text
    description: Text
    per_mille: int | None = None
    amount: int | None = None
    unit: Text | None = Field(default=None, description="what the amount is for: per day, per year …")
    deductible: Text | None = None
    ratio: Text | None = None
    rate_table: str | None = None

    @model_validator(mode="after")
    def _one_sum(self) -> Coverage:
        if (self.per_mille is None) == (self.amount is None):
            raise ValueError(f"coverage {self.key} needs per_mille or amount")
        return self


class Plan(Model):
    code: str
    name: Text
    summary: Text
    sums: list[int] = Field(default=[], description="allowed sums in fen; one entry: the plan fixes the sum")
    sum_min: int = 0
    sum_max: int = 0
    sum_step: int = 0
    coverages: list[Coverage] = Field(min_length=1)

    @model_validator(mode="after")
    def _sums(self) -> Plan:
        if bool(self.sums) == bool(self.sum_step):
            raise ValueError(f"plan {self.code} needs either a list of sums or a range with a step")
        return self

    def allows(self, sum_insured: int) -> bool:
        """Return whether the plan may be bought with this sum (fen per insured person)."""
        if self.sums:
            return sum_insured in self.sums
        return self.sum_min <= sum_insured <= self.sum_max and (sum_insured - self.sum_min) % self.sum_step == 0


class ProductDefinition(Model):
    """A product version as an insurer publishes it. Its digest binds every word and number below."""

    schema_version: Literal[1] = 1
    code: str = Field(pattern=r"^[a-z][a-z0-9_]{2,39}$")
    version: str = Field(pattern=r"^[0-9]{4}-[0-9]{1,3}$")
    line: Line
    name: Text
    short_name: Text
    summary: Text
    highlights: list[Text] = []
    demonstration: bool = Field(description="True: every page and document says 演示")
    policyholder_kind: Literal["person", "company"]
    relations: list[Relation] = Field(min_length=1, description="what the insured may be to the policyholder")
    minor_relations: list[Relation] = Field(default=[], description="of them, for insured persons under 18")
    death_cover: bool = Field(description="IL 33-34: the insured consents to the amount, no cover for others' minor children")
    beneficiaries: Literal["choose", "statutory", "none"]
    insured_min: int = 1
    insured_max: int = 1
    steps: list[Step]
    signers: list[SignerRule] = Field(min_length=1)
    signing: SigningRule = SigningRule()
    acknowledgement: bool
    follow_up_call: bool
    contract_formed: Text = Field(description="the stated rule of formation (Civil Code 491)")
    cover_starts: Literal["day_after_payment", "chosen"]
    start_within_days: int = 0
    terms: list[str] = Field(min_length=1, description="lifetime or one_year")
    times: Times
    payment: Payment
    ages: Ages
    plans: list[Plan] = Field(min_length=1)
    notice: Notice
    consents: list[Consent] = Field(min_length=1)
    prompts: Prompts
    exemption: Exemption
    disclosure: Disclosure
    clauses: Clauses
    form: Form
    rates: list[RateTable] = Field(min_length=1)
    cash_values: CashValues
    occupations: list[Occupation] = []
    max_occupation_class: int = 7
    underwriting: Underwriting
    servicing: list[ServicingRule]
    identity: list[IdentityRule] = Field(default=[], description="who is proven how; empty: everybody by three elements")
    willingness: WillingnessRule = WillingnessRule()

    @model_serializer(mode="wrap")
    def _without_defaults(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # A definition published before these existed has the digest it had.
        data: dict[str, Any] = handler(self)
        if not self.identity:
            data.pop("identity", None)
        if self.willingness == WillingnessRule():
            data.pop("willingness", None)
        if self.signing == SigningRule():
            data.pop("signing", None)
        return data

    @model_validator(mode="after")
    def _consistent(self) -> ProductDefinition:
        if self.steps != [step for step in STEPS if step in self.steps]:
            raise ValueError("the steps are not in the lawful order")
        if {"authority", "insured_consents"} & set(self.steps) and self.policyholder_kind != "company":
            raise ValueError("authority and the consents of a list are asked of a company; elsewhere people sign for themselves")
        roles = [rule.role for rule in self.signers]
        if "company" in roles and (roles[-1] != "company" or "company_agent" not in roles):
            raise ValueError("a company's seal closes what its agent has signed: it comes last, after her")
        if "copied" in self.willingness.methods and self.willingness.statement is None:
            raise ValueError("willingness by a copied statement needs the statement")
        tables = {table.key for table in self.rates}
        for plan in self.plans:
            unknown = {item.rate_table for item in plan.coverages if item.rate_table} - tables
            if unknown:
                raise ValueError(f"plan {plan.code} names unknown rate tables {unknown}")
        for name, values in {
            "plans": [plan.code for plan in self.plans],
            "consents": [consent.key for consent in self.consents],
            "questions": [question.id for question in self.disclosure.questions],
            "rules": [rule.id for rule in self.underwriting.rules],
        }.items():
            if len(set(values)) != len(values):
                raise ValueError(f"{name} are not unique")
        return self

    def plan(self, code: str) -> Plan:
        """Return the plan with that code. Raises KeyError."""
        for plan in self.plans:
            if plan.code == code:
                return plan
        raise KeyError(code)

    def rate_table(self, key: str) -> RateTable:
        """Return the rate table with that key. Raises KeyError."""
        for table in self.rates:
            if table.key == key:
                return table
        raise KeyError(key)

    def occupation(self, code: str) -> Occupation | None:
        """Return the occupation with that code, if the product knows it."""
        return next((item for item in self.occupations if item.code == code), None)

    def servicing_rule(self, kind: str) -> ServicingRule | None:
        """Return the rule for one kind of change; None when the product does not allow it."""
        return next((rule for rule in self.servicing if rule.kind == kind), None)

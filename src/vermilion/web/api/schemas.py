"""Bodies of requests and answers. Money is integer fen, dates are ISO, moments RFC 3339 in UTC."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any

from ninja import Field, Schema
from pydantic import BeforeValidator, ConfigDict, StrictBool, StrictInt
from pydantic_core import PydanticCustomError


class Strict(Schema):
    """A request body in which a misspelt field is an error."""

    model_config = ConfigDict(extra="forbid")


def _iso(value: Any) -> Any:
    # Pydantic would take numbers for seconds since 1970, and several other ways to write a day.
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        raise PydanticCustomError("date_parsing", "not an ISO date")
    return value


IsoDate = Annotated[date, BeforeValidator(_iso)]


class Problem(Schema):
    """RFC 9457 problem details; ``code`` is stable, ``fields`` names wrong fields by dotted path."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    fields: dict[str, str] = {}
    instance: str = Field(default="", description="names the request; tell it to whoever helps")


class ProductOut(Schema):
    code: str
    version: str
    name: str
    name_en: str
    line: str
    digest: str
    clause_bundle_digest: str


class CaseIn(Strict):
    """Start a case that a customer goes on with herself. ``application`` may prefill the form; answers about health are refused."""

    product: str = Field(max_length=40)
    branch: str = Field(default="", max_length=16, description="branch code; empty: the client's own")
    salesperson: str = Field(default="", max_length=32, description="licence number 执业证编号")
    external_id: str = Field(default="", max_length=100)
    language: str = Field(default="zh-hans", pattern="^(zh-hans|en)$")
    application: dict[str, Any] = {}


class WithdrawalIn(Strict):
    reason: str = Field(default="", max_length=200, description="why, in the customer's words; kept as evidence")


class LinkOut(Schema):
    url: str
    expires_at: datetime


class DocumentOut(Schema):
    id: str
    kind: str
    title: str
    code: str
    sha256: str
    size: int
    pages: int
    closed: bool
    url: str


class CaseOut(Schema):
    number: str
    external_id: str
    product: str
    product_version: str
    state: str
    state_since: datetime
    deadline_at: datetime | None
    blocked_by: str
    policy_number: str | None
    documents: list[DocumentOut]
    link: LinkOut | None = None


class InsuredConsentsOut(Schema):
    """Where the consents of a group's insured stand. Only who consented is covered."""

    state: str = Field(description="open or closed")
    consented: int
    waiting: int
    refused: int
    closes_at: datetime
    closed_at: datetime | None
    paper_sha256: str = Field(description="SHA-256 of the paper that everybody was shown")


class PolicyIn(Strict):
    """Data in, sealed policy out: number, premium and conclusion are the core's."""

    product: str = Field(max_length=40)
    branch: str = Field(default="", max_length=16)
    external_id: str = Field(min_length=1, max_length=100)
    language: str = Field(default="zh-hans", pattern="^(zh-hans|en)$", description="of the policy and of messages to the customer")
    policy_number: str = Field(pattern=r"^[A-Z0-9-]{6,40}$")
    premium: StrictInt = Field(gt=0, le=10**13, description="fen of the first payment")
    currency: str = Field(default="CNY", pattern="^CNY$")
    concluded_on: IsoDate = Field(ge=date(2000, 1, 1), description="day of the core's conclusion in Asia/Shanghai, not after today")
    conclusion: str = Field(pattern="^accept$", description="the core's underwriting conclusion; only accepted policies are issued")
    application: dict[str, Any]


class ClaimDecisionIn(Strict):
    """A decision of the claims system, for the sealed notice to the customer."""

    claim_no: str = Field(pattern=r"^[A-Za-z0-9-]{4,40}$", description="one decision for each; after a review use a new one")
    conclusion: str = Field(pattern="^(paid|refused)$")
    decided_on: IsoDate = Field(description="day of the decision in Asia/Shanghai, not after today")
    notice: dict[str, Any] = Field(
        description="what the notice says. Both: insured, claimant, event (on, kind, text). paid: benefits, total, payees, effect; "
        "refused: findings, clauses, reason, next_steps"
    )


class ClaimDecisionOut(Schema):
    claim_no: str
    policy_number: str
    policy_version: int = Field(description="in force on the day of the event; the decision is judged by it")
    document: DocumentOut | None = Field(default=None, description="the notice, once it is sealed")


class PolicyOut(Schema):
    number: str
    external_id: str
    case_number: str
    case_state: str
    status: str
    version: int
    premium: int
    cover_from: datetime
    cover_to: datetime | None
    cooling_off_until: date | None
    sealed_at: datetime | None
    delivered_at: datetime | None
    acknowledged_at: datetime | None
    blocked_by: str
    invoice: str
    documents: list[DocumentOut]


class EndpointIn(Strict):
    url: str = Field(max_length=500)
    all_cases: StrictBool = Field(
        default=False, description="tell about every case of the insurer, not this client's alone; needs the scope webhooks:all"
    )


class EndpointOut(Schema):
    id: str
    url: str
    enabled: bool
    all_cases: bool
    secret: str | None = None


class SecretOut(Schema):
    secret: str


class InvoiceOut(Schema):
    policy_number: str
    invoice_number: str
    received_at: datetime
    sha256: str


class SignatureOut(Schema):
    """One signature or document timestamp; the words are those of `vermilion verify --json`."""

    signer: str | None
    issuer: str | None
    trust_class: str | None = Field(description="licensed, private or trial")
    level: str | None
    algorithm: str | None
    signed_at: str | None
    time_source: str | None = Field(description="tsa, builtin_tsa or claimed")
    coverage: str = Field(description="whole_file, revision or incomplete")
    changes_after: str = Field(description="none, permitted, forbidden or unknown")
    followed: list[str] = Field(description="what was permitted to follow: comments, fields, signature, timestamp, properties, data")
    chain: str
    revocation: str
    reasons: list[str]


class PolicyStatusOut(Schema):
    number: str
    status: str
    version: int
    superseded_by: str | None


class VerificationOut(Schema):
    """The object of `vermilion verify --json` (docs/schemas/verify.json). `policy` is null when not known here."""

    file: str
    format: str = Field(description="pdf, ofd or unknown")
    bottom_line: str = Field(description="valid, invalid, unsigned or unreadable")
    integrity: str = Field(description="intact, altered, not_whole, broken or none")
    trusted: bool
    signatures: list[SignatureOut]
    policy: PolicyStatusOut | None
    reasons: list[str]

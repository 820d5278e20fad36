"""The shape of an ``application``: what a customer fills in, what the API takes, what the confirmation prints.

The same nested dict travels through portal, API, underwriting, documents and comparison. Rules of the shape:

* **Before** :func:`vermilion.apps.products.checking.check_application` it is a draft: any key may be missing, any value may be wrong.
* **After** it (``CheckedApplication.application``) it is canonical: every key below that the product asks for is present, texts are
  trimmed, ID numbers are upper case, phones have 11 digits, dates are ISO ``YYYY-MM-DD`` strings, and ``insured[0]`` holds the full person
  even if the insured is the policyholder. Checking a canonical application again returns an equal one.
* **Money**: an ``int`` is fen, a ``str`` is yuan as a person types it (``"300,000"``). Canonical is ``int`` fen.
* **Choices** are the codes named below, never labels; labels are in the product's form.
* **Paths** of fields, in errors and in HTML forms, are dotted: ``policyholder.id_number``, ``insured.0.name``, ``disclosure.2.answer``.

``policyholder.kind`` decides between a person and a company. For a company (group products) the person who acts is
``policyholder.company.agent``; ``policyholder.name``, ``.phone``, ``.email`` and ``.address`` are then the company's name and contact.
"""

from __future__ import annotations

from typing import Literal, TypedDict

Sex = Literal["male", "female"]
IdType = Literal[
    "resident_id",  # 居民身份证
    "household_register",  # 户口簿 (minors; carries the resident ID number)
    "birth_certificate",  # 出生医学证明 (infants)
    "passport",  # 护照
    "hk_macau_permit",  # 港澳居民来往内地通行证
    "taiwan_permit",  # 台湾居民来往大陆通行证
    "hmt_residence_permit",  # 港澳台居民居住证
    "foreign_permanent_resident",  # 外国人永久居留身份证
]
#: What the insured is to the policyholder.
Relation = Literal["self", "spouse", "child", "parent", "grandchild", "employee"]
#: What a designated beneficiary is to the insured.
BeneficiaryRelation = Literal["spouse", "child", "parent", "sibling", "grandparent", "grandchild", "other"]
PaymentMode = Literal["annual", "monthly", "single"]
#: ``company``: its own certificate and seal, set by what its agent does. ``representative``: who grants the agent's authority.
#: ``member``: one of the insured persons on a company's list, who consents and signs nothing.
SignerRole = Literal["policyholder", "insured", "guardian", "company_agent", "company", "representative", "member"]


class Person(TypedDict, total=False):
    """A natural person who may have to sign."""

    name: str
    id_type: IdType
    id_number: str
    id_valid_until: str  # ISO date, or "long_term" for a document without end
    birth_date: str
    sex: Sex
    nationality: str  # ISO 3166 alpha-2
    phone: str
    email: str
    address: str
    occupation: str  # a code of the product's occupation table
    annual_income: int | str


class Agent(TypedDict, total=False):
    """经办人: whom a company authorised to apply and sign for it."""

    name: str
    id_type: IdType
    id_number: str
    birth_date: str
    sex: Sex
    phone: str
    email: str
    position: str


class Company(TypedDict, total=False):
    uscc: str  # 统一社会信用代码
    legal_representative: str
    industry: str
    agent: Agent


class Policyholder(Person, total=False):
    kind: Literal["person", "company"]
    company: Company  # only when kind is "company"


class Insured(Person, total=False):
    relation: Relation
    same_as_policyholder: bool  # canonical: relation == "self"
    social_insurance: Literal["yes", "no"]  # medical: has 基本医疗保险
    occupation_class: int  # derived from the occupation table; never taken from the customer


class Guardian(Person, total=False):
    """The legal guardian who signs for a minor insured when the policyholder is not the parent."""

    relation: Literal["parent", "other_guardian"]


class Beneficiary(TypedDict, total=False):
    """One death beneficiary. Either one entry of type ``statutory``, or designated persons with shares of 100 in each order."""

    type: Literal["statutory", "designated"]
    order: int
    share: int  # per cent, whole numbers
    name: str
    relation: BeneficiaryRelation
    id_type: IdType
    id_number: str
    birth_date: str
    sex: Sex


class Plan(TypedDict, total=False):
    code: str
    sum_insured: int | str  # per insured person; fixed by the plan where the product says so
    term: str  # "lifetime", "one_year"
    payment_mode: PaymentMode
    payment_term: str  # years as text ("10", "20"); "1" for one-year products
    start: str  # ISO date; only where the product lets the customer choose (group)
    auto_renew: Literal["yes", "no"]


class Account(TypedDict, total=False):
    """The policyholder's own account for premiums and refunds (Sales Measures 32: nobody else's)."""

    owner: str
    bank: str
    number: str


class Answer(TypedDict, total=False):
    """The answer to one question of the disclosure; ``version`` is the version of the wording that was shown."""

    id: str
    version: str
    answer: str  # "yes"/"no", or whole-number text for number questions
    detail: str  # required by the question when the answer is "yes"


class Application(TypedDict, total=False):
    policyholder: Policyholder
    insured: list[Insured]
    guardian: Guardian
    beneficiaries: list[Beneficiary]
    plan: Plan
    account: Account
    disclosure: list[Answer]

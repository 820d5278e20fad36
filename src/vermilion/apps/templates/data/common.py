"""Parts that several documents print."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from vermilion.apps.cases.models import Case, Document
from vermilion.apps.products import rating
from vermilion.apps.products.definition import ProductDefinition
from vermilion.apps.products.wording import Text
from vermilion.base import clock
from vermilion.base.config import config
from vermilion.base.instance import is_demo

NAMES_PRINTED = 3  # of a group's, where a document only refers to them

SUBJECT = Text(zh="被保险人的身体和寿命", en="the life and body of the insured")

# The insurance_type of the policy template, by product line.
INSURANCE_TYPES = {"long_term_health": "long_term", "individual_medical": "medical", "group_accident": "group"}


def present(**values: Any) -> dict[str, Any]:
    """Return ``values`` without what is absent (None or empty text): the templates' optional fields are left out, not empty."""
    return {key: value for key, value in values.items() if value not in (None, "")}


def head(document: Document) -> dict[str, Any]:
    """Return what every document prints: insurer, branch, case, its own code and the address where it is verified."""
    case = document.case
    insurer, branch = case.insurer, case.branch
    return {
        "demo": is_demo(),
        "insurer": present(
            name=insurer.name, name_en=insurer.name_en, domicile=insurer.address, hotline=insurer.hotline, website=config().base_url
        ),
        "branch": present(name=branch.name, address=branch.address),
        "case_code": case.number,
        "verify_url": f"{config().base_url}/v/{document.code}",
        "document_code": document.code,
        "made_at": moment(document.created_at),
    }


def product(case: Case, plan_code: str | None = None) -> dict[str, Any]:
    """Return the product block, with the chosen plan."""
    definition = case.product.definition
    plan = definition.plan(plan_code).name if plan_code else None
    return present(
        name=definition.name.zh,
        name_en=definition.name.en,
        code=definition.code,
        plan=plan.zh if plan else None,
        plan_en=plan.en if plan else None,
        version=definition.version,
        registration_code=definition.clauses.code,
    )


def person(data: dict[str, Any], definition: ProductDefinition, **more: Any) -> dict[str, Any]:
    """Return a natural person of a canonical application as the templates' ``party``."""
    occupation = definition.occupation(str(data.get("occupation") or ""))
    social = data.get("social_insurance")
    return present(
        kind="person",
        name=data["name"],
        id_type=data["id_type"],
        id_number=data["id_number"],
        id_valid_until=data.get("id_valid_until"),
        sex=data.get("sex"),
        birth_date=data.get("birth_date"),
        nationality=data.get("nationality"),
        phone=data.get("phone"),
        email=data.get("email"),
        address=data.get("address"),
        occupation=more.pop("occupation", None) or (occupation.name.zh if occupation else data.get("occupation")),
        occupation_en=occupation.name.en if occupation else None,
        occupation_code=occupation.code if occupation else None,
        annual_income=data.get("annual_income"),
        social_insurance=None if social is None else social == "yes",
        **more,
    )


def policyholder(application: dict[str, Any], definition: ProductDefinition) -> dict[str, Any]:
    """Return the policyholder, a person or a company."""
    holder = application["policyholder"]
    if holder.get("kind") != "company":
        return person(holder, definition)
    company = holder["company"]
    return present(
        kind="company",
        name=holder["name"],
        id_type="company_code",
        id_number=company["uscc"],
        phone=holder.get("phone"),
        email=holder.get("email"),
        address=holder.get("address"),
        contact_name=company["agent"]["name"],
        legal_representative=company.get("legal_representative"),
    )


def insured_rows(
    application: dict[str, Any], definition: ProductDefinition, *, lines: tuple[rating.QuoteLine, ...] = ()
) -> list[dict[str, Any]]:
    """Return the 被保险人清单 of a group, numbered from 1, each person with the annual premium."""
    premiums: dict[int, int] = {}
    for line in lines:
        premiums[line.insured] = premiums.get(line.insured, 0) + line.annual_premium
    rows = []
    for index, data in enumerate(application["insured"]):
        occupation = definition.occupation(str(data.get("occupation") or ""))
        rows.append(
            present(
                number=index + 1,
                name=data["name"],
                id_type=data["id_type"],
                id_number=data["id_number"],
                sex=data.get("sex"),
                birth_date=data.get("birth_date"),
                occupation=occupation.name.zh if occupation else None,
                occupation_en=occupation.name.en if occupation else None,
                occupation_class=str(occupation.risk_class) if occupation else None,
                premium=premiums.get(index),
            )
        )
    return rows


def coverages(application: dict[str, Any], definition: ProductDefinition, lines: tuple[rating.QuoteLine, ...]) -> list[dict[str, Any]]:
    """Return the coverage schedule with sums and, for one insured person, the premium of each."""
    single = len(application["insured"]) == 1
    premiums = {line.coverage: line.annual_premium for line in lines} if single else {}
    return [
        present(
            code=line.key,
            name=line.name.zh,
            name_en=line.name.en,
            sum_insured=line.sum_insured if line.unit is None else None,
            sum_insured_text=f"{line.sum_insured / 100:,.0f} 元/{line.unit.zh}" if line.unit else None,
            sum_insured_text_en=f"CNY {line.sum_insured / 100:,.0f} {line.unit.en}" if line.unit else None,
            deductible=line.deductible.zh if line.deductible else None,
            deductible_en=line.deductible.en if line.deductible else None,
            payout=line.ratio.zh if line.ratio else None,
            payout_en=line.ratio.en if line.ratio else None,
            premium=premiums.get(line.key),
        )
        for line in rating.coverage_schedule(definition, application)
    ]


def cash_values(application: dict[str, Any], definition: ProductDefinition, *, priced_on: date) -> dict[str, Any] | None:
    """Return the cash value at the end of each policy year, for products that have one."""
    rows = rating.cash_value_table(definition, application, today=priced_on)
    return {"rows": [{"year": row.policy_year, "age": row.age, "value": row.cash_value} for row in rows]} if rows else None


def insured_names(application: dict[str, Any]) -> list[str]:
    """Return who is insured for a line of print: the names, or the first of many and how many there are."""
    names = [entry["name"] for entry in application["insured"]]
    return names if len(names) <= NAMES_PRINTED else [f"{names[0]} 等 {len(names)} 人"]


def beneficiaries(application: dict[str, Any]) -> dict[str, Any]:
    """Return the death beneficiaries."""
    named = [entry for entry in application.get("beneficiaries") or [] if entry.get("type") == "designated"]
    if not named:
        return {"kind": "statutory"}
    return {
        "kind": "designated",
        "persons": [
            present(
                name=entry["name"],
                order=entry["order"],
                share_percent=entry["share"],
                id_type=entry.get("id_type"),
                id_number=entry.get("id_number"),
                relation=entry.get("relation"),
                sex=entry.get("sex"),
                birth_date=entry.get("birth_date"),
            )
            for entry in named
        ],
    }


def masked_account(number: str | None) -> str | None:
    """Return a bank account with only its last four digits."""
    return f"**** {number[-4:]}" if number else None


def payment_mode(application: dict[str, Any]) -> str:
    """Return how the premium is paid: one yearly payment for one year is paid at once, as the form calls it."""
    plan = application["plan"]
    return "single" if plan["payment_mode"] == "annual" and int(plan["payment_term"]) == 1 else str(plan["payment_mode"])


def premium(application: dict[str, Any], *, amount: int, loading: int = 0, **more: Any) -> dict[str, Any]:
    """Return the premium block; ``amount`` is each payment in fen, ``loading`` the part of it that is an extra premium."""
    plan, account = application["plan"], application.get("account") or {}
    return present(
        amount=amount,
        mode=payment_mode(application),
        years=int(plan["payment_term"]),
        account=masked_account(account.get("number")),
        account_owner=account.get("owner"),
        bank=account.get("bank"),
        loading=loading or None,
        auto_renew=plan.get("auto_renew") == "yes" if plan.get("auto_renew") else None,
        **more,
    )


def cover_period(application: dict[str, Any], definition: ProductDefinition, *, paid_on: date) -> tuple[datetime, datetime | None]:
    """Return when cover starts and ends (None: for life): from the day after payment, or from the day that was chosen if that is later."""
    start = paid_on + timedelta(days=1)
    if definition.cover_starts == "chosen":
        start = max(start, date.fromisoformat(application["plan"]["start"]))
    begin = datetime.combine(start, time(), tzinfo=clock.SHANGHAI)
    if application["plan"]["term"] == "lifetime":
        return begin, None
    try:
        end = start.replace(year=start.year + 1)
    except ValueError:  # 29 February
        end = start.replace(year=start.year + 1, month=3, day=1)
    return begin, datetime.combine(end, time(), tzinfo=clock.SHANGHAI)


def moment(value: datetime) -> str:
    """Return a moment as RFC 3339 with Shanghai's offset, to the second."""
    return value.astimezone(clock.SHANGHAI).isoformat(timespec="seconds")


def clauses(definition: ProductDefinition) -> dict[str, Any]:
    """Return the clause bundle in full, as the policy and the clauses document print it."""
    data = definition.clauses.model_dump()
    return {key: value for key, value in data.items() if value not in (None, "", [])}


def salesperson(case: Case) -> dict[str, Any] | None:
    """Return the salesperson's card, if one took part."""
    seller = case.salesperson
    if seller is None:
        return None
    return present(
        name=seller.name, registration_no=seller.licence_no, institution=case.insurer.name, branch=seller.branch.name, phone=seller.phone
    )


def reference(document: Document) -> dict[str, Any]:
    """Return a document as others refer to it: name, code, digest and pages of its newest revision."""
    newest = document.revisions.latest("number")
    return present(name=document.title, code=document.code, digest=newest.sha256, pages=newest.pages or None)

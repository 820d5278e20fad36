"""被保险人同意书: what an insured person of a group consents to. It holds no data of any of them: one file serves the whole list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vermilion.apps.cases.models import Document
from vermilion.apps.products.wording import Text
from vermilion.base import clock
from vermilion.base.canonical import digest

from . import common, sale

DECLARATIONS = (
    Text(
        zh="本人同意由上述投保单位为本人投保本保险，其中包含以死亡为给付保险金条件的责任，并认可上列保险金额。",
        en="I consent to being insured by the company named above, with a benefit on death, and accept the sums stated.",
    ),
    Text(
        zh="身故保险金由本人的法定继承人领取；指定或者变更受益人须经本人同意，投保单位及其人员不得作为受益人。",
        en="The death benefit goes to my heirs at law; nobody else is named without my consent, never the company or its people.",
    ),
    Text(
        zh="本人可以随时以书面形式撤销本同意；撤销后，以本人死亡为给付条件的责任不再有效。",
        en="I may withdraw this consent in writing at any time; the benefit on my death then ends.",
    ),
    Text(
        zh="本同意由本人在本人的手机上亲自作出，没有由他人代替。",
        en="I give this consent myself, on my own phone; nobody gives it for me.",
    ),
)


def terms(application: dict[str, Any]) -> dict[str, Any]:
    """Return what a consent is about: company, plan, sum and period; who else is on the list is no part of it."""
    holder, plan = application["policyholder"], application["plan"]
    company = holder["company"]
    return {
        "company": [holder["name"], company["uscc"], company.get("legal_representative", "")],
        "plan": {key: plan[key] for key in ("code", "sum_insured", "term", "start") if key in plan},
    }


def terms_digest(application: dict[str, Any]) -> str:
    """Return by what it is recognised that an application still asks for what was consented to."""
    return digest(terms(application))


def declared(*, consented: int, left_out: int, document: Document, digest: str) -> Text:
    """Return what the confirmation says of the consents: how many gave theirs to which paper, and how many are not covered."""
    return Text(
        zh=f"清单所列 {consented} 名被保险人均已由本人逐一同意投保并认可保险金额（同意书验真码 {document.code}，"
        f"SHA-256 {digest}）；"
        f"另有 {left_out} 人不同意或者未在截止前答复，未列入清单，不在保障之内。",
        en=f"Each of the {consented} persons on the list has consented to this insurance and its sum (paper {document.code}, "
        f"SHA-256 {digest}); {left_out} more refused or did not answer in time: they are not on the list and not covered.",
    )


@dataclass(frozen=True)
class Joining:
    """The policy that people are added to, and the part of its period that is left: it begins when the endorsement says, not before."""

    policy_no: str
    earliest: datetime
    end: datetime | None


def insured_consent(document: Document, application: dict[str, Any], joining: Joining | None = None) -> dict[str, Any]:
    """Return the data of the paper for a canonical application, or for those whom an endorsement adds to a policy."""
    case = document.case
    definition, language = case.product.definition, case.language
    begin, end = (joining.earliest, joining.end) if joining else common.cover_period(application, definition, paid_on=clock.today())
    holder = application["policyholder"]
    return {
        **common.head(document),
        "application_no": case.number,
        **({"policy_no": joining.policy_no} if joining else {}),
        "product": common.product(case, application["plan"]["code"]),
        "policyholder": common.present(
            kind="company",
            name=holder["name"],
            id_type="company_code",
            id_number=holder["company"]["uscc"],
            legal_representative=holder["company"].get("legal_representative"),
        ),
        "coverages": common.coverages(application, definition, ()),
        "cover": {"from": common.moment(begin), "to": common.moment(end) if end else None},
        "beneficiaries": common.beneficiaries(application),
        "exclusions": [f"{item.title.of(language)}：{item.text.of(language)}" for item in definition.exemption.items],
        "clause_bundle": sale.clause_bundle(case),
        "declarations": [text.of(language) for text in DECLARATIONS],
    }

"""授权委托书 of a company for the person who applies and signs for it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from vermilion.apps.cases.models import Document
from vermilion.apps.products.wording import Text
from vermilion.base import clock
from vermilion.base.canonical import digest

from . import common

#: A power of attorney for one application and what follows from it; the company may end it earlier.
LASTS = timedelta(days=400)
SCOPE = (
    Text(
        zh="代表本单位办理本保险的投保，签署投保确认书并加盖本单位电子印章。",
        en="To apply for this insurance, sign its confirmation and set the company's electronic seal.",
    ),
    Text(zh="代表本单位缴纳保险费，签收保险单。", en="To pay the premium and acknowledge the policy."),
    Text(zh="代表本单位核对并签署增加、减少被保险人的批改申请书。", en="To sign requests for adding and removing insured persons."),
)
LIMITS = (
    Text(zh="以被保险人的名义同意以死亡为给付保险金条件的合同。", en="To consent in an insured person's name to cover on her death."),
    Text(zh="收取退还的保险费或者保险金。", en="To receive premiums paid back, or benefits."),
)
DECLARATIONS = (
    Text(zh="受托人在上述权限和期限内办理的事项，由委托人承担法律后果。", en="What the agent does within these limits binds the company."),
    Text(
        zh="受托人承诺亲自办理，不超越权限，并对所知悉的个人信息保密。",
        en="The agent acts herself, within her authority, and keeps personal data secret.",
    ),
    Text(zh="委托人撤回授权的，自保险人收到书面通知时起生效。", en="A withdrawal takes effect when the insurer has it in writing."),
)


def subject_of(application: dict[str, Any]) -> str:
    """Return by what it is recognised that an authority is still about this company, its representative and this agent."""
    holder = application["policyholder"]
    company = holder["company"]
    agent = {key: company["agent"].get(key, "") for key in ("name", "id_type", "id_number", "phone")}
    return "authority-" + digest([holder["name"], company["uscc"], company.get("legal_representative", ""), agent])[:32]


def declared(document: Document | None, digest: str, representative: str) -> Text:
    """Return what the confirmation says of the agent's authority: the signed paper, or that staff have judged one."""
    if document is None:
        return Text(
            zh="经办人的书面授权由投保单位盖章后提交，已经保险公司两名工作人员审核。",
            en="The authorised person's written authority was stamped by the company and judged by two of the insurer's staff.",
        )
    return Text(
        zh=f"经办人由法定代表人{representative}书面授权（授权委托书验真码 {document.code}，SHA-256 {digest}）。",
        en=f"The agent is authorised in writing by the legal representative {representative} (paper {document.code}, SHA-256 {digest}).",
    )


def authorisation(document: Document, application: dict[str, Any], representative: str) -> dict[str, Any]:
    """Return the data of the paper that the legal representative and the agent sign."""
    case, holder = document.case, application["policyholder"]
    definition, language = case.product.definition, case.language
    agent, today = holder["company"]["agent"], clock.today()
    return {
        **common.head(document),
        "authorisation_no": f"WT{document.code[:12]}",
        "application_no": case.number,
        "product": common.product(case, application["plan"]["code"]),
        "principal": common.policyholder(application, definition),
        "agent": common.person(
            {key: value for key, value in agent.items() if key != "position"}, definition, occupation=agent.get("position")
        ),
        "scope": [text.of(language) for text in SCOPE],
        "limits": [text.of(language) for text in LIMITS],
        "from": today.isoformat(),
        "until": (today + LASTS).isoformat(),
        "sub_delegation": False,
        "declarations": [text.of(language) for text in DECLARATIONS],
        "signers": [
            {"role": "representative", "name": representative, "on_behalf_of": holder["name"]},
            {"role": "company_agent", "name": agent["name"]},
        ],
    }

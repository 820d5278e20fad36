"""投保提示书, 免除保险人责任条款说明, 条款, 投保确认书 and 投保单."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vermilion.apps.cases.models import Application, Case, CaseParty, Document, Revision
from vermilion.apps.products import rating, signers
from vermilion.apps.products.definition import ProductDefinition
from vermilion.apps.products.wording import Text
from vermilion.base import clock

from . import common
from .quoting import quoted

HERSELF = Text(
    zh="本次投保由本人亲自操作、亲自签名，没有由销售人员或他人代为确认或代签。",
    en="I applied and sign myself; no salesperson or anybody else confirmed or signed for me.",
)


def application_notice(document: Document) -> dict[str, Any]:
    """投保提示书: the points that the customer must have seen."""
    definition = document.case.product.definition
    return {
        **common.head(document),
        "product": common.product(document.case),
        "items": [
            {"title": item.title.zh, "text": item.text.zh, **({"strong": True} if item.conspicuous else {})}
            for item in definition.prompts.items
        ],
        "confirmation": definition.prompts.declaration.zh,
    }


def exemption_explanation(document: Document) -> dict[str, Any]:
    """免除保险人责任条款说明: each clause that frees the insurer, and what it means."""
    definition = document.case.product.definition
    return {
        **common.head(document),
        "product": common.product(document.case),
        "clauses": [
            {
                "clause": definition.clauses.title,
                "number": item.clause,
                "title": item.title.zh,
                "text": quoted(definition, item.clause),
                "explanation": item.text.zh,
            }
            for item in definition.exemption.items
        ],
        "clause_bundle": clause_bundle(document.case),
        "confirmation": definition.exemption.declaration.zh,
    }


def clauses(document: Document) -> dict[str, Any]:
    """保险条款 in full."""
    return {**common.head(document), "product": common.product(document.case), "clauses": common.clauses(document.case.product.definition)}


def clause_bundle(case: Case) -> dict[str, Any]:
    """The digest that binds the clauses the customer read."""
    definition = case.product.definition
    return {
        "digest": case.product.clause_bundle_digest,
        "documents": [{"name": definition.clauses.title, "code": definition.clauses.code, "digest": case.product.clause_bundle_digest}],
    }


def confirmation(
    document: Document, application: Application, *, pages: list[dict[str, Any]], declared: Sequence[Text] = ()
) -> dict[str, Any]:
    """投保确认书: every answer of the application, who signs, and what was shown before (``pages``: name, digest, shown_at).

    ``declared``: what this case declares beside what every case of the product does.
    """
    case, data = document.case, application.data
    definition = case.product.definition
    today = clock.today()
    quote = rating.quote(definition, data, today=today)
    begin, end = common.cover_period(data, definition, paid_on=today)
    body = {
        **common.head(document),
        "application_no": case.number,
        "applied_at": clock.rfc3339(case.applied_at),
        "product": common.product(case, data["plan"]["code"]),
        "policyholder": common.policyholder(data, definition),
        "coverages": common.coverages(data, definition, quote.lines),
        "premium": common.premium(data, amount=quote.premium),
        "cash_values": common.cash_values(data, definition, priced_on=today),
        "cover": {"from": common.moment(begin), "to": common.moment(end) if end else None},
        "cooling_off_days": definition.times.cooling_off_days or None,
        "subject": common.SUBJECT.zh,
        "subject_en": common.SUBJECT.en,
        "questions": _questions(definition, data),
        "declarations": _declarations(definition, declared),
        "consents": _consents(case, definition),
        "clause_bundle": clause_bundle(case),
        "salesperson": common.salesperson(case),
        "page_versions": pages,
        "signers": signer_list(data, list(case.parties.all()), signers.signers_for(definition, data, today=today)),
    }
    body.update(_insured(data, definition, quote.lines))
    if definition.beneficiaries != "none":
        body["beneficiaries"] = common.beneficiaries(data)
    if data.get("guardian"):
        body["guardian"] = common.person(data["guardian"], definition, relation=data["guardian"].get("relation"))
    if data["policyholder"].get("kind") == "company":
        body["agent"] = common.person(data["policyholder"]["company"]["agent"], definition)
    return {key: value for key, value in body.items() if value is not None or key == "cover"}


def application_form(document: Document, proposed: dict[str, Any], shown: Revision) -> dict[str, Any]:
    """投保单: what the customer filled in, as the confirmation shows it that she signs. ``proposed``: the data in the ``shown`` file."""
    case = document.case
    of_the_confirmation = ("applied_at", "consents", "clause_bundle", "page_versions")
    signed = shown.document
    return {
        **{key: value for key, value in proposed.items() if key not in of_the_confirmation},
        **common.head(document),
        "applied_on": common.moment(case.applied_at)[:10],
        "confirmation": common.present(name=signed.title, code=signed.code, digest=shown.sha256, pages=shown.pages or None),
    }


def signer_list(data: dict[str, Any], parties: list[CaseParty], roles: list[Any]) -> list[dict[str, Any]]:
    """Return who signs, in order; a guardian and a company's agent sign on somebody's behalf."""
    listed = []
    for role in roles:
        party = next(party for party in parties if party.role == role)
        behalf = {"guardian": data["insured"][0]["name"], "company_agent": data["policyholder"]["name"]}.get(role)
        listed.append(common.present(role=role, name=party.personal["name"], on_behalf_of=behalf))
    return listed


def _insured(data: dict[str, Any], definition: ProductDefinition, lines: tuple[rating.QuoteLine, ...]) -> dict[str, Any]:
    if definition.line == "group_accident":
        return {"insured": [], "insured_list": common.insured_rows(data, definition, lines=lines)}
    return {"insured": [common.person(entry, definition, relation=entry["relation"]) for entry in data["insured"]]}


def _questions(definition: ProductDefinition, data: dict[str, Any]) -> list[dict[str, Any]]:
    answers = {answer["id"]: answer for answer in data.get("disclosure") or []}
    holder = data["policyholder"]["name"]
    insured = data["insured"][0]["name"] if len(data["insured"]) == 1 else holder
    rows = []
    for question in definition.disclosure.questions:
        given = answers[question.id]
        answer: Any = given["answer"]
        if answer not in ("yes", "no"):
            answer = {"text": f"{answer} {question.unit}".strip()}
        about = holder if question.subject == "policyholder" else insured
        wording = question.wording
        rows.append(
            common.present(id=question.id, text=wording.zh, text_en=wording.en, answer=answer, detail=given.get("detail"), about=about)
        )
    return rows


def _declarations(definition: ProductDefinition, more: Sequence[Text]) -> list[dict[str, Any]]:
    texts = [definition.prompts.declaration, definition.exemption.declaration, definition.disclosure.declaration, HERSELF, *more]
    return [{"id": f"D{number}", "text": text.zh, "text_en": text.en, "accepted": True} for number, text in enumerate(texts, start=1)]


def _consents(case: Case, definition: ProductDefinition) -> list[dict[str, Any]]:
    wording = {consent.key: consent for consent in definition.consents}
    given = case.consents.filter(withdrawn_at=None).order_by("given_at")
    return [
        {
            "id": row.key,
            "title": wording[row.key].title.zh,
            "title_en": wording[row.key].title.en,
            "text": wording[row.key].text.zh,
            "text_en": wording[row.key].text.en,
            "accepted": True,
            "at": clock.rfc3339(row.given_at),
        }
        for row in given
        if row.key in wording and row.signer_role in ("policyholder", "company_agent")
    ]

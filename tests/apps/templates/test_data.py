"""The documents of the three demonstration products, from the application to the page: every builder fits its template."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pypdfium2
import pytest
from django.db import transaction

from tests.apps.making import make_insurer
from vermilion.apps.cases import documents
from vermilion.apps.cases.models import Application, Case, Document
from vermilion.apps.cases.services import present_application, save_application, set_parties, start_case
from vermilion.apps.parties.models import Branch
from vermilion.apps.products import checking, rating
from vermilion.apps.products.services import publish
from vermilion.apps.templates.data import common, contract, sale
from vermilion.apps.templates.services import TypesetDocument, typeset_document
from vermilion.base import clock
from vermilion.base.canonical import sha256
from vermilion.cli.demo import content
from vermilion.cli.demo.content import samples

pytestmark = pytest.mark.django_db


def text_of(made: TypesetDocument) -> str:
    """All text between head and foot of the pages, which would stand in the middle of a paragraph that goes over."""
    with pypdfium2.PdfDocument(made.pdf) as document:
        pages = [page.get_textpage().get_text_bounded(bottom=50, top=800) for page in document]
    return re.sub(r"\s", "", "".join(pages))


def applied(code: str, **options: Any) -> tuple[Case, Application]:
    """A case of a demonstration product with a presented application."""
    insurer = make_insurer()
    branch = Branch.objects.create(insurer=insurer, code="01", name="华岳人寿保险股份有限公司上海分公司", address="上海市")
    definition = content.product(code)
    case = start_case(product=publish(insurer=insurer, definition=definition), branch=branch, channel="portal")
    data = checking.check_application(definition, samples.application(definition, **options), today=clock.today()).application
    holder = data["policyholder"]
    people = [("policyholder", holder)]
    if holder["kind"] == "company":
        people = [("company_agent", holder["company"]["agent"]), ("company", holder)]
    if data["insured"][0].get("relation") not in ("self", "employee"):
        people.append(("insured", data["insured"][0]))
    if data.get("guardian"):
        people.append(("guardian", data["guardian"]))
    set_parties(case=case, people=people)
    save_application(case_id=case.id, data=data)
    return case, present_application(Case.objects.get(id=case.id))


def opened(case: Case, kind: str) -> Document:
    with transaction.atomic():
        return documents.open_document(case=case, kind=kind, title=kind, subject="1")


@pytest.mark.parametrize(
    ("code", "options", "roles"),
    [
        ("critical_illness", {}, ["policyholder"]),
        ("critical_illness", {"insured": "spouse"}, ["policyholder", "insured"]),
        ("medical", {"insured": "grandchild"}, ["policyholder", "guardian"]),
        ("medical", {}, ["policyholder"]),
        ("group_accident", {"count": 40}, ["company_agent", "company"]),
    ],
)
def test_confirmation_of_every_product(code: str, options: dict[str, Any], roles: list[str]) -> None:
    case, application = applied(code, **options)
    made = typeset_document("confirmation", sale.confirmation(opened(case, "confirmation"), application, pages=[]))
    assert [zone.role for zone in made.zones] == roles
    text = text_of(made)
    wanted = [person["id_number"] for person in application.data["insured"]]
    wanted += [question.wording.zh for question in case.product.definition.disclosure.questions]
    assert [value for value in wanted if re.sub(r"\s", "", value) not in text] == []


def test_confirmation_says_whose_guardian_signs_and_how_it_is_paid() -> None:
    case, application = applied("medical", insured="grandchild")
    text = text_of(typeset_document("confirmation", sale.confirmation(opened(case, "confirmation"), application, pages=[])))
    # The guardian's relation is to the insured child, the child's is to the policyholder.
    assert text.count("与被保险人关系父母") == text.count("与投保人关系孙子女") == 1
    # A contract of one year that is paid at once has no instalments.
    assert "一次交清" in text
    assert "每期保险费" not in text
    assert "现金价值表" not in text


def test_confirmation_says_about_whom_each_question_asks() -> None:
    case, application = applied("critical_illness", insured="spouse")
    rows = {row["id"]: row["about"] for row in sale.confirmation(opened(case, "confirmation"), application, pages=[])["questions"]}
    holder, insured = application.data["policyholder"]["name"], application.data["insured"][0]["name"]
    assert rows.pop("affordable") == holder
    assert set(rows.values()) == {insured}


def test_confirmation_shows_what_is_lost_by_ending_early() -> None:
    case, application = applied("critical_illness")
    text = text_of(typeset_document("confirmation", sale.confirmation(opened(case, "confirmation"), application, pages=[])))
    assert "每期保险费" in text
    assert "与被保险人关系" not in text
    rows = rating.cash_value_table(case.product.definition, application.data, today=clock.today())
    assert [row.policy_year for row in rows if f"{row.cash_value / 100:,.2f}" not in text] == []


@pytest.mark.parametrize(
    ("code", "who", "cooling"), [("critical_illness", "本人", True), ("medical", "本人", False), ("group_accident", "本单位", False)]
)
def test_acknowledgement_says_only_what_is_true_of_this_contract(code: str, who: str, cooling: bool) -> None:
    case, application = applied(code, **({"count": 40} if code == "group_accident" else {}))
    day = clock.today()
    made = contract.policy_acknowledgement(
        opened(case, "policy_acknowledgement"),
        application.data,
        number="HY2026000000000001",
        version=1,
        delivered_at=clock.now(),
        documents=[],
        differences=[],
        cooling_off=(15, day + timedelta(days=1), day + timedelta(days=15)) if cooling else None,
        signers=[{"role": "policyholder", "name": "张三"}],
    )
    made["documents"] = [{"name": "电子保单", "code": "ABCD1234EFGH5678", "digest": "0" * 64}]
    text = text_of(typeset_document("policy_acknowledgement", made))
    assert f"{who}已经收到上述保险合同文件" in text
    assert ("犹豫期" in text) is cooling
    people = [person["name"] for person in application.data["insured"]]
    assert (f"{people[0]}等40人" if len(people) > 3 else people[0]) in text


@pytest.mark.parametrize("code", content.PRODUCT_CODES)
def test_notices_and_clauses_of_every_product(code: str) -> None:
    case, _application = applied(code)
    definition = case.product.definition
    notice = text_of(typeset_document("application_notice", sale.application_notice(opened(case, "application_notice"))))
    assert all(re.sub(r"\s", "", item.text.zh) in notice for item in definition.prompts.items)
    explained = text_of(typeset_document("exemption_explanation", sale.exemption_explanation(opened(case, "exemption_explanation"))))
    assert all(re.sub(r"\s", "", item.text.zh) in explained for item in definition.exemption.items)
    printed = text_of(typeset_document("clauses", sale.clauses(opened(case, "clauses"))))
    lost = [p.text for a in definition.clauses.articles for p in a.paragraphs if re.sub(r"\s", "", p.text) not in printed]
    assert lost == []


@pytest.mark.parametrize("code", content.PRODUCT_CODES)
def test_policy_of_every_product(code: str) -> None:
    case, application = applied(code)
    definition, today = case.product.definition, clock.today()
    begin, end = common.cover_period(application.data, definition, paid_on=today)
    premium = rating.quote(definition, application.data, today=today, loading_per_mille=150).premium
    made = typeset_document(
        "policy",
        contract.policy(
            opened(case, "policy"),
            application.data,
            number="HY2026000000000001",
            version=1,
            concluded_on=today,
            cover_from=begin,
            cover_to=end,
            premium=premium,
            loading_per_mille=150,
            paid_at=clock.now(),
            special_terms=["被保险人的甲状腺疾病及其并发症不在保险责任之内。"],
            underwritten_by="赵明远",
            priced_on=today,
            confirmation=None,
        ),
    )
    assert made.zone("insurer").page <= 3
    text = text_of(made)
    for wanted in ("HY2026000000000001", application.data["insured"][0]["name"], "甲状腺疾病", f"¥{premium / 100:,.2f}"):
        assert wanted in text
    if code == "critical_illness":
        rows = rating.cash_value_table(definition, application.data, today=today)
        assert all(f"{row.cash_value / 100:,.2f}" in text for row in rows)


def test_underwriting_papers() -> None:
    case, application = applied("critical_illness")
    today = clock.today()
    terms = contract.Terms(
        reason="体检发现甲状腺结节。",
        premium_before=1_000_000,
        premium_after=1_150_000,
        loading_per_mille=150,
        exclusions=["甲状腺恶性肿瘤及其转移。"],
        valid_until=today + timedelta(days=15),
    )
    paper = opened(case, "underwriting_notice")
    told = typeset_document(
        "underwriting_notice",
        contract.underwriting_notice(paper, application.data, terms, decided_on=today, underwriter="赵明远", confirmation=None),
    )
    assert "加收保险费15%" in text_of(told)
    assert told.zones == ()
    made = typeset_document(
        "terms_consent",
        contract.terms_consent(
            opened(case, "terms_consent"),
            application.data,
            terms,
            notice={"name": "核保通知书", "code": paper.code, "digest": sha256(told.pdf)},
            confirmation=None,
            signers=[{"role": "policyholder", "name": application.data["policyholder"]["name"]}],
        ),
    )
    assert sha256(told.pdf) in text_of(made)
    assert [zone.role for zone in made.zones] == ["policyholder"]
    assert "加收保险费15%" in text_of(made)
    made = typeset_document(
        "decision_notice",
        contract.decision_notice(
            opened(case, "decision_notice"),
            application.data,
            decision="postpone",
            reason="等待检查结果。",
            decided_on=today,
            postponed_until=today + timedelta(days=180),
            underwriter="赵明远",
        ),
    )
    assert "延期承保通知书" in text_of(made)

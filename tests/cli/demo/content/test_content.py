"""The demonstration's content is complete, consistent and synthetic."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vermilion.apps.parties.models import Role
from vermilion.apps.products.checking import check_application
from vermilion.apps.products.clause_text import chinese_number
from vermilion.apps.products.definition import ProductDefinition
from vermilion.apps.products.underwriting import underwrite
from vermilion.base import validation as v
from vermilion.cli.demo import content
from vermilion.cli.demo.content import people
from vermilion.core.typeset import missing_characters

TODAY = date(2026, 11, 22)
PRODUCTS = content.products()
every_product = pytest.mark.parametrize("definition", PRODUCTS, ids=[definition.code for definition in PRODUCTS])
#: What Sales Measures 25 wants to be pointed out; several points may share one prompt.
POINTS = (
    "保险责任",
    "保险期间",
    "保险费",
    "责任免除",
    "理赔",
    "现金价值",
    "犹豫期",
    "宽限期",
    "等待期",
    "效力中止",
    "如实",
    "投诉",
    "解除",
)


def texts(definition: ProductDefinition) -> str:
    return definition.model_dump_json()


def test_the_insurer_and_its_people() -> None:
    company = content.insurer()
    assert "演示" in company.name
    assert v.validate_uscc(company.uscc) == company.uscc
    assert [branch.short_name for branch in company.branches] == ["上海分公司", "成都分公司"]
    branches = {branch.code for branch in company.branches}
    assert {role for member in content.staff() for role in member.roles} == set(Role.values)
    assert sorted(member.underwriting_level for member in content.staff() if "underwriter" in member.roles) == [1, 2]
    assert len(content.salespeople()) == 2
    people_of_it = [*content.staff(), *content.salespeople()]
    assert {member.branch for member in people_of_it} <= branches
    assert len({member.phone for member in people_of_it}) == len({member.username for member in people_of_it}) == len(people_of_it)
    assert all(v.validate_phone(member.phone) and v.validate_name(member.name) for member in people_of_it)


@every_product
def test_it_says_that_it_is_a_demonstration(definition: ProductDefinition) -> None:
    assert definition.demonstration
    assert "演示" in definition.name.zh
    assert "演示" in definition.clauses.code
    assert "无法律效力" in " ".join(paragraph.zh for paragraph in definition.notice.paragraphs)


@every_product
def test_clauses_are_substantial(definition: ProductDefinition) -> None:
    assert 18 <= len(definition.clauses.articles) <= 28
    assert all(len(article.title) >= 2 for article in definition.clauses.articles)
    assert sum(len(p.text) for article in definition.clauses.articles for p in article.paragraphs) > 2500
    exclusions = next(chapter for chapter in definition.clauses.chapters if "责任免除" in chapter.title)
    assert all(any(p.conspicuous for p in article.paragraphs) for article in exclusions.articles)


@every_product
def test_every_point_is_prompted_and_every_exemption_names_an_article(definition: ProductDefinition) -> None:
    prompts = "".join(item.title.zh + item.text.zh for item in definition.prompts.items)
    assert [point for point in POINTS if point not in prompts] == []
    last = len(definition.clauses.articles)
    for item in definition.exemption.items:
        numbers = re.findall(r"第([一二三四五六七八九十]+)条", item.clause)
        assert numbers, item.clause
        assert all(chinese_number(number) <= last for number in numbers)


def is_explained(name: str, explained: str) -> bool:
    """Return whether an article is named, or lies in a range like 第七条至第十条."""
    if name in explained:
        return True
    number = chinese_number(name[1:-1])
    ranges = re.findall(r"第([一二三四五六七八九十]+)条至第([一二三四五六七八九十]+)条", explained)
    return any(chinese_number(low) <= number <= chinese_number(high) for low, high in ranges)


@every_product
def test_articles_that_limit_liability_are_explained(definition: ProductDefinition) -> None:
    explained = "".join(item.clause for item in definition.exemption.items)
    catalogue = next(article for article in definition.clauses.articles if "其他免责提示" in article.title)
    named = re.findall(r"第[一二三四五六七八九十]+条", "".join(p.text for p in catalogue.paragraphs))
    missing = [name for name in named if not is_explained(name, explained)]
    assert missing == []


@every_product
def test_consents_are_separate_and_cover_every_signer(definition: ProductDefinition) -> None:
    for rule in definition.signers:
        if rule.role == "company":  # its agent acts for it, and has agreed
            continue
        keys = {consent.key for consent in definition.consents if rule.role in consent.required_for}
        assert {"personal_information", "identity_verification", "certificate_service", "traceability"} <= keys
    if definition.policyholder_kind == "person":
        assert any(consent.key == "health_information" for consent in definition.consents)


@every_product
def test_no_claim_that_nobody_may_make(definition: ProductDefinition) -> None:
    for phrase in ("具有法律效力的电子签名", "不可篡改", "防篡改", "法院采信", "GM/T", "JR/T", "密评", "等保"):
        assert phrase not in texts(definition)
    assert "{" not in "".join(paragraph.zh for paragraph in definition.notice.paragraphs)


@every_product
def test_every_character_can_be_printed(definition: ProductDefinition) -> None:
    assert missing_characters(texts(definition)) == []


@every_product
def test_english_is_there_without_chinese(definition: ProductDefinition) -> None:
    english = re.findall(r'"en":"((?:[^"\\]|\\.)*)"', texts(definition))
    assert len(english) > 100
    # The only Chinese in English texts are words that the reader meets on Chinese pages or documents.
    assert {text for text in english if re.search("[\u4e00-\u9fff]", text)} <= {"A date, or 长期 for a document without end"}


def test_the_critical_illness_product_names_its_illnesses() -> None:
    annexes = content.product("critical_illness").clauses.annexes
    assert [len(annex.rows) for annex in annexes] == [30, 12, 10]
    assert all(len(row[2]) >= 15 for annex in annexes for row in annex.rows)
    times = content.product("critical_illness").times
    assert (times.cooling_off_days, content.product("critical_illness").follow_up_call) == (15, True)


@pytest.mark.parametrize(
    ("code", "insured"),
    [
        *(("critical_illness", who) for who in ("self", "spouse", "child", "parent")),
        *(("medical", who) for who in ("self", "spouse", "child", "parent", "grandchild")),
        ("group_accident", "self"),
    ],
)
@pytest.mark.parametrize("day", [TODAY, date(2028, 2, 29), date(2027, 1, 1), date(2030, 12, 31)])
def test_samples_are_accepted_on_any_day(code: str, insured: str, day: date) -> None:
    definition = content.product(code)
    for seed in range(1, 6):
        data = content.sample_application(code, seed, insured=insured, today=day)  # type: ignore[arg-type]
        checked = check_application(definition, data, today=day)
        assert underwrite(definition, checked.application, today=day).conclusion == "accept"


def test_the_same_seed_gives_the_same_person() -> None:
    assert people.person(4, today=TODAY, age=30) == people.person(4, today=TODAY, age=30)
    assert people.person(4, today=TODAY, age=30) != people.person(5, today=TODAY, age=30)


@given(st.integers(0, 10**9), st.integers(0, 80), st.dates(min_value=date(2025, 1, 1), max_value=date(2040, 1, 1)))
def test_synthetic_people_are_valid_and_of_their_age(seed: int, age: int, day: date) -> None:
    one = people.person(seed, today=day, age=age)
    born = date.fromisoformat(one["birth_date"])
    v.validate_id_number(one["id_number"], birth_date=born, sex=one["sex"], today=day)
    assert one["id_number"][2:6] == "0000"
    assert v.age_on(born, day) == v.age_on(born, day + timedelta(days=1)) == age
    assert v.validate_name(one["name"]) == one["name"]
    assert v.validate_phone(one["phone"]) == one["phone"]
    assert v.validate_address(one["address"]) == one["address"]


@given(st.integers(0, 10**12))
def test_synthetic_numbers_have_valid_check_digits(sequence: int) -> None:
    v.validate_uscc(people.uscc(sequence))
    v.validate_bank_card(people.bank_card(sequence))
    v.validate_id_number(people.id_number(birth_date=date(1990, 5, 6), sex="male", sequence=sequence), today=TODAY)

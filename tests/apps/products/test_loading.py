"""Product files, and what is wrong with broken ones."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pydantic import ValidationError

from vermilion.apps.products.clause_text import chinese_number, parse_clauses, reference_in_english
from vermilion.apps.products.definition import ProductDefinition
from vermilion.apps.products.errors import DefinitionInvalid
from vermilion.apps.products.loading import load_definition
from vermilion.cli.demo import content

VALUES = {"insurer_name": "甲", "insurer_name_en": "A", "insurer_address": "乙", "insurer_address_en": "B", "hotline": "400"}


@pytest.fixture
def files(tmp_path: Path) -> Path:
    return Path(shutil.copytree(content.FOLDER / "products", tmp_path / "products"))


def load(files: Path, code: str = "medical") -> ProductDefinition:
    return load_definition(files / code, shared=files / "shared", values=VALUES)


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("medical/product.toml", 'code = "medical"', "code = ", "product.toml"),
        ("medical/product.toml", '"notice", "consents"', '"consents", "notice"', "lawful order"),
        ("medical/product.toml", "demonstration = true", "demonstation = true", "demonst"),
        ("medical/product.toml", '"traceability"', '"tracability"', "tracability"),
        ("medical/product.toml", 'rate_table = "medical"', 'rate_table = "dental"', "dental"),
        ("medical/clauses.md", "### 第五条", "### 第六条", "numbered"),
        ("medical/clauses.md", "{hotline}", "{phone}", "{phone}"),
        ("medical/disclosure.toml", "是否有甲状腺结节、乳腺结节或者子宫肌瘤", "是否有任何疾病", "catch-all"),
        ("medical/rates.csv", "0,", "x,", ""),
        ("medical/servicing.toml", 'kind = "surrender"', 'kind = "vanish"', "servicing"),
        ("shared/form.toml", 'options_key = "sexes"', 'options_key = "genders"', "genders"),
    ],
)
def test_a_mistake_is_refused_and_named(files: Path, file: str, old: str, new: str, said: str) -> None:
    path = files / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    if file.endswith("rates.csv"):
        definition = load(files)
        assert definition.rates != content.product("medical").rates
        return
    with pytest.raises(DefinitionInvalid) as caught:
        load(files)
    assert said in str(caught.value.message)


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("medical/product.toml", ""),
        ("medical/product.toml", "consent_keys = 3"),
        ("medical/rates.csv", "a,b\n1,x\n"),
        ("medical/examples.csv", ""),
        ("shared/form.toml", "sections = 1"),
        ("shared/occupations.csv", "code\n1\n"),
    ],
)
def test_files_of_another_shape_are_refused_without_a_crash(files: Path, file: str, content: str) -> None:
    (files / file).write_text(content, encoding="utf-8")
    with pytest.raises(DefinitionInvalid):
        load(files)


@pytest.mark.parametrize("file", ["product.toml", "clauses.md", "rates.csv", "wording.toml"])
def test_a_missing_file_is_named(files: Path, file: str) -> None:
    (files / "medical" / file).unlink()
    with pytest.raises(DefinitionInvalid) as caught:
        load(files)
    assert file in str(caught.value.message)


def test_a_definition_is_frozen_and_survives_json() -> None:
    definition = content.product("critical_illness")
    with pytest.raises(ValidationError):
        definition.demonstration = False  # type: ignore[misc]
    assert ProductDefinition.model_validate(definition.model_dump(mode="json")) == definition


@pytest.mark.parametrize(("text", "number"), [("一", 1), ("十", 10), ("十九", 19), ("二十", 20), ("二十八", 28), ("九十九", 99)])
def test_reads_chinese_numbers(text: str, number: int) -> None:
    assert chinese_number(text) == number


def test_references_are_read_in_english() -> None:
    assert reference_in_english("第十三条（三）、第十七条") == "Article 13 (3), Article 17"
    assert reference_in_english("第十二条（五）至（八）") == "Article 12 (5) to (8)"
    assert reference_in_english("第七条至第十条") == "Article 7 to Article 10"


@pytest.mark.parametrize(
    "text",
    [
        "## 第一章 甲\n\n### 第一条 乙\n\n## 第二章 丙",
        "### 第一条 甲\n\n乙",
        "## 第一章 甲\n\n文字",
        "## 第一章 甲\n\n### 条 乙\n\n丙",
        "## 第一章 甲\n\n### 第一条 乙\n\n丙**丁**",
    ],
)
def test_refuses_clauses_that_would_be_printed_wrongly(text: str) -> None:
    with pytest.raises(DefinitionInvalid):
        parse_clauses(text, source="clauses.md")


def test_keeps_conspicuous_paragraphs() -> None:
    chapters = parse_clauses("## 第一章 甲\n\n### 第一条 乙\n\n丙\n\n**丁\n戊**", source="clauses.md")
    assert [(p.text, p.conspicuous) for p in chapters[0].articles[0].paragraphs] == [("丙", False), ("丁戊", True)]

"""References to articles and their items."""

from __future__ import annotations

import pytest

from vermilion.apps.templates.data.quoting import number_of, quoted
from vermilion.cli.demo import content


@pytest.mark.parametrize(("numeral", "number"), [("一", 1), ("九", 9), ("十", 10), ("十二", 12), ("二十", 20), ("九十九", 99)])
def test_numerals(numeral: str, number: int) -> None:
    assert number_of(numeral) == number


@pytest.mark.parametrize("numeral", ["", "零", "百", "3"])
def test_what_is_no_numeral(numeral: str) -> None:
    with pytest.raises(KeyError):
        number_of(numeral)


def test_whole_article_and_single_items() -> None:
    medical = content.product("medical")
    article = {article.number: article for article in medical.clauses.articles}[12]
    assert quoted(medical, "第十二条") == "\n".join(paragraph.text for paragraph in article.paragraphs)
    some = quoted(medical, "第十二条（三）（四）").splitlines()
    assert [line[:3] for line in some[1:]] == ["（三）", "（四）"]
    assert some[0] == article.paragraphs[0].text
    assert [line[:3] for line in quoted(medical, "第十二条（五）至（八）").splitlines()[1:]] == ["（五）", "（六）", "（七）", "（八）"]
    assert quoted(medical, "第十三条、第十六条").startswith(quoted(medical, "第十三条"))


@pytest.mark.parametrize("reference", ["第九十九条", "第十二条（九十）", "条款", ""])
def test_nothing_is_quoted_from_nowhere(reference: str) -> None:
    with pytest.raises(KeyError):
        quoted(content.product("medical"), reference)


@pytest.mark.parametrize("code", content.PRODUCT_CODES)
def test_every_explanation_of_every_product_quotes_its_clause(code: str) -> None:
    definition = content.product(code)
    for item in definition.exemption.items:
        assert len(quoted(definition, item.clause)) > 15, item.clause

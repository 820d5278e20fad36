"""Finding what a reference such as 第十二条（一）至（三） quotes from the clauses."""

from __future__ import annotations

import re

from vermilion.apps.products.definition import ProductDefinition

_NUMERAL = "[一二三四五六七八九十]+"
_ARTICLE = re.compile(rf"第({_NUMERAL})条((?:[、至]?（{_NUMERAL}）)*)")
_ITEM = re.compile(rf"([、至]?)（({_NUMERAL})）")
_DIGITS = {character: value for value, character in enumerate("一二三四五六七八九", start=1)}


def number_of(numeral: str) -> int:
    """Return the value of a Chinese numeral from 一 to 九十九. Raises KeyError for anything else."""
    tens, ten, ones = numeral.partition("十")
    if not ten:
        return _DIGITS[numeral]
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)


def quoted(definition: ProductDefinition, reference: str) -> str:
    """Return the text of the articles that ``reference`` names, each paragraph on a line.

    第七条 is the whole article; 第十二条（三）（四） and 第十二条（五）至（八） are its opening sentence and those items; several articles
    are joined. Raises KeyError when the clauses have no such article or item: an explanation must not stand beside nothing.
    """
    articles = {article.number: [paragraph.text for paragraph in article.paragraphs] for article in definition.clauses.articles}
    lines: list[str] = []
    for numeral, items in _ARTICLE.findall(reference):
        paragraphs = articles[number_of(numeral)]
        wanted = _items(items)
        if not wanted:
            lines += paragraphs
            continue
        numbered = {number_of(match[1]): text for text in paragraphs if (match := re.match(rf"（({_NUMERAL})）", text))}
        opening = [] if re.match(rf"（{_NUMERAL}）", paragraphs[0]) else [paragraphs[0]]
        lines += opening + [numbered[number] for number in wanted]
    if not lines:
        raise KeyError(reference)
    return "\n".join(lines)


def _items(text: str) -> list[int]:
    found: list[int] = []
    for joint, numeral in _ITEM.findall(text):
        number = number_of(numeral)
        found += range(found[-1] + 1, number + 1) if joint == "至" and found else [number]
    return found

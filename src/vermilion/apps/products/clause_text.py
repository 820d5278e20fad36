"""Reads clauses from Markdown, the form in which lawyers edit them.

``## 第一章 …`` opens a chapter, ``### 第一条 …`` an article; a paragraph wholly in ``**…**`` is conspicuous (terms that free the insurer
from liability must be). Nothing else of Markdown is used: what is written is what is printed.
"""

from __future__ import annotations

import re

from .errors import DefinitionInvalid
from .wording import Article, Chapter, Paragraph

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")}
_NUMERAL = "[一二三四五六七八九十]+"
_ARTICLE = re.compile(rf"第({_NUMERAL})条[ 　]+(.+)")


def chinese_number(text: str) -> int:
    """Return the value of a Chinese number up to 99 (一 … 九十九). Raises ValueError."""
    tens, ten, ones = text.rpartition("十")
    if not ten:
        tens, ones = "零", text
    if len(tens) > 1 or len(ones) > 1:
        raise ValueError(text)
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)


def reference_in_english(reference: str) -> str:
    """Return a reference to articles such as 第十二条（五）至（八） as ``Article 12 (5) to (8)``; what is none stays as it is."""
    text = re.sub(rf"第({_NUMERAL})条", lambda found: f" Article {chinese_number(found[1])}", reference)
    text = re.sub(rf"（({_NUMERAL})）", lambda found: f" ({chinese_number(found[1])})", text)
    return " ".join(text.replace("至", " to ").replace("、", ", ").replace(" ,", ",").split())


def parse_clauses(text: str, *, source: str) -> list[Chapter]:
    """Return the chapters of a clause text. Raises DefinitionInvalid naming ``source`` and the place."""
    chapters: list[tuple[str, list[Article]]] = []
    article: tuple[int, str, list[Paragraph]] | None = None

    def close() -> None:
        nonlocal article
        if article is not None:
            number, title, paragraphs = article
            if not paragraphs:
                raise DefinitionInvalid(f"{source}: 第 {number} 条没有内容")
            chapters[-1][1].append(Article(number=number, title=title, paragraphs=paragraphs))
        article = None

    for block in re.split(r"\n\s*\n", text):
        block = block.strip()
        if block.startswith("### "):
            close()
            match = _ARTICLE.fullmatch(block[4:].strip())
            if match is None or not chapters:
                raise DefinitionInvalid(f"{source}: {block[:40]}")
            article = (chinese_number(match.group(1)), match.group(2).strip(), [])
        elif block.startswith("## "):
            close()
            chapters.append((block[3:].strip(), []))
        elif block and not block.startswith("# "):
            if article is None:
                raise DefinitionInvalid(f"{source}: 条文之外的文字 {block[:40]}")
            joined = "".join(line.strip() for line in block.splitlines())
            conspicuous = joined.startswith("**") and joined.endswith("**") and len(joined) > 4
            plain = joined[2:-2] if conspicuous else joined
            if "**" in plain:
                raise DefinitionInvalid(f"{source}: 只能整段加粗 {block[:40]}")
            article[2].append(Paragraph(text=plain, conspicuous=conspicuous))
    close()
    return [Chapter(title=title, articles=articles) for title, articles in chapters]

"""The words of a product: what is shown, explained, asked and agreed to. Every text is versioned because the exact wording is evidence."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from .application import SignerRole


class Model(BaseModel):
    """Base of everything inside a product definition: frozen, and a misspelt key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Text(Model):
    """A short text in the two languages of the pages. Chinese is the source and prevails."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def of(self, language: str | None) -> str:
        """Return the text for a language code such as ``en`` or ``zh-hans``; Chinese for anything unknown."""
        return self.en if (language or "").lower().startswith("en") else self.zh

    def __str__(self) -> str:
        return self.zh


class Notice(Model):
    """What a customer reads before giving any personal data."""

    version: str
    title: Text
    paragraphs: list[Text]


class Consent(Model):
    """One separate consent for one purpose (PIPL 23, 29): never bundled, never ticked beforehand."""

    key: str
    version: str
    title: Text
    text: Text
    required_for: list[SignerRole] = Field(description="roles who cannot go on without it")
    necessary: bool = Field(default=True, description="False: the service is given without it (PIPL 16)")


class Prompt(Model):
    """One point of the 投保提示书 (the list of Sales Measures 25)."""

    key: str
    title: Text
    text: Text
    conspicuous: bool = False


class Prompts(Model):
    version: str
    title: Text
    declaration: Text
    items: list[Prompt] = Field(min_length=1)


class ExemptionItem(Model):
    title: Text
    text: Text
    clause: str = Field(description="the article of the clauses that it explains, e.g. 第七条")


class Exemption(Model):
    """Explanation of terms that free the insurer from liability, shown conspicuously and confirmed on its own page (IL 17)."""

    version: str
    title: Text
    intro: Text
    items: list[ExemptionItem] = Field(min_length=1)
    declaration: Text


#: Words of catch-all questions, which bind nobody unless specific (SPC-2 6).
CATCH_ALL = ("其他疾病", "其他情况", "任何疾病", "其他重要事项", "任何其他")


class Question(Model):
    """One specific question of the disclosure."""

    id: str
    version: str
    subject: Literal["insured", "policyholder"] = "insured"
    kind: Literal["yes_no", "number"] = "yes_no"
    wording: Text
    unit: str = ""
    minimum: int = 0
    maximum: int = 0
    detail: Text | None = Field(default=None, description="what to tell when the answer is yes; None: nothing more is asked")

    @model_validator(mode="after")
    def _specific(self) -> Question:
        if any(phrase in self.wording.zh for phrase in CATCH_ALL):
            raise ValueError(f"question {self.id} is a catch-all question")
        if self.kind == "number" and self.minimum >= self.maximum:
            raise ValueError(f"question {self.id} needs a range")
        return self


class Disclosure(Model):
    version: str
    title: Text
    intro: Text
    declaration: Text
    questions: list[Question] = Field(min_length=1)


class Paragraph(Model):
    text: str
    conspicuous: bool = False


class Article(Model):
    number: int
    title: str
    paragraphs: list[Paragraph] = Field(min_length=1)


class Chapter(Model):
    title: str
    articles: list[Article] = Field(min_length=1)


class Annex(Model):
    """A table or list that belongs to the clauses: illnesses, disability grades, rates in words."""

    title: str
    intro: str = ""
    columns: list[str] = Field(min_length=1)
    rows: list[list[str]] = Field(min_length=1)


class Clauses(Model):
    """The clause bundle (条款) in full Chinese, with a short English summary that does not bind."""

    code: str = Field(description="a code like a registration number; demonstration bundles say so in it")
    title: str
    summary: Text
    chapters: list[Chapter] = Field(min_length=1)
    annexes: list[Annex] = []

    @model_validator(mode="after")
    def _numbered(self) -> Clauses:
        numbers = [article.number for chapter in self.chapters for article in chapter.articles]
        if numbers != list(range(1, len(numbers) + 1)):
            raise ValueError("articles must be numbered 1, 2, 3 … without a gap")
        return self

    @property
    def articles(self) -> list[Article]:
        """All articles in order."""
        return [article for chapter in self.chapters for article in chapter.articles]

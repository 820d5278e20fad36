"""The application form as data: sections and fields from which the portal draws pages and :mod:`.checking` checks answers."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from .wording import Model, Text

Kind = Literal[
    "name",
    "company_name",
    "uscc",
    "id_type",
    "id_number",
    "id_valid_until",
    "birth_date",
    "date",
    "sex",
    "phone",
    "email",
    "address",
    "text",
    "choice",
    "occupation",
    "money",
    "integer",
    "bank_card",
    "bank_account",
]


class Option(Model):
    value: str
    label: Text


class ShownWhen(Model):
    """Shown only when the value at ``path`` is one of ``values``. A path beginning with ``.`` is inside the same section entry."""

    path: str
    values: list[str] = Field(min_length=1)


class FormField(Model):
    path: str = Field(description="inside the section's entry, dotted")
    kind: Kind
    label: Text
    help: Text | None = None
    required: bool = True
    options: list[Option] = Field(default=[], description="for choice and id_type; filled in from the product for plan fields")
    minimum: int = 0
    maximum: int = Field(default=500, description="largest number, or longest text")
    autocomplete: str = Field(default="off", description="the HTML autocomplete token")
    shown_when: list[ShownWhen] = []

    @model_validator(mode="after")
    def _options(self) -> FormField:
        if self.kind in {"choice", "id_type", "sex"} and not self.options:
            raise ValueError(f"{self.path} offers no choice")
        return self


class FormSection(Model):
    """One page of the form. ``repeat`` means that ``path`` is a list with ``minimum`` to ``maximum`` entries."""

    key: str
    path: str
    title: Text
    help: Text | None = None
    repeat: bool = False
    minimum: int = 1
    maximum: int = 1
    upload: bool = Field(default=False, description="entries may be given as CSV text (group insured list)")
    shown_when: list[ShownWhen] = []
    fields: list[FormField] = Field(min_length=1)


class Form(Model):
    sections: list[FormSection] = Field(min_length=1)

    def section(self, key: str) -> FormSection:
        """Return the section with that key. Raises KeyError."""
        for section in self.sections:
            if section.key == key:
                return section
        raise KeyError(key)

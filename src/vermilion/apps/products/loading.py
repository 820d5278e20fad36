"""Reads a product definition from a folder of readable files, so that a product can be reviewed line by line.

``product.toml`` the definition itself · ``clauses.md`` the clauses · ``disclosure.toml``, ``wording.toml`` (notice, prompts, exemption),
``underwriting.toml``, ``servicing.toml`` · ``*.csv`` tables · shared files beside the products: ``form.toml`` (sections by key),
``consents.toml``, ``occupations.csv``. ``{name}`` in a text is replaced by a value of ``values`` (the insurer's name, hotline …).
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from .clause_text import parse_clauses
from .definition import ProductDefinition
from .errors import DefinitionInvalid

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


def load_definition(folder: Path, *, shared: Path, values: Mapping[str, str]) -> ProductDefinition:
    """Return the definition in ``folder``. Raises DefinitionInvalid naming the file and what is wrong in it."""
    try:
        return _load(folder, shared, values)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise DefinitionInvalid(f"{folder.name}: {place}: {first['msg']}") from error
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:  # a file of another shape than ours
        raise DefinitionInvalid(f"{folder.name}: {type(error).__name__} {error}") from error


def _load(folder: Path, shared: Path, values: Mapping[str, str]) -> ProductDefinition:
    data = _toml(folder / "product.toml")
    for name in ("wording", "disclosure", "underwriting", "servicing"):
        data.update(_toml(folder / f"{name}.toml"))
    data["consents"] = _chosen(data.pop("consent_keys"), _toml(shared / "consents.toml")["consents"], shared / "consents.toml")
    form = _toml(shared / "form.toml")
    sections = _chosen(data.pop("section_keys"), form["sections"] + data.pop("sections", []), shared / "form.toml")
    data["form"] = {"sections": [_with_options(section, form["options"] | data.get("options", {})) for section in sections]}
    data.pop("options", None)
    data["occupations"] = [
        {"code": row["code"], "name": {"zh": row["zh"], "en": row["en"]}, "risk_class": int(row["class"])}
        for row in _csv(shared / "occupations.csv")
    ]
    clauses = data["clauses"]
    clauses["chapters"] = [chapter.model_dump() for chapter in _clauses(folder / "clauses.md", values)]
    clauses["annexes"] = [_annex(folder, annex) for annex in clauses.get("annexes", [])]
    data["rates"] = [_rates(folder, table) for table in data["rates"]]
    schedule = data["cash_values"].pop("file", None)
    if schedule:
        data["cash_values"]["schedule"] = _columns(folder / schedule)
    return ProductDefinition.model_validate(_filled(data, values, folder))


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DefinitionInvalid(f"{path.name}: {error}") from error


def _csv(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream, strict=True))
    except (OSError, csv.Error, UnicodeDecodeError) as error:
        raise DefinitionInvalid(f"{path.name}: {error}") from error


def _clauses(path: Path, values: Mapping[str, str]) -> Any:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise DefinitionInvalid(f"{path.name}: {error}") from error
    return parse_clauses(_filled(text, values, path), source=path.name)


def _chosen(keys: list[str], entries: list[dict[str, Any]], source: Path) -> list[dict[str, Any]]:
    by_key = {entry["key"]: entry for entry in entries}
    missing = [key for key in keys if key not in by_key]
    if missing:
        raise DefinitionInvalid(f"{source.name}: {', '.join(missing)}")
    return [by_key[key] for key in keys]


def _with_options(section: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    """Replace each field's ``options_key`` by the list of that name. Raises DefinitionInvalid for an unknown name."""
    fields = []
    for field in section["fields"]:
        key = field.get("options_key")
        if key is not None and key not in options:
            raise DefinitionInvalid(f"form.toml: options {key}")
        rest = {name: value for name, value in field.items() if name != "options_key"}
        fields.append(rest if key is None else {**rest, "options": options[key]})
    return {**section, "fields": fields}


def _annex(folder: Path, annex: dict[str, Any]) -> dict[str, Any]:
    if "file" not in annex:
        return annex
    rows = _csv(folder / annex["file"])
    columns = list(rows[0])
    rest = {key: value for key, value in annex.items() if key != "file"}
    return {**rest, "columns": columns, "rows": [[row[column] for column in columns] for row in rows]}


def _rates(folder: Path, table: dict[str, Any]) -> dict[str, Any]:
    """Read a rate table: the key columns, then one column per value of the last key (``male|20``-like headings join several keys)."""
    rows = _csv(folder / table["file"])
    leading = table["row_keys"]
    rates = {}
    for row in rows:
        start = "|".join(row[key] for key in leading)
        for heading, value in row.items():
            if heading not in leading and value:
                rates[f"{start}|{heading}" if heading != "rate" else start] = int(value)
    return {key: value for key, value in table.items() if key not in {"file", "row_keys"}} | {"rates": rates}


def _columns(path: Path) -> dict[str, list[int]]:
    rows = _csv(path)
    return {heading: [int(row[heading]) for row in rows] for heading in rows[0] if heading != "year"}


def _filled(value: Any, values: Mapping[str, str], source: Path) -> Any:
    if isinstance(value, str):
        unknown = [name for name in _PLACEHOLDER.findall(value) if name not in values]
        if unknown:
            raise DefinitionInvalid(f"{source.name}: {{{unknown[0]}}}")
        return _PLACEHOLDER.sub(lambda match: values[match.group(1)], value)
    if isinstance(value, dict):
        return {key: _filled(item, values, source) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, values, source) for item in value]
    return value

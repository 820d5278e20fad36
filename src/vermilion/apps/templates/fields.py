"""The fields of a template's data by its schema: what texts may name, what conditions may ask, and whether settings do so rightly."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from vermilion.base.canonical import sha256
from vermilion.core.typeset.settings import variables

from .fieldnames import name_of

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

DEEPEST = 4
MOST_FIELDS = 600
_SHAPES = {"fen": "money", "signed_fen": "money", "date": "date", "moment": "moment"}
_FORMS = {"money": {"", "money"}, "date": {"", "date"}, "moment": {"", "moment"}}
_TYPES: dict[str, tuple[type, ...]] = {"boolean": (bool,), "number": (int,), "money": (int,)}


@dataclass(frozen=True)
class Field:
    """One field. ``kind``: text, money, date, moment, number, boolean, choice, list, group.

    ``required``: every document has it; ``demanded``: every one that has the group it is a part of.
    """

    path: str
    kind: str
    required: bool
    demanded: bool
    choices: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The field's name for people, with those of what it is a part of."""
        return name_of(self.path)

    @property
    def variable(self) -> str:
        """How a text names it."""
        return "{" + self.path + (f":{self.kind}" if self.kind in _FORMS else "") + "}"


def schema_problem(schema: Any) -> str:
    """Return what is wrong with a JSON Schema; empty when it is one whose references lie in ``shapes.json``."""
    from jsonschema import Draft202012Validator, SchemaError  # large, and most processes never judge a schema

    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        return error.message[:300]
    if not isinstance(schema, dict) or schema.get("type") != "object":
        return _("最外层必须是 object")
    if any(not reference.startswith(("#", "shapes.json#")) for reference in _references(schema)):
        return _("只能引用 shapes.json")
    return ""


def _references(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [found for value in node.values() for found in _references(value)]
    return [found for value in node for found in _references(value)] if isinstance(node, list) else []


def shapes_of(root: Path) -> dict[str, Any]:
    """Return the shapes that a template's schema refers to, from its folder."""
    found = json.loads((root / "common" / "shapes.json").read_text(encoding="utf-8"))
    return found if isinstance(found, dict) else {}


def fields_of(schema: dict[str, Any], shapes: dict[str, Any]) -> dict[str, Field]:
    """Return the fields by their dotted paths, in the order of the schema. Elements of lists are not among them."""
    found: dict[str, Field] = {}

    def walk(node: dict[str, Any], path: str, required: bool, demanded: bool, depth: int) -> None:
        node, shape = _resolved(node, shapes)
        kind = _kind(node, shape)
        if path:
            found[path] = Field(path, kind, required, demanded, tuple(str(one) for one in node.get("enum", [])))
        if kind == "group" and depth < DEEPEST and len(found) < MOST_FIELDS:
            for name, part in node.get("properties", {}).items():
                wanted = name in node.get("required", [])
                walk(part, f"{path}.{name}" if path else name, required and wanted, wanted, depth + 1)

    walk(schema, "", True, True, 0)
    return found


def _resolved(node: dict[str, Any], shapes: dict[str, Any]) -> tuple[dict[str, Any], str]:
    shape = ""
    for _step in range(5):
        reference = node.get("$ref", "") if isinstance(node, dict) else ""
        if "#/$defs/" not in reference:
            break
        shape = reference.rsplit("/", 1)[1]
        node = shapes.get("$defs", {}).get(shape, {})
    return (node if isinstance(node, dict) else {}), shape


def _kind(node: dict[str, Any], shape: str) -> str:
    if shape in _SHAPES:
        return _SHAPES[shape]
    if "enum" in node:
        return "choice"
    plain = node.get("type")
    if "properties" in node:
        return "group"
    return {"array": "list", "integer": "number", "boolean": "boolean", "string": "text"}.get(
        plain if isinstance(plain, str) else "", "other"
    )


@functools.cache
def _settings_validator() -> Draft202012Validator:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(json.loads(Path(__file__).with_name("settings.schema.json").read_text(encoding="utf-8")))


def settings_problems(settings: Any, schema: dict[str, Any], shapes: dict[str, Any]) -> dict[str, str]:
    """Return ``{dotted place: what is wrong}`` in settings; empty when layout and data can do with them."""
    problems = {
        ".".join(str(part) for part in error.absolute_path) or "settings": error.message[:200]
        for error in _settings_validator().iter_errors(settings)
    }
    if problems:
        return problems
    known = fields_of(schema, shapes)
    for words, own in settings.get("texts", {}).items():
        problems |= _in_text(f"texts.{words}", own, known, None)
    for index, item in enumerate(settings.get("hidden", [])):
        problems |= _in_condition(f"hidden.{index}.when", item.get("when"), known)
    for index, item in enumerate(settings.get("blocks", [])):
        place = f"blocks.{index}"
        problems |= _in_condition(f"{place}.when", item.get("when"), known)
        for part in ("title", "text"):
            problems |= _in_text(f"{place}.{part}", item.get(part, ""), known, item.get("when"))
        if "clause" in item and item["clause"]["digest"] != sha256(item["text"].encode()):
            problems[f"{place}.clause"] = _("文字与条款库登记的摘要不符")
    for name, columns in settings.get("tables", {}).items():
        for index, column in enumerate(columns):
            problems |= _in_text(f"tables.{name}.{index}.heading", column.get("heading", ""), known, None)
        if len({column["column"] for column in columns}) < len(columns):
            problems[f"tables.{name}"] = _("同一列出现了两次")
    return problems


def _in_text(place: str, text: str, known: dict[str, Field], condition: dict[str, Any] | None) -> dict[str, str]:
    for path, form in variables(text):
        field = known.get(path)
        if field is None or field.kind in ("list", "group", "other"):
            return {place: _("没有这个变量：%(name)s") % {"name": path}}
        if form not in _FORMS.get(field.kind, {""}):
            return {place: _("变量 %(name)s 不能这样印刷：%(form)s") % {"name": path, "form": form}}
        if not field.required and not _assured(path, condition, known):
            return {place: _("变量 %(name)s 不是每份文件都有，请加上“存在时显示”的条件") % {"name": path}}
    return {}


def _assured(path: str, condition: dict[str, Any] | None, known: dict[str, Field]) -> bool:
    """Tell whether a condition that holds means that the field is there: it asks for it, or for its group that always has it."""
    if condition is None or condition["op"] in ("absent", "ne"):
        return False
    asked = condition["field"]
    if asked == path:
        return True
    if not path.startswith(f"{asked}."):
        return False
    parts = path.removeprefix(f"{asked}.").split(".")
    steps = (f"{asked}.{'.'.join(parts[:end])}" for end in range(1, len(parts) + 1))
    return all(step in known and known[step].demanded for step in steps)


def _in_condition(place: str, condition: dict[str, Any] | None, known: dict[str, Field]) -> dict[str, str]:
    if condition is None:
        return {}
    field = known.get(condition["field"])
    if field is None:
        return {place: _("没有这个字段：%(name)s") % {"name": condition["field"]}}
    if condition["op"] in ("present", "absent"):
        return {}
    wanted, value = _TYPES.get(field.kind, (str,)), condition["value"]
    if field.kind in ("list", "group", "other") or type(value) not in wanted:
        return {place: _("字段 %(name)s 不能与这个值比较") % {"name": condition["field"]}}
    if field.choices and value not in field.choices:
        return {
            place: _("字段 %(name)s 没有这个值，可以是：%(choices)s") % {"name": condition["field"], "choices": "、".join(field.choices)}
        }
    return {}

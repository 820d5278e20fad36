"""What an insurer sets on a template without code: variables filled in and conditions judged, for one document's data.

The layout (``common/settings.typ`` of the library) gets the result and knows neither variables nor conditions, so that both are tried here
once. Shape of the settings: ``apps/templates/settings.schema.json``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from .errors import TypesetError

VARIABLE = re.compile(r"\{([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*)(?::(money|date|moment))?\}")
"""``{policyholder.name}``, ``{premium.amount:money}``; other braces are text."""
SHANGHAI = timezone(timedelta(hours=8))  # without summer time since 1991; a document prints no older moment
MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
_ABSENT = object()


class VariableError(TypesetError):
    """A text names a field that these data do not have, or one that can't be printed in that form. ``variable`` is its dotted path."""

    code = "variable"

    def __init__(self, variable: str, reason: str) -> None:
        self.variable = variable
        super().__init__(f"{variable}: {reason}")


def resolve(settings: dict[str, Any], data: dict[str, Any], *, english: bool = False) -> dict[str, Any]:
    """Return the settings as the layout reads them for ``data``. Raises VariableError."""
    texts = {words: filled(own, data, english=english) for words, own in settings.get("texts", {}).items()}
    hidden = [texts.get(item["section"], item["section"]) for item in settings.get("hidden", []) if holds(item.get("when"), data)]
    found = {
        "theme": settings.get("theme", {}),
        "texts": texts,
        "hidden": hidden,
        "blocks": [_block(item, data, texts, english=english) for item in settings.get("blocks", []) if holds(item.get("when"), data)],
        "tables": {
            name: [_column(column, texts, data, english=english) for column in columns]
            for name, columns in settings.get("tables", {}).items()
        },
    }
    return {name: value for name, value in found.items() if value}


def variables(text: str) -> Iterator[tuple[str, str]]:
    """Return the path and form of each variable in a text; the form is ``""`` where it is printed as it stands."""
    for match in VARIABLE.finditer(text):
        yield match[1], match[2] or ""


def filled(text: str, data: Any, *, english: bool = False) -> str:
    """Return ``text`` with its variables' values. Raises VariableError."""
    return VARIABLE.sub(lambda match: _printed(match[1], match[2] or "", data, english), text)


def holds(condition: dict[str, Any] | None, data: Any) -> bool:
    """Tell whether a condition holds for ``data``; no condition always does. A field that is absent equals nothing and is in no order."""
    if condition is None:
        return True
    value, operator, wanted = value_at(data, condition["field"]), condition["op"], condition.get("value")
    if operator in ("present", "absent"):
        return (value is _ABSENT or value in (None, "", [], {})) == (operator == "absent")
    if operator in ("eq", "ne"):
        # True is no 1 here.
        return (type(value) is type(wanted) and value == wanted) == (operator == "eq")
    if type(value) is not type(wanted) or not isinstance(value, (int, str)) or isinstance(value, bool):
        return False
    return _ordered(value, operator, wanted)


def _ordered(value: Any, operator: str, wanted: Any) -> bool:
    if operator in ("lt", "ge"):
        return bool(value < wanted) == (operator == "lt")
    return bool(value > wanted) == (operator == "gt")


def value_at(data: Any, path: str) -> Any:
    """Return what stands at a dotted path (a number is a place in a list); a private mark where nothing does."""
    for part in path.split("."):
        if isinstance(data, dict) and part in data:
            data = data[part]
        elif isinstance(data, list) and part.isdecimal() and int(part) < len(data):
            data = data[int(part)]
        else:
            return _ABSENT
    return data


def _printed(path: str, form: str, data: Any, english: bool) -> str:
    value = value_at(data, path)
    if value is _ABSENT or value is None:
        raise VariableError(path, "absent in these data")
    if isinstance(value, bool):
        return ("yes" if value else "no") if english else ("是" if value else "否")
    if isinstance(value, (dict, list)):
        raise VariableError(path, "not a single value")
    try:
        return _FORMS[form](value, english)
    except (ValueError, TypeError) as error:
        raise VariableError(path, f"not a {form}") from error


def money(fen: int, english: bool) -> str:
    """Return an amount in fen as the layout prints it."""
    if not isinstance(fen, int):
        raise TypeError
    yuan = f"{'-' if fen < 0 else ''}{abs(fen) // 100:,}.{abs(fen) % 100:02}"
    return f"CNY {yuan}" if english else f"{yuan} 元"


def day(iso: str, english: bool) -> str:
    """Return an ISO date as the layout prints it."""
    value = date.fromisoformat(iso)
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}" if english else f"{value.year}年{value.month}月{value.day}日"


def moment(value: str, english: bool) -> str:
    """Return an RFC 3339 moment as the layout prints it, in Asia/Shanghai."""
    local = datetime.fromisoformat(value.replace("Z", "+00:00"))
    local = (local if local.tzinfo else local.replace(tzinfo=UTC)).astimezone(SHANGHAI)
    return f"{day(local.date().isoformat(), english)} {local:%H:%M:%S}"


_FORMS: dict[str, Any] = {"": lambda value, _english: str(value), "money": money, "date": day, "moment": moment}


def _block(item: dict[str, Any], data: Any, texts: dict[str, str], *, english: bool) -> dict[str, Any]:
    made = {"at": item["at"], "text": filled(item["text"], data, english=english), "style": item.get("style", "plain")}
    if item.get("title"):
        made["title"] = filled(item["title"], data, english=english)
    if item["at"] == "after":
        made["section"] = texts.get(item["section"], item["section"])
    return made


def _column(item: dict[str, Any], texts: dict[str, str], data: Any, *, english: bool) -> dict[str, Any]:
    made: dict[str, Any] = {"column": texts.get(item["column"], item["column"])}
    if item.get("heading"):
        made["heading"] = filled(item["heading"], data, english=english)
    width = item.get("width", "")
    if width.endswith("mm"):
        made["mm"] = int(width.removesuffix("mm"))
    elif width.endswith("fr"):
        made["share"] = int(width.removesuffix("fr"))
    return made

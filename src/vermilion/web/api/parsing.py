"""From the bytes of a body to values that every layer below can take: one reading, no surprises."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja.parser import Parser

from .errors import BodyInvalid, BodyNotJson, BodyTypeUnsupported

DEEPEST = 12
LARGEST_INTEGER = 2**63 - 1  # a database bigint
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
# What text may hold besides printed characters.
_BLANKS = frozenset("\t\n\r")
_UNFIT = frozenset({"Cc", "Cs"})


class StrictParser(Parser):
    """Ninja's parser for bodies that are JSON beyond doubt (RFC 8259, I-JSON): UTF-8, no name twice, no NaN, no float."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Return the body's value. Raises BodyTypeUnsupported, BodyNotJson or BodyInvalid."""
        if request.content_type != "application/json":
            raise BodyTypeUnsupported()
        try:
            value = json.loads(request.body.decode(), object_pairs_hook=_object, parse_constant=_refuse)
        except (ValueError, RecursionError) as error:
            raise BodyNotJson() from error
        wrong = unfit(value)
        if wrong:
            raise BodyInvalid(fields=wrong)
        return value


def unfit(value: Any) -> dict[str, Any]:
    """Return a sentence for each place, by dotted path, that holds what no field of ours can hold."""
    wrong: dict[str, Any] = {}
    left: list[tuple[tuple[str, ...], Any]] = [((), value)]
    while left:
        path, item = left.pop()
        where = ".".join(path) or "body"
        if isinstance(item, (dict, list)) and len(path) >= DEEPEST:
            wrong[where] = _("嵌套过深。")
        elif isinstance(item, dict):
            if not all(NAME.fullmatch(name) for name in item):
                wrong[where] = _("字段名只能由字母、数字和下划线组成。")
            else:
                left.extend(((*path, name), inner) for name, inner in item.items())
        elif isinstance(item, list):
            left.extend(((*path, str(index)), inner) for index, inner in enumerate(item))
        elif isinstance(item, str) and not is_text(item):
            wrong[where] = _("含有控制字符或不完整的字符。")
        elif isinstance(item, float):
            wrong[where] = _("不接受小数；金额以分为单位填写整数。")
        elif isinstance(item, int) and abs(item) > LARGEST_INTEGER:
            wrong[where] = _("数值过大。")
    return wrong


def is_text(text: str) -> bool:
    """Tell whether ``text`` can be stored and printed: no control characters but blanks, no half of a surrogate pair."""
    return text.isprintable() or all(char in _BLANKS or unicodedata.category(char) not in _UNFIT for char in text)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")

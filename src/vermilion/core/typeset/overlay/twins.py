"""Two documents' worth of made-up values from one: a plan is learned from these, so that nobody's data lie in its ground."""

from __future__ import annotations

import copy
import fnmatch
import re
from collections.abc import Callable, Iterator
from typing import Any

from .skeleton import Path, value_at

_DAY, _MOMENT, _HEX = re.compile(r"\d{4}-\d\d-\d\d"), re.compile(r"\d{4}-\d\d-\d\dT.*"), re.compile(r"[0-9a-f]{64}")
_HAN = "赵钱孙李周吴郑王冯陈蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜谢邹喻柏章苏潘葛范彭郎鲁韦昌马苗方俞任袁柳酆鲍史唐费廉岑薛雷贺汤"


def varying_paths(data: Any, patterns: tuple[str, ...]) -> tuple[Path, ...]:
    """Return the paths of all values whose dotted path (``insured.0.name``) is like one of ``patterns`` (``insured.*.name``)."""
    return tuple(path for path, _ in _leaves(data, ()) if any(fnmatch.fnmatchcase(".".join(map(str, path)), one) for one in patterns))


def narrow_twin(data: dict[str, Any], varying: tuple[Path, ...]) -> dict[str, Any]:
    """Return a copy of ``data`` with other values, of the narrowest characters, at every varying path."""
    return _replaced(data, varying, _narrow)


def wide_twin(data: dict[str, Any], varying: tuple[Path, ...], growth: int) -> dict[str, Any]:
    """Return a copy of ``data`` that differs from it and from the narrow twin at every varying path.

    It has the widest characters; its numbers are up to two digits longer, and its Chinese texts ``growth`` characters.
    """
    return _replaced(data, varying, lambda value, number: _wide(value, number, growth))


def _replaced(data: dict[str, Any], varying: tuple[Path, ...], made: Callable[[Any, int], Any]) -> dict[str, Any]:
    twin = copy.deepcopy(data)
    for number, path in enumerate(varying):
        value_at(twin, path[:-1])[path[-1]] = made(value_at(data, path), number)
    return twin


def _leaves(data: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if isinstance(data, dict | list):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from _leaves(value, (*path, key))
    elif data is not None and not isinstance(data, bool):
        yield path, data


def _narrow(value: Any, number: int) -> Any:
    if isinstance(value, int):
        return 100 * (10 ** (max(len(str(abs(value))), 3) - 3)) + number  # as many digits, and distinct
    if value in ("male", "female"):
        return "male"
    if _MOMENT.fullmatch(value):
        return f"20{number % 50 + 31}-01-02T03:04:05Z"
    if _DAY.fullmatch(value):
        return f"20{number % 50 + 31}-01-02"
    if _HEX.fullmatch(value):
        return f"{number:04x}" * 16
    return _respelt(value, number, "1", "J", "i")


def _wide(value: Any, number: int, growth: int) -> Any:
    if isinstance(value, int):
        return 7777 * 10 ** (max(len(str(abs(value))) + min(growth, 2), 4) - 4) + number
    if value in ("male", "female"):
        return "female"
    if _MOMENT.fullmatch(value):
        return f"20{number % 50 + 40}-12-2{number % 9}T14:28:48Z"
    if _DAY.fullmatch(value):
        return f"20{number % 50 + 40}-12-2{number % 9}"
    if _HEX.fullmatch(value):
        return f"{number + 0xC000:04x}" * 16
    grown = _respelt(value, number + 31, "8", "W", "m")
    if any(letter in _HAN for letter in grown):
        grown += "".join(_HAN[(number * 5 + index) % len(_HAN)] for index in range(growth))
    return grown


def _respelt(value: str, number: int, digit: str, upper: str, lower: str) -> str:
    """Return a text of the same make whose end tells it from others; of an address in the web only the last part changes."""
    start = value.rfind("/") + 1
    made = list(value[:start])
    count = sum(letter.isdigit() for letter in value[start:])
    mark = f"{number:03}"[-count:] if count else ""
    for index, letter in enumerate(value[start:]):
        if letter.isdigit():
            left = sum(one.isdigit() for one in value[start + index :])
            made.append(mark[-left] if left <= len(mark) else digit)
        elif "A" <= letter <= "Z":
            made.append(upper)
        elif "a" <= letter <= "z":
            made.append(lower)
        elif letter > "\u2e80" and letter.isalpha():
            made.append(_HAN[(number * 7 + index) % len(_HAN)])
        else:
            made.append(letter)
    return "".join(made)

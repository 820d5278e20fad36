"""How values of the data are printed: the counterparts of ``format.typ``, of which ``learn`` finds the one that a template used.

A counterpart that is wrong explains nothing, so a difference between the two can only cost a plan.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_SHANGHAI = timezone(timedelta(hours=8))
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
_SEXES = {"male": ("男", "male"), "female": ("女", "female")}
_CAPITAL = "零壹贰叁肆伍陆柒捌玖"

Printer = Callable[[Any, bool], str]
"""A value and whether the document is English → its text. Raises TypeError, ValueError or KeyError when the value is of another kind."""


def _plain(value: Any, english: bool) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise TypeError
    return str(value)


def _day(value: datetime, english: bool) -> str:
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}" if english else f"{value.year}年{value.month}月{value.day}日"


def _date(value: Any, english: bool) -> str:
    if not _DATE.fullmatch(value):
        raise ValueError
    return _day(datetime.fromisoformat(value), english)


def _local(value: Any) -> datetime:
    moment = datetime.fromisoformat(value.replace("Z", "+00:00"))
    if moment.tzinfo is None:
        raise ValueError
    return moment.astimezone(_SHANGHAI)


def _moment(value: Any, english: bool) -> str:
    local = _local(value)
    return f"{_day(local, english)} {local:%H:%M:%S}"


def _hour(local: datetime) -> str:
    return f"{local.hour}时" + (f"{local.minute:02}分" if local.minute else "")


def _cover(value: Any, english: bool) -> str:
    start = _local(value["from"])
    begin = f"{_day(start, english)}, {start:%H:%M}" if english else _day(start, english) + _hour(start)
    if value["to"] is None:
        return f"from {begin} for the whole of life" if english else f"自{begin}起至终身"
    stop = _local(value["to"])
    if stop.hour == stop.minute == 0:
        before = _day(stop - timedelta(days=1), english)
        end = f"{before}, 24:00" if english else f"{before}24时"
    else:
        end = f"{_day(stop, english)}, {stop:%H:%M}" if english else _day(stop, english) + _hour(stop)
    return f"from {begin} to {end}" if english else f"自{begin}起至{end}止"


def _yuan(value: Any, english: bool) -> str:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError
    return f"{'-' if value < 0 else ''}{abs(value) // 100:,}.{abs(value) % 100:02}"


def _money(value: Any, english: bool) -> str:
    return f"CNY {_yuan(value, english)}" if english else f"{_yuan(value, english)} 元"


def _group(number: int) -> str:
    text, zero = "", False
    for place, unit in ((1000, "仟"), (100, "佰"), (10, "拾"), (1, "")):
        digit = number // place % 10
        if digit:
            text += ("零" if zero else "") + _CAPITAL[digit] + unit
            zero = False
        else:
            zero = text != ""
    return text


def _in_words(value: int) -> str:
    whole, text, gap = abs(value) // 100, "", False
    for place, unit in ((100_000_000, "亿"), (10_000, "万"), (1, "")):
        group = whole // place % 10_000
        if group:
            text += ("零" if text and (gap or group < 1000) else "") + _group(group) + unit
            gap = False
        else:
            gap = text != ""
    jiao, cent = abs(value) // 10 % 10, abs(value) % 10
    result = "" if not text and (jiao or cent) else (text or "零") + "元"
    if not jiao and not cent:
        result += "整"
    else:
        result += f"{_CAPITAL[jiao]}角" if jiao else ("零" if result else "")
        result += f"{_CAPITAL[cent]}分" if cent else "整"
    return ("负" if value < 0 else "") + result


def _both_amounts(value: Any, english: bool) -> str:
    plain = _yuan(value, english)
    return f"CNY {plain}" if english else f"人民币（大写）{_in_words(value)}　（小写）¥{plain}"


def _grouped(value: Any, english: bool) -> str:
    if not isinstance(value, str):
        raise TypeError
    return " ".join(value[index : index + 4] for index in range(0, len(value), 4))


def _sex(value: Any, english: bool) -> str:
    return _SEXES[value][english]


def _eights(part: int) -> Printer:
    def printed(value: Any, english: bool) -> str:
        if not isinstance(value, str) or len(value) != 64:
            raise ValueError
        return value[part * 8 : part * 8 + 8]

    return printed


PRINTERS: dict[str, Printer] = {
    "plain": _plain,
    "date": _date,
    "moment": _moment,
    "cover": _cover,
    "yuan": _yuan,
    "money": _money,
    "both amounts": _both_amounts,
    "grouped": _grouped,
    "sex": _sex,
    **{f"digest {part}": _eights(part) for part in range(8)},
}

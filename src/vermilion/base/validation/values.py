"""Names, free text, dates, whole numbers, sums of money, account numbers."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from django.utils.translation import gettext_lazy as _

from .errors import InvalidValue

#: Largest sum a person may type: one hundred billion yuan, far above any policy and far below the range of a database bigint.
MAX_FEN = 100_000_000_000_00
MAX_NAME = 50

# Dots that input methods produce where GB/T-style names of ethnic groups and transliterations have U+00B7.
_DOTS = str.maketrans(dict.fromkeys("•‧・∙⋅●｡.．", "·"))
_CJK_RANGES = (
    (0x3007, 0x3007),  # 〇
    (0x3400, 0x4DBF),  # extension A
    (0x4E00, 0x9FFF),  # unified ideographs, with the URO additions that carry many rare surnames
    (0xF900, 0xFAFF),  # compatibility ideographs
    (0x20000, 0x323AF),  # extensions B to H, compatibility supplement
)
_LATIN_NAME = re.compile(r"[^\W\d_]+(?:(?:[ '-]|[.,] ?)[^\W\d_]+)*\.?")
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})|年(\d{1,2})月(\d{1,2})日|(\d{2})(\d{2}))")
_MONEY = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,2}))?")


def half_width(value: object) -> str:
    """Return ``value`` as trimmed text with full-width letters, digits and signs made half-width. Raises InvalidValue for no text."""
    if not isinstance(value, str):
        raise InvalidValue(_("请填写此项。"))
    text = "".join(chr(ord(char) - 0xFEE0) if 0xFF01 <= ord(char) <= 0xFF5E else " " if char == "\u3000" else char for char in value)
    return text.strip()


def is_han(char: str) -> bool:
    """Return whether ``char`` is a Chinese character, the rare ones of every Unicode extension included."""
    return any(low <= ord(char) <= high for low, high in _CJK_RANGES)


def refuse_unprintable(text: str) -> None:
    """Raise InvalidValue when ``text`` holds control, invisible, direction-changing, private-use or unassigned characters."""
    for char in text:
        if is_han(char):
            continue  # newer extensions are unassigned to this Python's tables; whether a font has the glyph is asked elsewhere
        category = unicodedata.category(char)
        if category == "Co":
            raise InvalidValue(
                _("含有自造字，无法在保单上正确显示。"), hint=_("请使用标准字库中的生僻字，或联系客服登记该字的国家标准编码。")
            )
        if category in {"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"}:
            raise InvalidValue(_("含有不可见或控制字符，请删除后重新输入。"))


def compose(text: str) -> str:
    """Return ``text`` in Unicode NFC; untouched when it has compatibility ideographs, which NFC would swap for another form."""
    if any(0xF900 <= ord(char) <= 0xFAFF or 0x2F800 <= ord(char) <= 0x2FA1F for char in text):
        return text
    return unicodedata.normalize("NFC", text)


def validate_name(value: object, *, maximum: int = MAX_NAME) -> str:
    """Return a natural person's name: Chinese (rare characters and ``·`` included) or Latin letters; never a mixture, digits or signs."""
    if not isinstance(value, str) or not value.strip():
        raise InvalidValue(_("请填写姓名。"))
    text = compose(" ".join(value.split()))
    refuse_unprintable(text)
    if len(text) > maximum:
        raise InvalidValue(_("姓名过长，请与证件上的姓名核对。"))
    if any(is_han(char) for char in text):
        name = text.translate(_DOTS).replace(" ", "")
        if not all(is_han(part) for part in name.replace("·", "")) or name.startswith("·") or name.endswith("·") or "··" in name:
            raise InvalidValue(_("中文姓名只能包含汉字和间隔号“·”，请与证件上的姓名一致。"))
        if len(name) < 2:
            raise InvalidValue(_("请填写完整的姓名，与证件上一致。"))
        return name
    latin = half_width(text).replace("’", "'")
    if len(latin) < 2 or not _LATIN_NAME.fullmatch(latin) or not all(_is_latin(char) for char in latin):
        raise InvalidValue(_("姓名只能是汉字或拉丁字母，不能含数字和符号，请与证件上的姓名一致。"))
    return latin


def _is_latin(char: str) -> bool:
    return not char.isalpha() or unicodedata.name(char, "").startswith("LATIN ")


def validate_text(value: object, *, minimum: int = 1, maximum: int = 500) -> str:
    """Return trimmed free text of ``minimum`` to ``maximum`` characters without control characters; line breaks become spaces."""
    if not isinstance(value, str):
        raise InvalidValue(_("请填写此项。"))
    text = compose(" ".join(value.split()))
    refuse_unprintable(text)
    if len(text) < minimum:
        raise InvalidValue(_("请填写此项。") if not text else _("填写过短，至少需要 %(count)d 个字。") % {"count": minimum})
    if len(text) > maximum:
        raise InvalidValue(_("填写过长，最多 %(count)d 个字。") % {"count": maximum})
    return text


def parse_date(value: object) -> date:
    """Return a calendar date typed as 2026-11-22, 2026/11/22, 2026.11.22, 20261122 or 2026年11月22日."""
    if isinstance(value, date):
        return date(value.year, value.month, value.day)
    text = half_width(value).replace(" ", "")
    match = _DATE.fullmatch(text) if text.isascii() or "年" in text else None
    if match is None:
        raise InvalidValue(_("日期格式不正确，请填写为“年-月-日”，例如 1990-01-31。"))
    try:
        year, month, day = (int(part) for part in match.groups() if part is not None)
        return date(year, month, day)
    except ValueError:
        raise InvalidValue(_("没有这一天，请核对日期。")) from None


def parse_integer(value: object, *, minimum: int, maximum: int) -> int:
    """Return a whole number between ``minimum`` and ``maximum``, typed as digits or given as int."""
    if isinstance(value, bool):
        raise InvalidValue(_("请填写整数。"))
    if isinstance(value, int):
        number = value
    else:
        text = half_width(value)
        if not re.fullmatch(r"-?[0-9]{1,15}", text):
            raise InvalidValue(_("请填写整数。"))
        number = int(text)
    if not minimum <= number <= maximum:
        raise InvalidValue(_("应在 %(low)d 至 %(high)d 之间。") % {"low": minimum, "high": maximum})
    return number


def parse_money(value: object, *, maximum: int = MAX_FEN) -> int:
    """Return fen: an ``int`` is already fen, a text is yuan ("300,000", "12.50", "￥1200元"). At most two decimals, never negative."""
    if isinstance(value, bool):
        raise InvalidValue(_("请填写金额。"))
    if isinstance(value, int):
        fen = value
    else:
        text = half_width(value).replace(" ", "").lstrip("¥￥").removesuffix("元")
        match = _MONEY.fullmatch(text) if text.isascii() else None
        if match is None or len(text) > 24:
            raise InvalidValue(_("金额格式不正确，请填写以元为单位的数字，例如 300000 或 1,250.50。"))
        whole, _dot, cents = text.replace(",", "").partition(".")
        fen = int(whole) * 100 + int(cents.ljust(2, "0") or 0)
    if fen < 0:
        raise InvalidValue(_("金额不能为负数。"))
    if fen > maximum:
        raise InvalidValue(_("金额超出可填写的范围。"))
    return fen


def validate_bank_card(value: object) -> str:
    """Return a payment card number: 16 to 19 digits with the Luhn check digit of ISO/IEC 7812."""
    number = re.sub(r"[ -]", "", half_width(value))
    if not re.fullmatch(r"[0-9]{16,19}", number):
        raise InvalidValue(_("银行卡号应为 16 至 19 位数字。"))
    total = 0
    for index, digit in enumerate(reversed(number)):
        doubled = int(digit) * (2 if index % 2 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    if total % 10:
        raise InvalidValue(_("银行卡号校验不通过，请核对是否输错。"))
    return number


def validate_bank_account(value: object) -> str:
    """Return a company's settlement account number: 8 to 30 digits; such numbers carry no common check digit."""
    number = re.sub(r"[ -]", "", half_width(value))
    if not re.fullmatch(r"[0-9]{8,30}", number):
        raise InvalidValue(_("银行账号应为 8 至 30 位数字。"))
    return number

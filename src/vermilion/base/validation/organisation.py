"""Companies: the unified social credit code of GB 32100-2015 and company names."""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _

from .errors import InvalidValue
from .values import compose, half_width, is_han, refuse_unprintable

#: GB 32100: 31 signs, without I, O, S, V, Z. The weight of position i is 3 ** i modulo 31.
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ORGANISATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_NAME_SIGNS = frozenset("()·&-,.' ")


def uscc_check_character(first17: str) -> str:
    """Return the check character of a unified social credit code's first 17 characters (GB 32100-2015)."""
    return USCC_ALPHABET[-sum(USCC_ALPHABET.index(char) * pow(3, index, 31) for index, char in enumerate(first17)) % 31]


def organisation_check_character(first8: str) -> str:
    """Return the check character of the organisation code, positions 9 to 16 of a unified social credit code."""
    total = sum(_ORGANISATION_ALPHABET.index(char) * weight for char, weight in zip(first8, _ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11]


def validate_uscc(value: object) -> str:
    """Return an 18-character unified social credit code in upper case; both check characters must hold."""
    code = re.sub(r"[ -]", "", half_width(value)).upper()
    if len(code) != 18 or any(char not in USCC_ALPHABET for char in code) or not code[2:8].isdigit():
        raise InvalidValue(_("统一社会信用代码应为 18 位数字或大写字母（不含 I、O、S、V、Z），请核对。"))
    if uscc_check_character(code[:17]) != code[17] or organisation_check_character(code[8:16]) != code[16]:
        raise InvalidValue(_("统一社会信用代码校验不通过，请核对是否输错。"))
    return code


def validate_company_name(value: object) -> str:
    """Return a company's full name: 4 to 100 characters, letters of any script, digits and the signs of registered names."""
    if not isinstance(value, str) or not value.strip():
        raise InvalidValue(_("请填写单位全称。"))
    text = compose(" ".join(value.split()))
    refuse_unprintable(text)
    plain = half_width(text)
    if not 4 <= len(text) <= 100:
        raise InvalidValue(_("单位全称应为 4 至 100 个字，与营业执照一致。"))
    if not any(is_han(char) or char.isalpha() for char in plain) or not all(char.isalnum() or char in _NAME_SIGNS for char in plain):
        raise InvalidValue(_("单位全称含有不允许的符号，请与营业执照一致。"))
    return text.replace("(", "（").replace(")", "）") if any(is_han(char) for char in text) else plain


def validate_licence_no(value: object) -> str:
    """Return a salesperson's practice certificate number 执业证编号 in its normal form: 10 to 32 capital letters and digits.

    Only the form is checked (8 digits or more, no run of one sign): nothing that we may rely on tells of check digits. Whether the
    registration exists is the insurer's to ask.
    """
    text = re.sub(r"[\s-]", "", half_width(value)).upper()
    if not re.fullmatch(r"[A-Z0-9]{10,32}", text) or sum(char.isdigit() for char in text) < 8 or len(set(text)) < 3:
        raise InvalidValue(_("执业证编号应为 10 至 32 位数字和大写字母，请与执业证核对。"))
    return text

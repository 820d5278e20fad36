"""Numbers of identity documents: the resident ID number of GB 11643 and the other documents a customer may show."""

from __future__ import annotations

import re
from datetime import date

from django.utils.translation import gettext_lazy as _

from vermilion.base import clock

from .errors import InvalidValue
from .values import half_width, parse_date

#: GB 11643: weights of the first 17 digits and the check characters by remainder modulo 11.
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECKS = "10X98765432"
#: Nobody is recorded as older; a birth date beyond is a slip.
MAX_AGE = 130
# Provinces by the first two digits. Counties are not checked: they are renamed and abolished, while numbers stay valid for life.
# 81-83 are on the residence permits of Hong Kong, Macau and Taiwan residents.
_PROVINCES = frozenset(
    str(code) for code in (*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82, 83)
)
#: Codes of identity documents → Chinese name (labels for forms are in the products' form descriptions).
ID_TYPES = {
    "resident_id": _("居民身份证"),
    "household_register": _("户口簿"),
    "birth_certificate": _("出生医学证明"),
    "passport": _("护照"),
    "hk_macau_permit": _("港澳居民来往内地通行证"),
    "taiwan_permit": _("台湾居民来往大陆通行证"),
    "hmt_residence_permit": _("港澳台居民居住证"),
    "foreign_permanent_resident": _("外国人永久居留身份证"),
}
#: Documents that carry an 18-character number built after GB 11643, so that birth date and sex can be compared.
RESIDENT_NUMBER_TYPES = frozenset({"resident_id", "household_register", "hmt_residence_permit"})
#: Documents only a minor may use.
MINOR_ID_TYPES = frozenset({"household_register", "birth_certificate"})
_PATTERNS = {
    "birth_certificate": (r"[A-Z][0-9]{9}", _("出生医学证明编号应为 1 个字母加 9 位数字。")),
    "passport": (r"[A-Z0-9]{5,17}", _("护照号码应为 5 至 17 位字母或数字。")),
    "hk_macau_permit": (r"[HM][0-9]{8}(?:[0-9]{2})?", _("港澳居民来往内地通行证号码应为 H 或 M 加 8 位数字。")),
    "taiwan_permit": (r"[0-9]{8}(?:[0-9]{2})?", _("台湾居民来往大陆通行证号码应为 8 位数字。")),
    "foreign_permanent_resident": (r"[A-Z]{3}[0-9]{12}|9[0-9]{16}[0-9X]", _("外国人永久居留身份证号码应为 15 位或以 9 开头的 18 位。")),
}


def id_check_character(first17: str) -> str:
    """Return the check character of a resident ID number's first 17 digits (GB 11643)."""
    return ID_CHECKS[sum(int(digit) * weight for digit, weight in zip(first17, ID_WEIGHTS, strict=True)) % 11]


def birth_date_of(number: str) -> date:
    """Return the birth date inside an 18-character resident ID number. Raises InvalidValue for an impossible date."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise InvalidValue(_("证件号码中的出生日期不存在，请核对号码。")) from None


def sex_of(number: str) -> str:
    """Return ``male`` or ``female``: the 17th digit of a resident ID number is odd for men, even for women."""
    return "male" if int(number[16]) % 2 else "female"


def province_of(number: str) -> str:
    """Return the two-digit province code of a resident ID number."""
    return number[:2]


def age_on(birth: date, day: date) -> int:
    """Return full years of age on ``day``. Who is born on 29 February completes a year on 1 March of a common year."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def validate_birth_date(value: object, *, today: date | None = None) -> date:
    """Return a birth date that is not in the future and not more than 130 years ago."""
    birth = parse_date(value)
    day = today or clock.today()
    if birth > day:
        raise InvalidValue(_("出生日期不能晚于今天。"))
    if age_on(birth, day) > MAX_AGE:
        raise InvalidValue(_("出生日期过早，请核对。"))
    return birth


def validate_id_number(value: object, *, birth_date: date | None = None, sex: str | None = None, today: date | None = None) -> str:
    """Return an 18-character resident ID number with upper-case X (GB 11643): province, birth date, check character.

    With ``birth_date`` or ``sex`` the number must agree with them. The old 15-digit numbers are refused; they have no check character.
    """
    number = re.sub(r"[ -]", "", half_width(value)).upper()
    if re.fullmatch(r"[0-9]{15}", number):
        raise InvalidValue(_("这是 15 位的旧号码，不能再使用。请填写现行身份证上的 18 位号码；还没有换证的，请换领后再办理，或致电客服。"))
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise InvalidValue(_("身份证号码应为 18 位，前 17 位为数字，最后一位为数字或 X。"))
    if province_of(number) not in _PROVINCES:
        raise InvalidValue(_("身份证号码的地区代码不存在，请核对前两位。"))
    born = validate_birth_date(birth_date_of(number), today=today)
    if id_check_character(number[:17]) != number[17]:
        raise InvalidValue(_("身份证号码校验不通过，请核对是否输错。"))
    if birth_date is not None and born != birth_date:
        raise InvalidValue(_("身份证号码与出生日期不一致，请核对。"))
    if sex is not None and sex_of(number) != sex:
        raise InvalidValue(_("身份证号码与性别不一致，请核对。"))
    return number


def validate_id_document(
    id_type: object, value: object, *, birth_date: date | None = None, sex: str | None = None, today: date | None = None
) -> str:
    """Return the normal form of the number of a document of ``id_type`` (a key of ``ID_TYPES``)."""
    if id_type not in ID_TYPES:
        raise InvalidValue(_("请选择证件类型。"))
    if id_type in RESIDENT_NUMBER_TYPES:
        number = validate_id_number(value, birth_date=birth_date, sex=sex, today=today)
        if (province_of(number) in {"81", "82", "83"}) != (id_type == "hmt_residence_permit"):
            raise InvalidValue(_("证件号码与所选证件类型不符，请核对。"))
        return number
    number = re.sub(r"[ ()-]", "", half_width(value)).upper()
    pattern, message = _PATTERNS[str(id_type)]
    if not re.fullmatch(pattern, number):
        raise InvalidValue(message)
    if id_type == "foreign_permanent_resident" and len(number) == 18 and id_check_character(number[:17]) != number[17]:
        raise InvalidValue(_("证件号码校验不通过，请核对是否输错。"))
    return number

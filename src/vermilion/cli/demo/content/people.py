"""Synthetic persons and companies with valid check digits, the same for the same seed.

Nobody real can be meant: the area code of every ID number is a whole province (``310000``), which no resident has; company codes
say DEM; phones lie in one block; the bank cards begin with digits that no bank issues.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from vermilion.base import validation as v

_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_FEMALE = ("静怡", "雨桐", "思远", "若溪", "婉清", "书瑶", "佳宁", "晓岚", "梓涵", "月华")
_MALE = ("子墨", "浩然", "明轩", "俊杰", "志远", "文博", "建国", "宇航", "思齐", "立诚")
_AREAS = ("310000", "510000", "320000", "330000", "440000")
_STREETS = ("示例路", "样本街", "测试大道", "演示巷")
_CITIES = {
    "310000": "上海市浦东新区",
    "510000": "四川省成都市高新区",
    "320000": "江苏省南京市玄武区",
    "330000": "浙江省杭州市西湖区",
    "440000": "广东省广州市天河区",
}
_CARD_PREFIX = "6200000"
_PHONE_PREFIX = "1990001"


def id_number(*, birth_date: date, sex: str, area: str = "310000", sequence: int = 1) -> str:
    """Return a resident ID number with a valid check character. ``sequence`` 1 to 499; its last digit is made odd for men."""
    order = (sequence % 500) * 2 + (1 if sex == "male" else 0)
    first = f"{area}{birth_date:%Y%m%d}{order:03d}"
    return first + v.id_check_character(first)


def uscc(sequence: int, *, area: str = "310000") -> str:
    """Return a unified social credit code of an invented company with both check characters valid."""
    organisation = f"DEM{sequence % 100000:05d}"
    first = f"91{area}{organisation}{v.organisation_check_character(organisation)}"
    return first + v.uscc_check_character(first)


def bank_card(sequence: int) -> str:
    """Return a 19-digit card number with a valid Luhn digit."""
    first = f"{_CARD_PREFIX}{sequence % 10**11:011d}"
    total = sum(sum(divmod(int(digit) * (2 if index % 2 == 0 else 1), 10)) for index, digit in enumerate(reversed(first)))
    return first + str(-total % 10)


def phone(sequence: int) -> str:
    """Return one of ten thousand invented mobile numbers."""
    return f"{_PHONE_PREFIX}{sequence % 10000:04d}"


def person(seed: int, *, today: date, age: int, sex: str | None = None, surname: str | None = None) -> dict[str, Any]:
    """Return a person of ``age`` on ``today`` with everything that the forms ask of a policyholder."""
    chance = random.Random(f"vermilion-person-{seed}")  # noqa: S311 - repeatable names, no secret
    sex = sex or chance.choice(("female", "male"))
    area = chance.choice(_AREAS)
    # The birthday was 10 to 300 days ago, so that the age stays the same for a demonstration's whole day.
    born = _years_before(today, age) - timedelta(days=chance.randint(10, 300) if age else 60)
    adult = age >= 18
    house = f"{chance.randint(1, 300)}号{chance.randint(1, 20)}幢{chance.randint(101, 2804)}室"
    return {
        "name": (surname or chance.choice(_SURNAMES)) + chance.choice(_FEMALE if sex == "female" else _MALE),
        "id_type": "resident_id",
        "id_number": id_number(birth_date=born, sex=sex, area=area, sequence=chance.randint(1, 499)),
        "id_valid_until": "long_term" if age >= 46 else _years_before(today, -8).isoformat(),
        "birth_date": born.isoformat(),
        "sex": sex,
        "phone": phone(seed),
        "email": f"customer{seed}@example.com",
        "address": f"{_CITIES[area]}{chance.choice(_STREETS)}{house}",
        "occupation": chance.choice(("0102", "0103", "0104", "0105")) if adult else ("0107" if age < 6 else "0108"),
        "annual_income": chance.randrange(15, 60) * 1_000_000,
    }


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)

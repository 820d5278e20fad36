"""Numbers of identity documents."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vermilion.base import validation as v

TODAY = date(2026, 11, 22)
GOOD = "11010519491231002X"

births = st.dates(min_value=date(1900, 1, 1), max_value=TODAY)
areas = st.sampled_from(["110105", "310000", "510107", "650000", "820000"])


def build(area: str, born: date, sequence: int) -> str:
    first = f"{area}{born:%Y%m%d}{sequence:03d}"
    return first + v.id_check_character(first)


def test_accepts_the_standard_sample_and_reads_it() -> None:
    assert v.validate_id_number(GOOD) == GOOD
    assert v.birth_date_of(GOOD) == date(1949, 12, 31)
    assert v.sex_of(GOOD) == "female"


@pytest.mark.parametrize(
    "typed", ["11010519491231002x", " 110105 19491231 002X ", "１１０１０５１９４９１２３１００２Ｘ", "110105-19491231-002X"]
)
def test_normalises_what_people_type(typed: str) -> None:
    assert v.validate_id_number(typed) == GOOD


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "18 位"),
        (None, "请填写"),
        (11010519491231002, "请填写"),
        ("110105491231002", "15 位"),
        ("110105194912310021", "校验"),
        ("11010519491231002A", "18 位"),
        ("11010519491331002X", "出生日期"),
        ("110105194902300025", "出生日期"),
        ("000105194912310028", "地区"),
        ("٣١0105194912310028", "18 位"),
        ("11010519491231002X1", "18 位"),
    ],
)
def test_refuses_bad_numbers_with_a_reason(typed: object, said: str) -> None:
    with pytest.raises(v.InvalidValue) as caught:
        v.validate_id_number(typed)
    assert said in str(caught.value.message)
    assert caught.value.status == 422


def test_never_repeats_the_number_in_the_error() -> None:
    with pytest.raises(v.InvalidValue) as caught:
        v.validate_id_number("110105194912310021")
    assert "110105" not in str(caught.value.message) + str(caught.value)


def test_refuses_a_birth_date_in_the_future() -> None:
    with pytest.raises(v.InvalidValue, match="invalid_value"):
        v.validate_id_number(build("310000", date(2026, 11, 23), 1), today=TODAY)


def test_compares_birth_date_and_sex() -> None:
    v.validate_id_number(GOOD, birth_date=date(1949, 12, 31), sex="female")
    with pytest.raises(v.InvalidValue) as born:
        v.validate_id_number(GOOD, birth_date=date(1949, 12, 30))
    with pytest.raises(v.InvalidValue) as sex:
        v.validate_id_number(GOOD, sex="male")
    assert "出生日期" in str(born.value.message)
    assert "性别" in str(sex.value.message)


@given(areas, births, st.integers(0, 999))
def test_every_built_number_passes(area: str, born: date, sequence: int) -> None:
    number = build(area, born, sequence)
    assert v.validate_id_number(number, birth_date=born, sex="male" if sequence % 2 else "female", today=TODAY) == number


@given(births, st.integers(0, 999), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_never_passes(born: date, sequence: int, place: int, shift: int) -> None:
    number = build("310000", born, sequence)
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    with pytest.raises(v.InvalidValue):
        v.validate_id_number(wrong, today=TODAY)


@given(births, st.integers(0, 999), st.integers(0, 15))
def test_swapped_neighbours_never_pass(born: date, sequence: int, place: int) -> None:
    number = build("310000", born, sequence)
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if swapped != number:
        with pytest.raises(v.InvalidValue):
            v.validate_id_number(swapped, today=TODAY)


@pytest.mark.parametrize(
    ("id_type", "number", "normal"),
    [
        ("passport", "e12345678", "E12345678"),
        ("hk_macau_permit", "H12345678", "H12345678"),
        ("taiwan_permit", "12345678", "12345678"),
        ("birth_certificate", "t310000001", "T310000001"),
        ("foreign_permanent_resident", "USA110000000001", "USA110000000001"),
        ("hmt_residence_permit", build("810000", date(1990, 1, 1), 11), build("810000", date(1990, 1, 1), 11)),
        ("household_register", build("310000", date(2020, 1, 1), 12), build("310000", date(2020, 1, 1), 12)),
    ],
)
def test_accepts_other_documents(id_type: str, number: str, normal: str) -> None:
    assert v.validate_id_document(id_type, number, today=TODAY) == normal


@pytest.mark.parametrize(
    ("id_type", "number"),
    [
        ("passport", "E1"),
        ("passport", "护照123456"),
        ("hk_macau_permit", "X12345678"),
        ("taiwan_permit", "1234"),
        ("birth_certificate", "310000001"),
        ("foreign_permanent_resident", "911105199001010011"),
        ("foreign_permanent_resident", "US1100000000001"),
        ("hmt_residence_permit", GOOD),
        ("resident_id", build("810000", date(1990, 1, 1), 11)),
        ("driving_licence", GOOD),
        (None, GOOD),
    ],
)
def test_refuses_numbers_that_do_not_fit_the_document(id_type: object, number: str) -> None:
    with pytest.raises(v.InvalidValue):
        v.validate_id_document(id_type, number, today=TODAY)


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2000, 2, 29), date(2018, 2, 28), 17),
        (date(2000, 2, 29), date(2018, 3, 1), 18),
        (date(2000, 11, 22), TODAY, 26),
        (date(2000, 11, 23), TODAY, 25),
        (TODAY, TODAY, 0),
    ],
)
def test_counts_full_years(born: date, day: date, age: int) -> None:
    assert v.age_on(born, day) == age


@pytest.mark.parametrize("typed", ["2026-11-23", "1890-01-01", "1990-02-30", "yesterday", None])
def test_refuses_impossible_birth_dates(typed: object) -> None:
    with pytest.raises(v.InvalidValue):
        v.validate_birth_date(typed, today=TODAY)

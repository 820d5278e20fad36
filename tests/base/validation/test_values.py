"""Names, phones, companies, dates, money, accounts, masks."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vermilion.base import validation as v


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("张三", "张三"),
        (" 李 华 ", "李华"),
        ("王䶮", "王䶮"),
        ("欧阳𠮷", "欧阳𠮷"),
        ("〇小兰", "〇小兰"),
        ("阿卜杜拉•买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉.买买提", "阿卜杜拉·买买提"),
        ("神\ufa19", "神\ufa19"),  # a compatibility ideograph stays the character that is on the document
        ("Ｊｏｈｎ Smith", "John Smith"),
        ("Seán O’Brien-Jones", "Seán O'Brien-Jones"),
        ("Smith, John Jr.", "Smith, John Jr."),
    ],
)
def test_accepts_names(typed: str, name: str) -> None:
    assert v.validate_name(typed) == name


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "  ",
        None,
        7,
        "张",
        "张3",
        "张三John",
        "·张三",
        "张··三",
        "张三!",
        "张\u200b三",
        "张\u202e三",
        "张\ue123",
        "A",
        "R2 D2",
        "<b>",
        "Иван Петров",
        "张" * 51,
    ],
)
def test_refuses_names(typed: object) -> None:
    with pytest.raises(v.InvalidValue):
        v.validate_name(typed)


def test_says_what_to_do_with_a_private_use_character() -> None:
    with pytest.raises(v.InvalidValue) as caught:
        v.validate_name("张\ue123")
    assert "自造字" in str(caught.value.message)
    assert "登记" in str(caught.value.hint)


@given(st.text(max_size=80))
def test_a_name_is_accepted_or_refused_and_stays_as_it_is(text: str) -> None:
    try:
        name = v.validate_name(text)
    except v.InvalidValue:
        return
    assert v.validate_name(name) == name
    assert not set(name) & set('<>"&0123456789\n\t')


@pytest.mark.parametrize("typed", ["13812345678", "+86 138-1234-5678", "0086 13812345678", "１３８１２３４５６７８"])
def test_accepts_mobile_phones(typed: str) -> None:
    assert v.validate_phone(typed) == "13812345678"


@pytest.mark.parametrize(
    "typed", ["", None, "1381234567", "138123456789", "12812345678", "02162345678", "+1 202 555 0100", "13812345٦78", "1381234567a"]
)
def test_refuses_phones(typed: object) -> None:
    with pytest.raises(v.InvalidValue):
        v.validate_phone(typed)


@pytest.mark.parametrize("code", ["9144030071526726XG", "91330100799655058B", "91110000802100433B", "914403001922038216"])
def test_accepts_company_codes(code: str) -> None:
    assert v.validate_uscc(code.lower()) == code


@given(
    st.sampled_from(["9144030071526726XG", "91330100799655058B"]), st.integers(0, 17), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY")
)
def test_one_wrong_sign_of_a_company_code_never_passes(code: str, place: int, sign: str) -> None:
    wrong = code[:place] + sign + code[place + 1 :]
    if wrong != code:
        with pytest.raises(v.InvalidValue):
            v.validate_uscc(wrong)


@pytest.mark.parametrize("typed", ["", None, "9144030071526726X", "9144030071526726XI", "91440300-71526726", "ABCDEFGHJKLMNPQRTU"])
def test_refuses_company_codes(typed: object) -> None:
    with pytest.raises(v.InvalidValue):
        v.validate_uscc(typed)


@pytest.mark.parametrize(
    ("typed", "name"),
    [("上海样例(集团)有限公司", "上海样例（集团）有限公司"), ("Example  Ltd.", "Example Ltd."), ("北京3号科技公司", "北京3号科技公司")],
)
def test_accepts_company_names(typed: str, name: str) -> None:
    assert v.validate_company_name(typed) == name


@pytest.mark.parametrize("typed", ["", None, "公司", "上海<script>公司", "12345", "上海\u200b样例公司", "公" * 101])
def test_refuses_company_names(typed: object) -> None:
    with pytest.raises(v.InvalidValue):
        v.validate_company_name(typed)


@pytest.mark.parametrize("typed", ["2026-01-31", "2026/1/31", "2026.1.31", "20260131", "2026年1月31日", date(2026, 1, 31)])
def test_reads_dates(typed: object) -> None:
    assert v.parse_date(typed) == date(2026, 1, 31)


@pytest.mark.parametrize(
    "typed", ["", None, "2026-02-29", "26-1-31", "2026-13-01", "31/01/2026", "2026-1-31T00:00", "0000-01-01", 20260131]
)
def test_refuses_dates(typed: object) -> None:
    with pytest.raises(v.InvalidValue):
        v.parse_date(typed)


@pytest.mark.parametrize(
    ("typed", "fen"), [("300000", 30_000_000), ("300,000.5", 30_000_050), ("￥1，200元", 120_000), ("0.01", 1), ("０", 0), (1234, 1234)]
)
def test_reads_money(typed: object, fen: int) -> None:
    assert v.parse_money(typed) == fen


@pytest.mark.parametrize("typed", ["", None, "-1", -1, "1e5", "1.234", "1,00", "十万", "NaN", "1" * 30, True, 1.5, "100000000000.01", "٣"])
def test_refuses_money(typed: object) -> None:
    with pytest.raises(v.InvalidValue):
        v.parse_money(typed)


@given(st.integers(0, 10**13))
def test_money_survives_being_written_in_yuan(fen: int) -> None:
    assert v.parse_money(f"{fen // 100:,}.{fen % 100:02d}") == fen


@pytest.mark.parametrize("typed", ["", "x", "1.5", True, None, 11, -1, "9" * 20])
def test_refuses_numbers_outside_the_range(typed: object) -> None:
    with pytest.raises(v.InvalidValue):
        v.parse_integer(typed, minimum=0, maximum=10)


def test_accepts_e_mail_and_lowers_the_domain() -> None:
    assert v.validate_email(" Li.Lei@Example.COM ") == "Li.Lei@example.com"


@pytest.mark.parametrize(
    "typed", ["", None, "x", "a@b", "a b@example.com", "a@example.com\nBcc: b@example.com", "李@example.com", "a" * 260 + "@example.com"]
)
def test_refuses_e_mail(typed: object) -> None:
    with pytest.raises(v.InvalidValue):
        v.validate_email(typed)


@pytest.mark.parametrize("typed", ["", None, "上海", "123456789", "上海市<b>浦东新区1号", "上海市浦东新区\x00一号", "路" * 121])
def test_refuses_addresses(typed: object) -> None:
    with pytest.raises(v.InvalidValue):
        v.validate_address(typed)


def test_accepts_an_address_over_two_lines() -> None:
    assert v.validate_address("上海市浦东新区\n演示大道 100 号") == "上海市浦东新区 演示大道 100 号"


@pytest.mark.parametrize("typed", ["", None, "4111111111111112", "411111111111", "41111111111111111111", "4111 1111 1111 111a"])
def test_refuses_bank_cards(typed: object) -> None:
    with pytest.raises(v.InvalidValue):
        v.validate_bank_card(typed)


def test_accepts_a_bank_card_with_blanks() -> None:
    assert v.validate_bank_card("4111 1111 1111 1111") == "4111111111111111"


@pytest.mark.parametrize("typed", ["", "1234567", "12345678a", "1" * 31])
def test_refuses_company_accounts(typed: str) -> None:
    with pytest.raises(v.InvalidValue):
        v.validate_bank_account(typed)


@pytest.mark.parametrize(
    ("masked", "expected"),
    [
        (v.mask_id_number("11010519491231002X"), "110*************2X"),
        (v.mask_id_number("E12345678"), "E*******8"),
        (v.mask_id_number("12"), "**"),
        (v.mask_phone("13812345678"), "138****5678"),
        (v.mask_phone(""), ""),
        (v.mask_name("张三"), "张*"),
        (v.mask_name("欧阳修文"), "欧**文"),
        (v.mask_name("张"), "*"),
        (v.mask_email("lilei@example.com"), "l***@example.com"),
        (v.mask_account("6200000123456789012"), "***************9012"),
        (v.mask_address("上海市浦东新区演示大道100号"), "上海市浦东新******"),
    ],
)
def test_masks(masked: str, expected: str) -> None:
    assert masked == expected


@given(st.text(max_size=40))
def test_a_masked_id_number_shows_at_most_five_characters(text: str) -> None:
    shown = [char for char, original in zip(v.mask_id_number(text), text, strict=True) if char == original and char != "*"]
    assert len(shown) <= 5 or len(set(text)) == 1

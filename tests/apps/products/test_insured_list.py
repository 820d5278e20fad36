"""The insured list as CSV."""

from __future__ import annotations

from datetime import date

import pytest

from vermilion.apps.products import insured_list
from vermilion.apps.products.checking import check_application
from vermilion.apps.products.errors import ApplicationInvalid
from vermilion.cli.demo import content

TODAY = date(2026, 11, 22)
HEAD = "姓名,证件类型,证件号码,出生日期,性别,手机号码,职业代码\n"


def rows(separator: str = ",") -> str:
    people = content.samples.insured_list(seed=3, count=6, today=TODAY)
    return "".join(
        separator.join(
            [p["name"], "居民身份证", p["id_number"], p["birth_date"], "男" if p["sex"] == "male" else "女", p["phone"], p["occupation"]]
        )
        + "\n"
        for p in people
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_list_from_a_spreadsheet_is_accepted(encoding: str) -> None:
    text = insured_list.decode((HEAD + "\n" + rows() + ",,,,,,\n").encode(encoding))
    data = content.sample_application("group_accident", today=TODAY)
    data["insured"] = insured_list.parse(text, maximum=500)
    checked = check_application(content.product("group_accident"), data, today=TODAY)
    assert len(checked.application["insured"]) == 6


def test_tabs_and_other_column_orders_are_read() -> None:
    entries = insured_list.parse(HEAD.replace(",", "\t") + rows("\t"), maximum=10)
    assert entries[0]["id_type"] == "resident_id"
    reordered = insured_list.parse("职业代码,备注,证件号码,姓名\n0101,新员工,310000199001010011,王一\n", maximum=10)
    assert reordered == [{"occupation": "0101", "id_number": "310000199001010011", "name": "王一", "id_type": "resident_id"}]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\x00",
        "%PDF-1.7",
        HEAD,
        HEAD + ",,,\n",
        "姓名,姓名,证件号码,职业代码\n王一,王一,1,1\n",
        HEAD + '"王一,居民身份证\n',
        "x" * 1_000_001,
    ],
)
def test_other_files_are_refused(text: str) -> None:
    with pytest.raises(ApplicationInvalid) as caught:
        insured_list.parse(text, maximum=500)
    assert set(caught.value.fields) == {"insured"}


def test_too_many_rows_and_unknown_encodings_are_refused() -> None:
    with pytest.raises(ApplicationInvalid):
        insured_list.parse(HEAD + rows(), maximum=5)
    with pytest.raises(ApplicationInvalid):
        insured_list.decode(b"\xff\xff\x00\x81")


def test_the_template_can_be_read_back() -> None:
    assert insured_list.parse(insured_list.template() + rows(), maximum=10)[0]["phone"].startswith("1990001")

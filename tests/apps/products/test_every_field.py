"""Every field of every product's form: left out, and filled in wrongly."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from vermilion.apps.products import paths
from vermilion.apps.products.checking import check_application
from vermilion.apps.products.errors import ApplicationInvalid
from vermilion.apps.products.form import FormField
from vermilion.cli.demo import content

TODAY = date(2026, 11, 22)
#: Which sample shows every section of a product.
SAMPLES = (("critical_illness", "spouse"), ("medical", "grandchild"), ("group_accident", "self"))
BAD: dict[str, list[Any]] = {
    "name": ["张", "张3", "张\u200b三", "张\ue000", 5, ["张三"], "三" * 60],
    "company_name": ["公司", "<script>", 5],
    "uscc": ["91310000DEM000014V", "123", 5],
    "id_type": ["licence", 5, ["resident_id"]],
    "id_number": ["310000199001010000", "123", "护照", 5],
    "id_valid_until": ["2020-01-01", "never", 5],
    "birth_date": ["2027-01-01", "1800-01-01", "31.12.", 5],
    "date": ["2020-01-01", "2030-01-01", "soon", 5],
    "sex": ["other", 1],
    "phone": ["02162345678", "123", "138123456789", 5],
    "email": ["x", "a@b\nBcc: c@d.com", 5],
    "address": ["上海", "上海市<浦东>新区一号", 5],
    "text": ["\x00演示银行", "行" * 600, 5],
    "choice": ["nothing", 5, ["yes"]],
    "occupation": ["9999", 5],
    "money": ["-1", "1.234", "many", True],
    "integer": ["0.5", "1000", "one", True],
    "bank_card": ["6200000000000000001", "1234", 5],
    "bank_account": ["12ab", "1", 5],
}


def shown_fields() -> Iterator[tuple[str, str, str, FormField]]:
    """Yield (product, insured, path, field) for every field that the sample shows; of lists the first entry."""
    for code, insured in SAMPLES:
        definition = content.product(code)
        data = sample(code, insured)
        for section in definition.form.sections:
            prefix = f"{section.path}.0" if section.repeat else section.path
            for field in section.fields:
                if paths.get(data, f"{prefix}.{field.path}") is not None:
                    yield code, insured, f"{prefix}.{field.path}", field


def sample(code: str, insured: str) -> dict[str, Any]:
    return content.sample_application(code, insured=insured, today=TODAY)  # type: ignore[arg-type]


def put(data: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(data)
    holder, _dot, name = path.rpartition(".")
    node = paths.get(changed, holder)
    if value is None:
        del node[name]
    else:
        node[name] = value
    return changed


FIELDS = list(shown_fields())


def test_the_samples_show_nearly_every_field() -> None:
    assert len(FIELDS) > 70
    assert {field.kind for _code, _insured, _path, field in FIELDS} >= set(BAD)


@pytest.mark.parametrize(("code", "insured", "path", "field"), FIELDS, ids=[f"{code}-{path}" for code, _insured, path, _field in FIELDS])
def test_a_missing_field_is_named(code: str, insured: str, path: str, field: FormField) -> None:
    definition = content.product(code)
    for blank in (None, "", "   "):
        data = put(sample(code, insured), path, blank)
        if not field.required:
            check_application(definition, data, today=TODAY)
            continue
        with pytest.raises(ApplicationInvalid) as caught:
            check_application(definition, data, today=TODAY)
        assert path in caught.value.fields
        assert str(caught.value.fields[path]).startswith(("请填写", "请选择"))


@pytest.mark.parametrize(("code", "insured", "path", "field"), FIELDS, ids=[f"{code}-{path}" for code, _insured, path, _field in FIELDS])
def test_a_bad_value_is_named_and_not_repeated(code: str, insured: str, path: str, field: FormField) -> None:
    for bad in BAD[field.kind]:
        with pytest.raises(ApplicationInvalid) as caught:
            check_application(content.product(code), put(sample(code, insured), path, bad), today=TODAY)
        fields = caught.value.fields
        assert path in fields, (bad, {key: str(value) for key, value in fields.items()})
        if isinstance(bad, str) and len(bad) > 5:
            assert bad not in str(fields[path])


@pytest.mark.parametrize("data", [None, [], "x", 5, {}, {"policyholder": "x", "insured": "x", "plan": [], "disclosure": {"a": 1}}])
@pytest.mark.parametrize("code", content.PRODUCT_CODES)
def test_data_of_another_shape_is_refused_without_a_crash(code: str, data: Any) -> None:
    with pytest.raises(ApplicationInvalid):
        check_application(content.product(code), data, today=TODAY)


@pytest.mark.parametrize("code", content.PRODUCT_CODES)
def test_unknown_keys_are_dropped(code: str) -> None:
    data = sample(code, "self")
    clean = check_application(content.product(code), data, today=TODAY)
    data["status"] = "accepted"
    data["policyholder"]["vip"] = "yes"
    data["plan"]["premium"] = 1
    data["insured"][0]["occupation_class"] = 1
    assert check_application(content.product(code), data, today=TODAY) == clean

"""Dotted paths."""

from __future__ import annotations

from datetime import date

import pytest

from vermilion.apps.products import paths
from vermilion.cli.demo import content


@pytest.mark.parametrize("code", content.PRODUCT_CODES)
def test_a_form_and_back(code: str) -> None:
    data = content.sample_application(code, count=12, today=date(2026, 11, 22))
    assert paths.unflatten(paths.flatten(data)) == data


def test_missing_ways_are_none() -> None:
    data = {"insured": [{"name": "王一"}]}
    assert paths.get(data, "insured.0.name") == "王一"
    for path in ("insured.1.name", "insured.-1.name", "insured.x", "nobody.0", "insured.0.name.first", "insured.²"):
        assert paths.get(data, path) is None


def test_gaps_in_lists_are_closed() -> None:
    assert paths.unflatten({"b.7.name": "二", "b.2.name": "一"}) == {"b": [{"name": "一"}, {"name": "二"}]}


@pytest.mark.parametrize("flat", [{"a": "1", "a.b": "2"}, {"a.b": "2", "a": "1"}, {"a.999999": "x"}, {"a.12345678901234567890": "x"}])
def test_contradicting_and_endless_forms_are_refused(flat: dict[str, str]) -> None:
    with pytest.raises(ValueError):
        paths.unflatten(flat)

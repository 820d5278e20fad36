"""What an insurer sets: variables, conditions, and what the layout is given of it."""

from __future__ import annotations

from typing import Any

import pytest

from vermilion.core.typeset.settings import VariableError, filled, holds, resolve, variables

DATA: dict[str, Any] = {
    "policyholder": {"name": "王㛃𬱖"},
    "premium": {"amount": 1086000},
    "refund": -5,
    "concluded_on": "2026-11-03",
    "made_at": "2026-11-02T16:05:06Z",
    "demo": True,
    "version": 1,
    "insured": [{"name": "李"}],
    "notices": [],
}


@pytest.mark.parametrize(
    ("text", "chinese", "english"),
    [
        ("您好，{policyholder.name}！", "您好，王㛃𬱖！", "您好，王㛃𬱖！"),
        ("{premium.amount:money}", "10,860.00 元", "CNY 10,860.00"),
        ("{refund:money}", "-0.05 元", "CNY -0.05"),
        ("{concluded_on:date}", "2026年11月3日", "3 November 2026"),
        ("{made_at:moment}", "2026年11月3日 00:05:06", "3 November 2026 00:05:06"),
        ("{version} {demo} {insured.0.name}", "1 是 李", "1 yes 李"),
        ("{} { a } {A} {{x}", "{} { a } {A} {{x}", None),
    ],
)
def test_variables_are_printed_like_the_layout_does(text: str, chinese: str, english: str | None) -> None:
    if text.endswith("{{x}"):
        with pytest.raises(VariableError):
            filled(text, DATA)  # {x} is a variable
        text, chinese = text.replace("{{x}", "{ x}"), chinese.replace("{{x}", "{ x}")
    assert filled(text, DATA) == chinese
    if english:
        assert filled(text, DATA, english=True) == english


def test_a_value_is_not_searched_for_variables() -> None:
    assert filled("{a}", {"a": "{b}"}) == "{b}"


@pytest.mark.parametrize(
    "text", ["{nobody}", "{policyholder}", "{insured.1.name}", "{policyholder.name:money}", "{policyholder.name:date}"]
)
def test_a_variable_without_a_printable_value_is_an_error(text: str) -> None:
    with pytest.raises(VariableError) as refused:
        filled(text, DATA)
    assert refused.value.variable == text.strip("{}").split(":")[0]


def test_variables_are_found() -> None:
    assert list(variables("{a.b} {c:money} {D}")) == [("a.b", ""), ("c", "money")]


@pytest.mark.parametrize(
    ("field", "op", "value", "answer"),
    [
        ("policyholder.name", "present", None, True),
        ("nobody", "present", None, False),
        ("nobody", "absent", None, True),
        ("notices", "present", None, False),
        ("version", "eq", 1, True),
        ("version", "eq", "1", False),
        ("demo", "eq", 1, False),
        ("version", "ne", 2, True),
        ("nobody", "ne", 2, True),
        ("premium.amount", "gt", 1_000_000, True),
        ("premium.amount", "lt", 1_000_000, False),
        ("premium.amount", "le", 1_086_000, True),
        ("premium.amount", "ge", 1_086_001, False),
        ("concluded_on", "ge", "2026-11-03", True),
        ("concluded_on", "gt", "2026-11-03", False),
        ("concluded_on", "gt", 5, False),
        ("nobody", "lt", 5, False),
    ],
)
def test_conditions(field: str, op: str, value: Any, answer: bool) -> None:
    assert holds({"field": field, "op": op, "value": value}, DATA) is answer


def test_the_layout_gets_words_only() -> None:
    settings = {
        "theme": {"accent": "#1b4f8f"},
        "texts": {"投保人": "要保人 {policyholder.name}"},
        "hidden": [
            {"section": "投保人", "when": {"field": "demo", "op": "eq", "value": True}},
            {"section": "x", "when": {"field": "y", "op": "present"}},
        ],
        "blocks": [
            {"at": "after", "section": "投保人", "title": "{version}", "text": "一", "style": "callout"},
            {"at": "end", "text": "二", "when": {"field": "version", "op": "gt", "value": 1}},
        ],
        "tables": {"coverages": [{"column": "投保人", "heading": "a", "width": "20mm"}, {"column": "b", "width": "2fr"}, {"column": "c"}]},
    }
    assert resolve(settings, DATA) == {
        "theme": {"accent": "#1b4f8f"},
        "texts": {"投保人": "要保人 王㛃𬱖"},
        "hidden": ["要保人 王㛃𬱖"],
        "blocks": [{"at": "after", "section": "要保人 王㛃𬱖", "title": "1", "text": "一", "style": "callout"}],
        "tables": {"coverages": [{"column": "要保人 王㛃𬱖", "heading": "a", "mm": 20}, {"column": "b", "share": 2}, {"column": "c"}]},
    }
    assert resolve({}, DATA) == {}

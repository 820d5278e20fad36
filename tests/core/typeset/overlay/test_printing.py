"""Every way of printing against the template's own: one compile prints many values with ``format.typ``."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import typst

from vermilion.apps.templates import library
from vermilion.core.typeset.overlay.printing import PRINTERS

# printer → the function of format.typ
FUNCTIONS = {
    "date": "date",
    "moment": "moment",
    "cover": "cover",
    "yuan": "yuan",
    "money": "money",
    "both amounts": "both-amounts",
    "grouped": "grouped",
    "sex": "(value => sexes.at(value))",
}
SUMS = [0, 1, 10, 11, 99, 100, 105, 110, 1_000, 100_000, 100_100, 1_000_000, 1_010_000, 10_050_010, 100_000_000, 123_456_789]
SUMS += [1_000_000_000_005, 10_000_000_000, 1_000_010_000, 200_030_004_050, -12_345, 700_000_000_000]
DAYS = ["2026-01-01", "2026-12-31", "2028-02-29", "1999-10-09"]
MOMENTS = ["2026-11-22T03:04:05Z", "2026-12-31T16:00:00Z", "2026-06-30T23:59:59+08:00", "2026-03-01T00:30:00-05:00"]
COVERS: list[dict[str, Any]] = [
    {"from": "2026-12-01T00:00:00+08:00", "to": "2027-12-01T00:00:00+08:00"},
    {"from": "2026-12-01T00:00:00+08:00", "to": None},
    {"from": "2026-12-01T09:30:00+08:00", "to": "2027-01-01T12:00:00+08:00"},
    {"from": "2027-02-28T16:00:00Z", "to": "2028-02-29T16:00:00Z"},
]
VALUES = {
    "date": DAYS,
    "moment": MOMENTS,
    "cover": COVERS,
    "yuan": SUMS,
    "money": SUMS,
    "both amounts": SUMS,
    "grouped": ["", "A", "ABCD", "ABCDE", "H3MN9WQT5XKCNM3H"],
    "sex": ["male", "female"],
}


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_values_are_printed_as_the_template_prints_them(tmp_path: Path, language: str) -> None:
    shutil.copytree(library.FOLDER / "common", tmp_path / "common")
    calls = "".join(
        f'#metadata(data.at("{name}").map(value => {function}(value))) <{name.replace(" ", "-")}>\n' for name, function in FUNCTIONS.items()
    )
    (tmp_path / "main.typ").write_text(f'#import "/common/format.typ": *\n#let data = json(bytes(sys.inputs.values))\n{calls}', "utf-8")
    compiler = typst.Compiler(tmp_path / "main.typ", root=tmp_path, sys_inputs={"language": language, "values": json.dumps(VALUES)})
    for name, values in VALUES.items():
        printed = json.loads(compiler.query(f"<{name.replace(' ', '-')}>", field="value", one=True))
        assert [PRINTERS[name](value, language == "en") for value in values] == printed, name


@pytest.mark.parametrize(
    ("printer", "value"),
    [("plain", True), ("plain", None), ("date", "2026-1-1"), ("moment", "2026-01-01T00:00:00"), ("yuan", True), ("digest 0", "ab")],
)
def test_a_value_of_another_kind_is_refused(printer: str, value: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        PRINTERS[printer](value, False)

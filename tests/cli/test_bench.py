"""``vermilion bench``: the published form of its lines."""

from __future__ import annotations

import json

import pytest

from vermilion.cli.main import main

FIELDS = {"name", "unit", "value", "limit", "limit_value", "peer", "peer_value", "count", "seconds", "cores"}


# WeasyPrint leaves its colour profile open.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_typesetting_is_measured_against_a_peer(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "issue", "--stage", "typeset", "--seconds", "0.2", "--json"]) == 0
    (line,) = json.loads(capsys.readouterr().out)
    assert set(line) == FIELDS
    assert line["name"] == "typeset.full"
    assert line["peer"].startswith("weasyprint")
    assert line["value"] > 0
    assert line["peer_value"] > 0


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("seal", ["seal.rsa2048.bb", "seal.rsa2048.bt", "seal.p256.bb", "seal.p256.bt", "seal.p256.keeper", "seal.p256.batch"]),
        ("verify", ["verify.own"]),
    ],
)
def test_sealing_and_verifying_are_measured_against_a_peer(capsys: pytest.CaptureFixture[str], name: str, lines: list[str]) -> None:
    assert main(["bench", name, "--seconds", "0.1", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [line["name"] for line in found] == lines
    assert all(set(line) == FIELDS and line["value"] > 0 and line["limit_value"] > 0 for line in found)
    assert found[0]["peer"].startswith("pyhanko")
    assert found[0]["peer_value"] > 0


@pytest.mark.parametrize("arguments", [["issue", "--stage", "none"], ["issue", "--seconds", "0"]])
def test_wrong_options_are_usage_errors(arguments: list[str]) -> None:
    assert main(["bench", *arguments]) == 64

"""``vermilion bench``: the published form of its lines."""

from __future__ import annotations

import json
import os
import shutil
from typing import Any

import pytest

from tests.web.customer import open_shop
from vermilion.apps.parties.models import Insurer
from vermilion.apps.seals.models import SealUse
from vermilion.cli.main import main
from vermilion.cli.measures import each, judging, side_by_side

FIELDS = {"name", "unit", "value", "limit", "limit_value", "peer", "peer_value", "count", "seconds", "cores"}


# WeasyPrint leaves its colour profile open.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_typesetting_is_measured_against_a_peer(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "issue", "--stage", "typeset", "--seconds", "0.2", "--json"]) == 0
    lines = json.loads(capsys.readouterr().out)
    assert [line["name"] for line in lines] == ["typeset.full", "typeset.overlay", "typeset.yardstick"]
    assert all(set(line) == FIELDS and line["value"] > 0 for line in lines)
    assert all(line["peer_value"] > 0 and line["peer"].startswith("weasyprint") for line in lines[:2])


@pytest.mark.parametrize(
    ("stage", "lines"),
    [
        ("seal", ["seal.rsa2048.bb", "seal.rsa2048.bt", "seal.p256.bb", "seal.p256.bt"]),
        ("own", ["verify.own"]),
    ],
)
def test_sealing_and_verifying_are_measured_against_a_peer(capsys: pytest.CaptureFixture[str], stage: str, lines: list[str]) -> None:
    name = lines[0].partition(".")[0]
    assert main(["bench", name, "--stage", stage, "--seconds", "0.1", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [line["name"] for line in found] == lines
    assert all(set(line) == FIELDS and line["value"] > 0 and line["limit_value"] > 0 for line in found)
    assert found[0]["peer"].startswith("pyhanko")
    assert found[0]["peer_value"] > 0


def test_the_way_through_the_keeper_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "seal", "--stage", "keeper", "--seconds", "0.1", "--json"]) == 0
    lines = json.loads(capsys.readouterr().out)
    assert [line["name"] for line in lines] == ["seal.p256.keeper", "seal.p256.keeper.batch"]
    assert all(set(line) == FIELDS and line["value"] > 0 < line["limit_value"] for line in lines)


def test_what_judgement_and_register_cost_is_measured(platform: Insurer, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the tests' own instance; ``measure`` makes one of its own first. Every document that counts stands in the register."""
    monkeypatch.setattr(judging, "TURN", 2)
    alone, together = judging.measured(0.0, os.getpid(), os.getppid())
    assert [alone.name, together.name] == ["seal.rsa2048.keeper.judged", "seal.rsa2048.keeper.judged.batch"]
    assert min(alone.value, together.value, alone.limit_value or 0) > 0
    assert SealUse.objects.filter(state=SealUse.State.SIGNED).count() == 2 * (alone.count + judging.TURN)


def test_a_phone_needs_a_demo_to_visit(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="Start a demo beside this"):
        main(["bench", "phone", "--stage", "page", "--url", "http://127.0.0.1:9"])
    assert capsys.readouterr().out == ""


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_phones_first_page_is_measured(live_server: Any, capsys: pytest.CaptureFixture[str]) -> None:
    if not (shutil.which("chromium-headless-shell") or shutil.which("chromium")):
        pytest.skip("chromium is not installed")
    open_shop()
    assert main(["bench", "phone", "--stage", "page", "--seconds", "0.1", "--json", "--url", live_server.url]) == 0
    page, ready = json.loads(capsys.readouterr().out)
    assert (page["name"], page["limit_value"], ready["name"], ready["limit_value"]) == ("phone.first_page", 200.0, "phone.interactive", 1.5)
    assert min(page["value"], ready["value"], page["count"]) > 0


def test_neither_what_is_made_ready_nor_the_first_turn_counts() -> None:
    """The clock goes on by what the work says it cost: 100 at first, then 1; making ready costs 1000."""
    time, ready, worked = [0.0], [], []

    def work(number: int) -> None:
        worked.append(number)
        time[0] += 100.0 if number < 2 else 1.0

    def make(number: int) -> None:
        ready.append(number)
        time[0] += 1000.0

    (found,) = side_by_side([each(work)], seconds=0, turn=2, clock=lambda: time[0], ready=make)
    assert (found.cpu_ms, found.count) == (1000.0, 2)
    assert ready == worked == [0, 1, 2, 3]


@pytest.mark.parametrize("arguments", [["issue", "--stage", "none"], ["issue", "--seconds", "0"]])
def test_wrong_options_are_usage_errors(arguments: list[str]) -> None:
    assert main(["bench", *arguments]) == 64

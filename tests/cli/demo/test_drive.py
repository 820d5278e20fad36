"""``vermilion demo`` drives a whole life over HTTP, and what it prints is what its schema says."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.web.api.system import worker
from vermilion.apps.parties.models import Insurer
from vermilion.cli import platform as commands
from vermilion.cli.commands import demo

SCHEMA = json.loads((Path(__file__).resolve().parents[3] / "docs/schemas/demo.json").read_text())


@pytest.fixture(autouse=True)
def _django_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "load", lambda *_parts: None)


def drive(url: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any], str]:
    """Run the command; return its status, the object it prints, and what it says to the person."""
    status = demo.run(argparse.Namespace(json=True, url=url, out=folder, seed=321))
    printed = capsys.readouterr()
    said = json.loads(printed.out)
    jsonschema.validate(said, SCHEMA, cls=jsonschema.Draft202012Validator)
    return status, said, printed.err


@pytest.mark.timeout(180)
def test_one_whole_life_and_its_report(
    platform: Insurer, live_server: Any, drain_jobs: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with worker(drain_jobs):
        status, said, complaint = drive(live_server.url, tmp_path, capsys)
    assert (status, complaint) == (0, "")
    assert all(step["ok"] for step in said["steps"])
    assert set(said["files"]) == {"confirmation", "policy", "acknowledgement", "endorsement"}
    assert all(Path(path).read_bytes().startswith(b"%PDF-") for path in said["files"].values())
    assert {"case", "my", "verify_policy", "verify_endorsement"} <= set(said["links"])


def test_where_nobody_answers_it_says_so_in_the_same_shape(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, said, complaint = drive("http://127.0.0.1:9", tmp_path, capsys)
    assert status == 1
    assert [step["ok"] for step in said["steps"]] == [False]
    assert "http://127.0.0.1:9" in complaint

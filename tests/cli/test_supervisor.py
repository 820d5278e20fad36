"""Told to stop while a step of the start runs, the supervisor ends that step and starts nothing more."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest

from vermilion.base.config import Config
from vermilion.cli.supervisor import run
from vermilion.cli.supervisor.run import StartError, Supervisor

STEPS = {
    "slow": "import pathlib, time; pathlib.Path('begun').touch(); time.sleep(60)",
    "stubborn": "import pathlib, signal, time; signal.signal(15, signal.SIG_IGN); pathlib.Path('begun').touch(); time.sleep(60)",
    "failing": "import sys; print('vermilion: no room', file=sys.stderr); sys.exit(1)",
    "fine": "print('done')",
}


@pytest.fixture
def supervisor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Supervisor:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(run, "program", lambda name, *_rest: [sys.executable, "-c", STEPS[name]])
    supervisor = Supervisor(Config(home=tmp_path), demo=False, tell=lambda text: told.append(str(text)))
    told = supervisor.told = []  # type: ignore[attr-defined]
    return supervisor


def test_a_step_runs_to_its_end_or_says_why_not(supervisor: Supervisor, tmp_path: Path) -> None:
    assert supervisor._once("fine")
    assert (tmp_path / "logs" / "fine.log").read_text() == "done\n"
    assert supervisor.told == ["done"]  # type: ignore[attr-defined]
    with pytest.raises(StartError, match="no room"):
        supervisor._once("failing")


@pytest.mark.parametrize(("step", "signals"), [("slow", 1), ("stubborn", 2)])
def test_ctrl_c_ends_a_step_and_a_second_one_kills_it(supervisor: Supervisor, tmp_path: Path, step: str, signals: int) -> None:
    results: list[bool] = []
    working = threading.Thread(target=lambda: results.append(supervisor._once(step)))
    working.start()
    while not (tmp_path / "begun").exists():
        assert working.is_alive()
    for _time in range(signals):
        supervisor._on_signal(2, None)
    working.join(30)
    assert results == [False]
